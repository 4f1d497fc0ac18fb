package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/paho"
	"github.com/golang/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"lingtan/reading"
	"lingtan/series"
)

// livePoints are a large mine's.
const livePoints = 5000

// senders share the points; each hands in all of its own once a second.
const senders = 20

// BenchmarkLive feeds the served platform as many points as a large mine has,
// once a second, and listens as a wall does. It tells how long a reading takes
// from its device to the event, the server's share of one core, and whether
// anything was lost. LINGTAN_BENCH=full feeds for a minute each.
func BenchmarkLive(b *testing.B) {
	for _, way := range []string{"http", "mqtt"} {
		b.Run(fmt.Sprintf("%s/points=%d", way, livePoints), func(b *testing.B) {
			for range b.N {
				m := newMeasured(b, way)
				m.feed(1, m.long())
				m.tell()
			}
		})
	}
}

// BenchmarkLiveRemoteWrite feeds 50,000 readings a second by remote write.
func BenchmarkLiveRemoteWrite(b *testing.B) {
	for range b.N {
		m := newMeasured(b, "remotewrite")
		m.feed(50_000/livePoints, m.long())
		m.tell()
	}
}

// BenchmarkLiveMost doubles the pace until readings no longer keep up, and sets
// the last that did beside what the engine takes by itself in commits as large.
func BenchmarkLiveMost(b *testing.B) {
	for _, way := range []string{"http", "mqtt", "remotewrite"} {
		b.Run(way, func(b *testing.B) {
			for range b.N {
				best := 0.0
				for times := 1; times <= 256; times *= 2 {
					m := newMeasured(b, way)
					m.feed(times, 5*time.Second)
					rate, asked := float64(m.sent.Load())/m.took.Seconds(), float64(livePoints*times)
					p99 := m.percentile(0.99)
					b.Logf("%s: asked %.0f readings/s, durable %.0f/s, p99 %.0f ms", way, asked, rate, p99)
					m.stop()
					if rate < 0.9*asked || p99 > 1000 {
						break
					}
					best = rate
				}
				alone := engineAlone(b, int(best/10))
				b.ReportMetric(best, "readings/s")
				b.ReportMetric(alone, "engine/s")
				b.ReportMetric(best/alone, "of-engine")
			}
		})
	}
}

// engineAlone is how many readings a second the engine makes durable in
// commits of a size, with nothing else to do.
func engineAlone(b *testing.B, size int) float64 {
	b.Helper()
	engine, err := series.Open(b.Context(), series.Options{Dir: b.TempDir(), MemoryMB: 1024})
	if err != nil {
		b.Fatal(err)
	}
	defer engine.Close()
	began, n := time.Now(), 0
	for time.Since(began) < 3*time.Second {
		batch := make([]reading.Reading, size)
		for i := range batch {
			batch[i] = reading.Reading{Series: reading.ID(1 + i%livePoints), T: began.UnixMilli() + int64(n/livePoints), V: float64(n)}
			n++
		}
		if err := engine.Append(b.Context(), reading.Batch{Readings: batch}); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(began).Seconds()
}

// measured is a served mine with its feed and its listener.
type measured struct {
	*fed
	b       *testing.B
	way     string
	mqtt    int
	delays  []float64 // ms
	sent    atomic.Int64
	durable int64
	took    time.Duration
	cpu     float64 // seconds
	hush    context.CancelFunc
	hearing sync.WaitGroup
}

func (m *measured) long() time.Duration {
	if os.Getenv("LINGTAN_BENCH") == "full" {
		return time.Minute
	}
	return 5 * time.Second
}

// newMeasured serves a mine of many counters.
func newMeasured(b *testing.B, way string) *measured {
	b.Helper()
	dir := b.TempDir()
	m := &measured{b: b, way: way, fed: &fed{TB: b, data: filepath.Join(dir, "data"), clock: realClock, args: []string{"serve"}, acked: map[int64]bool{}}}
	file := filepath.Join(dir, "mine.toml")
	if err := os.WriteFile(file, []byte(liveMine()), 0o600); err != nil {
		b.Fatal(err)
	}
	m.run("site", "put", file)
	m.key = m.issue("gateway-1", "gateway")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	m.mqtt = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	folder := filepath.Join(m.data, "devices", "large")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		b.Fatal(err)
	}
	b.Setenv("LINGTAN_TEST_MQTT", "secret-of-a-test")
	for name, head := range map[string]string{
		"push":        "[device]\nprotocol = \"push\"\nmax_rate = 1000000\n",
		"remotewrite": "[device]\nprotocol = \"remotewrite\"\nmax_rate = 1000000\n",
		"broker": fmt.Sprintf("[device]\nprotocol = \"broker\"\nmax_rate = 1000000\n\n[broker]\nlisten = \"127.0.0.1:%d\"\ntopic = \"mine/{device}\"\n"+
			"channel = \"{point}\"\npayload = \"flat\"\n\n[[broker.user]]\nname = \"feeder\"\npassword_env = \"LINGTAN_TEST_MQTT\"\npublish = [\"mine/#\"]\n", m.mqtt),
	} {
		if name != map[string]string{"http": "push", "mqtt": "broker", "remotewrite": "remotewrite"}[way] {
			continue
		}
		var text strings.Builder
		text.WriteString(head)
		for i := range livePoints {
			channel := meterName(i)
			if way == "remotewrite" {
				channel = fmt.Sprintf("energy_kwh_total{meter=%q}", channel)
			}
			fmt.Fprintf(&text, "\n[[channel]]\nname = '%s'\npoint = \"%s\"\n", channel, meterName(i))
		}
		if err := os.WriteFile(filepath.Join(folder, name+".toml"), []byte(text.String()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	m.eye = m.issue("eye", "viewer")
	m.start()
	m.listen(m.eye)
	m.ready(m.eye)
	return m
}

// ready waits until the device's file has been read.
func (m *measured) ready(key string) {
	m.b.Helper()
	gateway := m.key
	m.key = key
	defer func() { m.key = gateway }()
	for range 500 {
		answer, err := m.ask(http.MethodGet, "/api/v1/sites/large/devices", nil)
		if err != nil {
			m.b.Fatal(err)
		}
		var page struct {
			Items []struct{ State, Fault string }
		}
		err = json.NewDecoder(answer.Body).Decode(&page)
		_ = answer.Body.Close()
		if err != nil {
			m.b.Fatal(err)
		}
		if len(page.Items) > 0 {
			if page.Items[0].State == "faulty" {
				m.b.Fatal(page.Items[0].Fault)
			}
			if m.way != "mqtt" || m.open() {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	m.b.Fatal("the device does not come to work")
}

// delivered is how many readings the platform says are durable.
func (m *measured) delivered() (n int64) {
	m.b.Helper()
	gateway := m.key
	m.key = m.eye
	defer func() { m.key = gateway }()
	answer, err := m.ask(http.MethodGet, "/api/v1/sites/large/devices", nil)
	if err != nil {
		m.b.Fatal(err)
	}
	defer answer.Body.Close()
	var page struct{ Items []struct{ Delivered int64 } }
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil {
		m.b.Fatal(err)
	}
	for _, d := range page.Items {
		n += d.Delivered
	}
	return n
}

// open tells whether the broker listens.
func (m *measured) open() bool {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", m.mqtt))
	return err == nil && conn.Close() == nil
}

func meterName(i int) string { return fmt.Sprintf("meter-%04d", i) }

// liveMine has its counters behind ten feeders.
func liveMine() string {
	var out strings.Builder
	out.WriteString("[site]\nid = \"large\"\nname = { zh = \"大矿\", en = \"Large\" }\nprovince = \"CN-14\"\nzone = \"Asia/Shanghai\"\nbarometer = \"90 kPa\"\nmine = \"underground\"\ngas_grade = \"low\"\n\n" +
		"[entity]\nname = \"大矿\"\ncredit_code = \"91140000MA0QLK202H\"\n\n[[org]]\nid = \"power\"\nname = { zh = \"机电\", en = \"Power\" }\n\n" +
		"[plan]\nversion = 1\nvalid_from = 2020-01-01\neditions = [\"cn-coal-2014\"]\nchanges = [{ version = 1, on = 2019-12-01, reason = \"first\" }]\n")
	for s := range 10 {
		fmt.Fprintf(&out, "\n[[source]]\nid = \"grid-%d\"\nname = { zh = \"进线\", en = \"Feeder\" }\norg = \"power\"\nkind = \"electricity\"\n", s)
		var names []string
		for i := s; i < livePoints; i += 10 {
			names = append(names, strconv.Quote(meterName(i)))
		}
		fmt.Fprintf(&out, "\n[[parameter]]\nsource = \"grid-%d\"\nname = \"purchased\"\ntitle = { zh = \"电量\", en = \"Electricity\" }\nhow = \"meter\"\npoints = [%s]\nunit = \"MWh\"\n"+
			"fallback = \"none\"\ndirection = \"emission\"\nowner = { department = \"power\", duty = \"reader\" }\n", s, strings.Join(names, ", "))
	}
	for i := range livePoints {
		fmt.Fprintf(&out, "\n[[point]]\nid = \"%s\"\nname = { zh = \"表\", en = \"Meter\" }\norg = \"power\"\nsource = \"grid-%d\"\nkind = \"counter\"\nunit = \"kWh\"\nstep = \"1 s\"\nuncertainty = \"1 %%\"\n", meterName(i), i%10)
	}
	return out.String()
}

// listen hears every point's event and notes how old its reading is by then.
func (m *measured) listen(key string) {
	m.b.Helper()
	ctx, hush := context.WithCancel(m.b.Context())
	m.hush = hush
	for { // the open hour is opened after the first answer
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url+"/api/v1/sites/large/stream?kinds=points", nil)
		if err != nil {
			m.b.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			m.b.Fatal(err)
		}
		if answer.StatusCode == http.StatusOK {
			m.hearing.Go(func() { m.hear(answer.Body) })
			return
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusConflict {
			m.b.Fatalf("the stream answers %s", answer.Status)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (m *measured) hear(body io.ReadCloser) {
	defer body.Close()
	rows := bufio.NewReaderSize(body, 1<<20)
	kind := ""
	for {
		row, err := rows.ReadBytes('\n')
		if err != nil {
			return
		}
		if name, ok := bytes.CutPrefix(row, []byte("event: ")); ok {
			kind = string(bytes.TrimSpace(name))
		}
		data, ok := bytes.CutPrefix(row, []byte("data: "))
		if !ok || kind != "points" {
			continue
		}
		now := float64(time.Now().UnixMicro()) / 1000
		var moved []struct{ T float64 }
		if json.Unmarshal(data, &moved) != nil {
			continue
		}
		for _, p := range moved {
			m.delays = append(m.delays, now-p.T)
		}
	}
}

// feed lets every sender hand its points in once a second, so many readings of
// each, and measures.
func (m *measured) feed(times int, long time.Duration) {
	m.b.Helper()
	const pace = time.Second
	before := m.used()
	began := time.Now()
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			send, done := m.sender(s)
			defer done()
			first := began.Add(pace * time.Duration(s) / senders) // meters do not speak in chorus
			for tick := 0; ; tick++ {
				due := first.Add(time.Duration(tick) * pace)
				if due.Sub(began) > long {
					return
				}
				time.Sleep(time.Until(due))
				if err := send(tick, times); err != nil {
					m.b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	m.took = time.Since(began)
	m.cpu = m.used() - before
	m.durable = m.delivered()
	time.Sleep(time.Second) // the last of them are on their way
}

// sender gives what hands in the points of one sender, acknowledged.
func (m *measured) sender(s int) (send func(tick, times int) error, done func()) {
	switch m.way {
	case "http":
		return func(tick, times int) error { return m.push(s, tick, times) }, func() {}
	case "remotewrite":
		return func(tick, times int) error { return m.remoteWrite(s, tick, times) }, func() {}
	}
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", m.mqtt))
	if err != nil {
		m.b.Error(err)
		return func(int, int) error { return err }, func() {}
	}
	client := paho.NewClient(paho.ClientConfig{Conn: conn, PacketTimeout: time.Minute})
	_, err = client.Connect(m.b.Context(), &paho.Connect{
		ClientID: fmt.Sprintf("sender-%d", s), KeepAlive: 60, CleanStart: true,
		Username: "feeder", UsernameFlag: true, Password: []byte("secret-of-a-test"), PasswordFlag: true,
	})
	if err != nil {
		m.b.Error(err)
		return func(int, int) error { return err }, func() {}
	}
	return func(tick, times int) error { return m.publish(client, s, tick, times) }, func() { _ = client.Disconnect(&paho.Disconnect{}) }
}

func (m *measured) push(s, tick, times int) error {
	now := time.Now().UnixMilli()
	body := append(make([]byte, 0, 1<<16), fmt.Sprintf(`{"id":"%d-%d","readings":[`, s, tick)...)
	n := 0
	for i := s; i < livePoints; i += senders {
		for k := range times {
			if n++; n > 1 {
				body = append(body, ',')
			}
			body = fmt.Appendf(body, `{"channel":"%s","t":%d,"v":%d}`, meterName(i), now-int64(k), tick*times-k)
		}
	}
	body = append(body, "]}"...)
	answer, err := m.ask(http.MethodPost, "/api/v1/sites/large/devices/push/write", body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		said, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("the platform answers %s: %s", answer.Status, said)
	}
	m.sent.Add(int64(n))
	return nil
}

// remoteWrite writes as a Prometheus does: series of two labels with a sample
// each, as protobuf, packed with snappy.
func (m *measured) remoteWrite(s, tick, times int) error {
	now := time.Now().UnixMilli()
	label := func(name, value string) []byte {
		b := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), name)
		return protowire.AppendString(protowire.AppendTag(b, 2, protowire.BytesType), value)
	}
	var body []byte
	n := 0
	for i := s; i < livePoints; i += senders {
		var series []byte
		for _, part := range [][]byte{label("__name__", "energy_kwh_total"), label("meter", meterName(i))} {
			series = protowire.AppendBytes(protowire.AppendTag(series, 1, protowire.BytesType), part)
		}
		for k := times - 1; k >= 0; k-- {
			n++
			sample := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(float64(tick*times-k)))
			sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(now-int64(k)))
			series = protowire.AppendBytes(protowire.AppendTag(series, 2, protowire.BytesType), sample)
		}
		body = protowire.AppendBytes(protowire.AppendTag(body, 1, protowire.BytesType), series)
	}
	answer, err := m.ask(http.MethodPost, "/api/v1/sites/large/devices/remotewrite/write", snappy.Encode(nil, body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		said, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("the platform answers %s: %s", answer.Status, said)
	}
	m.sent.Add(int64(n))
	return nil
}

func (m *measured) publish(client *paho.Client, s, tick, times int) error {
	now, n := time.Now().UnixMilli(), 0
	body := append(make([]byte, 0, 1<<16), '[')
	for k := times - 1; k >= 0; k-- {
		body = fmt.Appendf(body, `{"t":%d`, now-int64(k))
		for i := s; i < livePoints; i += senders {
			n++
			body = fmt.Appendf(body, `,"%s":%d`, meterName(i), tick*times-k)
		}
		body = append(body, '}', ',')
	}
	body[len(body)-1] = ']'
	if _, err := client.Publish(m.b.Context(), &paho.Publish{Topic: fmt.Sprintf("mine/%d", s), QoS: 1, Payload: body}); err != nil {
		return err
	}
	m.sent.Add(int64(n))
	return nil
}

// used is the server's processor time so far, in seconds.
func (m *measured) used() float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.server.Process.Pid))
	if err != nil {
		m.b.Fatal(err)
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	fields := strings.Fields(string(rest))
	const ticks = 100 // a second, on every Linux there is
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticks
}

func (m *measured) percentile(p float64) float64 {
	sorted := slices.Sorted(slices.Values(m.delays))
	if len(sorted) == 0 {
		return -1
	}
	return sorted[int(p*float64(len(sorted)-1))]
}

func (m *measured) stop() {
	m.hush()
	m.hearing.Wait()
	_ = m.server.Process.Kill()
	_ = m.server.Wait()
}

func (m *measured) tell() {
	m.stop()
	m.b.ReportMetric(m.percentile(0.5), "p50-ms")
	m.b.ReportMetric(m.percentile(0.99), "p99-ms")
	m.b.ReportMetric(100*m.cpu/m.took.Seconds(), "%core")
	m.b.ReportMetric(float64(m.sent.Load())/m.took.Seconds(), "readings/s")
	m.b.ReportMetric(float64(m.sent.Load()-m.durable), "lost")
	m.b.ReportMetric(0, "ns/op")
}
