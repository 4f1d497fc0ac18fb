package peers

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func init() {
	register(Peer{Name: "HTTP push (curl)", Play: playPush})
	register(Peer{Name: "line protocol (curl)", Play: playLines})
}

func command(tb testing.TB, program, debian string, args ...string) *exec.Cmd {
	tb.Helper()
	return exec.Command(Need(tb, program, debian), args...)
}

// playPush posts six batches of ten or eleven readings, one of them compressed,
// and every one of them twice.
func playPush(tb testing.TB, s *Stage) int {
	tb.Helper()
	s.Device("gateway", "[device]\nprotocol = \"push\"\n[[channel]]\nname = \"meter\"\npoint = \"energy\"\nunit = \"MWh\"\n", false)
	url := s.HTTP("gateway")
	sent := 0
	for batch := range 6 {
		var rows []string
		for ; sent < Steps && (sent < 10*(batch+1) || batch == 5); sent++ {
			rows = append(rows, fmt.Sprintf(`{"channel":"meter","t":%q,"v":%.3f,"seq":%d}`, At(sent).Format(time.RFC3339), Value(sent)/1000, sent))
		}
		body := fmt.Sprintf(`{"id":"batch-%d","readings":[%s]}`, batch, strings.Join(rows, ","))
		var more []string
		if batch == 3 {
			body, more = zipped(tb, body), []string{"-H", "Content-Encoding: gzip"}
		}
		for range 2 {
			post(tb, "204", body, url, more...)
		}
	}
	if n := s.Delivered("gateway"); n != Steps {
		tb.Errorf("%d readings stored, want %d: a repeat is answered, not stored again", n, Steps)
	}
	return sent
}

func zipped(tb testing.TB, body string) string {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(body)); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// playLines posts lines with a bad one among them: it costs itself alone.
func playLines(tb testing.TB, s *Stage) int {
	tb.Helper()
	s.Device("telegraf", "[device]\nprotocol = \"lineprotocol\"\n[[channel]]\nname = \"meter,area=main.energy\"\npoint = \"energy\"\n", false)
	url := s.HTTP("telegraf")
	var b strings.Builder
	for i := range Steps {
		fmt.Fprintf(&b, "meter,area=main energy=%v,state=\"on\" %d\n", Value(i), At(i).UnixMilli())
		if i == 7 {
			b.WriteString("meter,area=main energy=oops 1\n")
		}
	}
	post(tb, "400", b.String(), url+"?precision=ms")
	return Steps
}
