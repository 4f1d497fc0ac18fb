package notify_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/notify"
	"lingtan/site"
)

const (
	secret   = "s3cret-of-the-hook"
	password = "p4ssword-of-the-post"
)

// start is when every alarm of the tests is raised: ten in the morning in Shanxi.
var start = time.Date(2024, 3, 11, 2, 0, 0, 0, time.UTC)

// queue keeps messages in memory, as the store does on disk.
type queue struct {
	mu     sync.Mutex
	list   map[string]alarm.Message
	broken bool
}

func (q *queue) DueMessages(_ context.Context, now time.Time, limit int) ([]alarm.Message, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []alarm.Message
	for _, m := range q.list {
		if m.Sending.Done.IsZero() && !m.Sending.Next.After(now) {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b alarm.Message) int {
		return cmp.Or(a.Sending.Next.Compare(b.Sending.Next), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), limit)], nil
}

func (q *queue) PutMessages(_ context.Context, list []alarm.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken {
		return errors.New("disk full")
	}
	for _, m := range list {
		q.list[m.ID] = m
	}
	return nil
}

// state tells a message's way: "sent after 2", "waits after 1", "lost after 3".
func (q *queue) state(id string) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	w := q.list[id].Sending
	word := "waits"
	switch {
	case w.Lost:
		word = "lost"
	case !w.Done.IsZero():
		word = "sent"
	}
	return fmt.Sprintf("%s after %d", word, w.Tries)
}

// office is an outbox with a clock of its own.
type office struct {
	*notify.Outbox
	tb    testing.TB
	queue *queue
	log   *bytes.Buffer
	now   time.Time
	to    map[string]notify.Address
}

func open(tb testing.TB, to map[string]notify.Address) *office {
	tb.Helper()
	o := &office{tb: tb, queue: &queue{list: map[string]alarm.Message{}}, log: &bytes.Buffer{}, now: start, to: to}
	o.restart()
	return o
}

// restart forgets what a program forgets.
func (o *office) restart() {
	var mail notify.SMTP
	var hook notify.Hook
	if o.Outbox != nil {
		mail, hook = o.Mail, o.Hook
	}
	o.Outbox = &notify.Outbox{
		Queue: o.queue, Mail: mail, Hook: hook, Now: func() time.Time { return o.now }, Log: slog.New(slog.NewTextHandler(o.log, nil)),
		Address: func(_ context.Context, _, channel string) (notify.Address, error) {
			a, ok := o.to[channel]
			if !ok {
				return a, fault.NotFound.Errorf("no channel %s", channel)
			}
			return a, nil
		},
	}
}

// round delivers at so long after the start.
func (o *office) round(after time.Duration) {
	o.tb.Helper()
	o.now = start.Add(after)
	if err := o.Deliver(o.tb.Context()); err != nil {
		o.tb.Fatal(err)
	}
}

// put lets messages wait: n alarms of a kind for a channel.
func (o *office) put(channel string, kind site.AlarmKind, n int) []string {
	var ids []string
	for i := range n {
		m := raised(channel, kind, i)
		ids = append(ids, m.ID)
		o.queue.list[m.ID] = m
	}
	return ids
}

func raised(channel string, kind site.AlarmKind, n int) alarm.Message {
	a := alarm.Alarm{
		ID: fmt.Sprintf("rule:p-%03d:1", n), Site: "qingling", Rule: "rule", Subject: fmt.Sprintf("p-%03d", n), Kind: kind, Severity: site.Severe,
		Name: lang.T("瓦斯超限", "Gas limit"), About: lang.T("北站\r\nBcc: x@example.com", "North\r\nBcc: x@example.com"), Says: lang.Same("8.4 % > 8 %"), State: alarm.Raised,
		OpenedAt: start, RaisedAt: start, Times: 1, Version: 1,
	}
	if kind == site.Vented {
		a.Mark = site.VentedMark
	}
	return alarm.Message{ID: "qingling/" + a.ID + "/1/" + channel, Channel: channel, At: start, Step: alarm.Raise, Actor: alarm.Platform, Alarm: a, Sending: alarm.Sending{Next: start}}
}

// noSecrets holds that neither the log nor the queue tells a secret.
func (o *office) noSecrets(also ...string) {
	o.tb.Helper()
	var text strings.Builder
	text.WriteString(o.log.String())
	for _, m := range o.queue.list {
		text.WriteString(m.Sending.Fault)
	}
	for _, s := range append(also, secret, password) {
		if strings.Contains(text.String(), s) {
			o.tb.Errorf("the log or the queue tells %q:\n%s", s, text.String())
		}
	}
}
