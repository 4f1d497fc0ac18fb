package notify_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/notify"
	"lingtan/site"
	"lingtan/store"
)

// TestFromPointToDesk goes the whole way on a real database: a device fails,
// the alarm is raised, the web server is down, the program ends and starts
// again, and then the message arrives, once.
func TestFromPointToDesk(t *testing.T) {
	d := openDesk(t, 503, 503)
	path := filepath.Join(t.TempDir(), "lingtan.db")
	mine, err := site.Parse("mine.toml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	now := start
	program := func(do func(*alarm.Desk, *notify.Outbox)) {
		t.Helper()
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		s.Now = func() time.Time { return now }
		do(alarm.NewDesk(mine, s), &notify.Outbox{
			Queue: s, Now: s.Now, Log: slog.New(slog.DiscardHandler),
			Address: func(context.Context, string, string) (notify.Address, error) { return d.hook()["desk"], nil },
		})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	down := alarm.Snapshot{Devices: map[string]alarm.Health{"gw": {}}}
	for i := range 4 {
		now = start.Add(time.Duration(i) * 10 * time.Second)
		program(func(desk *alarm.Desk, o *notify.Outbox) {
			if _, err := desk.Watch(t.Context(), now, down); err != nil {
				t.Fatal(err)
			}
			if err := o.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	if len(d.bodies) != 3 || d.heads[0].Get("Lingtan-Id") != d.heads[2].Get("Lingtan-Id") {
		t.Errorf("%d requests, want two that failed and one", len(d.bodies))
	}
}

const small = `
[site]
id = "qingling"
name = "青岭矿"
province = "CN-14"
zone = "Asia/Shanghai"
mine = "opencast"
[entity]
name = "青岭煤业有限责任公司"
credit_code = "91140000MA0QLK202H"
[[channel]]
id = "desk"
kind = "webhook"
[[alarm]]
id = "gateway"
name = "网关"
kind = "source"
device = "gw"
notify = "desk"
`
