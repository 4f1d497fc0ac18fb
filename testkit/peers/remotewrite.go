package peers

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

func init() {
	register(Peer{Name: "remote write (Prometheus)", Play: playPrometheus})
}

// playPrometheus has a real Prometheus scrape a meter every second and write
// what it scraped to us. The meter goes on by a step at each scrape and stands
// still after the last.
func playPrometheus(tb testing.TB, s *Stage) int {
	tb.Helper()
	var scrapes atomic.Int64
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	meter := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := scrapes.Add(1)
		if n > Steps {
			http.Error(w, "the hour is over", http.StatusServiceUnavailable) // a stale marker follows
			return
		}
		fmt.Fprintf(w, "# TYPE mine_energy_kwh counter\nmine_energy_kwh{meter=\"main\"} %v\n", Value(int(n-1)))
	})}
	go func() { _ = meter.Serve(l) }()
	tb.Cleanup(func() { _ = meter.Close() })
	s.Device("prometheus", `
[device]
protocol = "remotewrite"
[[channel]]
match = {__name__ = "mine_energy_kwh", meter = "main"}
point = "energy"
`, false)
	file := filepath.Join(s.Dir, "prometheus.yml")
	write(tb, file, fmt.Sprintf(`
global: {scrape_interval: 200ms, scrape_timeout: 200ms}
scrape_configs:
  - {job_name: meter, static_configs: [{targets: ["%s"]}]}
remote_write:
  - url: %s
    queue_config: {batch_send_deadline: 200ms}
`, l.Addr(), s.HTTP("prometheus")))
	Run(tb, command(tb, "prometheus", "prometheus", "--config.file="+file, "--storage.tsdb.path="+filepath.Join(s.Dir, "tsdb"),
		fmt.Sprintf("--web.listen-address=127.0.0.1:%d", FreePort(tb))))
	s.Wait("the last scrape", func() bool { return scrapes.Load() > Steps })
	return Steps
}
