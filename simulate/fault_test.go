package simulate_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/simulate"
	"lingtan/source"
)

// TestFaults holds that each fault of each protocol shows on the platform as
// what it is, and that the instrument is well again afterwards.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := open(t, "intake", "solar", "utilities", "gas-power", "stack", "gateway", "ventilation", "drainage")
	s.play(simulate.Options{Every: time.Second})
	refused := func(h source.Health) int64 { return h.Refused }
	quarantined := func(h source.Health) int64 { return h.Quarantined }
	lost := func(h source.Health) int64 { return h.Reconnects }
	unwell := func(h source.Health) int64 { return h.Reconnects + h.Refused }
	var all sync.WaitGroup
	type trouble struct {
		kind    simulate.Kind
		seconds int
		rises   func(source.Health) int64
	}
	for device, troubles := range map[string][]trouble{
		"intake":      {{"link-cut", 3, lost}},
		"solar":       {{"half-frame", 2, unwell}},
		"utilities":   {{"wrong-crc", 2, unwell}},
		"gas-power":   {{"clock-wrong", 2, quarantined}, {"half-frame", 2, lost}},
		"stack":       {{"wrong-crc", 1, refused}, {"half-frame", 3, refused}},
		"gateway":     {{"wrong-crc", 2, refused}, {"half-frame", 2, refused}, {"clock-wrong", 2, quarantined}},
		"ventilation": {{"wrong-crc", 2, refused}, {"clock-wrong", 2, quarantined}},
		"drainage":    {{"sensor-stuck", 6, s.flat("north-low-q")}},
	} {
		points := s.points(device)
		all.Go(func() {
			s.await(10, device+" to deliver", func() bool { return s.health(device).Delivered > 0 })
			for _, c := range troubles {
				before := c.rises(s.health(device))
				s.cause(simulate.Fault{Kind: c.kind, Device: device, For: time.Duration(slack*c.seconds) * time.Second, By: 366 * 24 * time.Hour})
				s.await(12, device+" to show "+string(c.kind), func() bool { return c.rises(s.health(device)) > before })
				s.await(12, "the fault to end", func() bool {
					return !slices.ContainsFunc(s.sim.Faults(), func(f simulate.Fault) bool { return f.Device == device })
				})
			}
			well := time.Now().Add(1500 * time.Millisecond).UnixMilli()
			s.await(20, device+" to recover", func() bool {
				return slices.ContainsFunc(points, func(p string) bool {
					return slices.ContainsFunc(s.of(s.ids[p]), func(r reading.Reading) bool { return r.T > well && r.T <= time.Now().UnixMilli() && r.Counts() })
				})
			})
			if device == "stack" || device == "gateway" { // last, for it keeps the platform busy
				s.cause(simulate.Fault{Kind: simulate.Flood, Device: device, For: 2 * slack * time.Second})
				s.await(10, device+" to flood", func() bool { return s.health(device).Slowed > 0 })
			}
		})
	}
	all.Wait()
}

// flat counts the readings of a point that were doubted for standing still.
func (s *stage) flat(point string) func(source.Health) int64 {
	return func(source.Health) (n int64) {
		for _, r := range s.of(s.ids[point]) {
			if r.Q == reading.Suspect && r.Why.Has(reading.FlatLine) {
				n++
			}
		}
		return n
	}
}

// TestCutLinkLosesNothing holds that what has a memory tells after a cut what
// it measured meanwhile: not a second is missing.
func TestCutLinkLosesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, "stack", "gateway", "drainage")
	s.play(simulate.Options{Every: time.Second, Faults: []simulate.Fault{
		{Kind: simulate.LinkCut, Device: "stack", After: 2 * time.Second, For: 2 * time.Second},
		{Kind: simulate.LinkCut, Device: "gateway", After: 2 * time.Second, For: 2 * time.Second},
		{Kind: simulate.LinkCut, Device: "drainage", After: 2 * time.Second, For: 2 * time.Second},
	}})
	from := time.Now().Add(2 * time.Second).Truncate(time.Second)
	for _, point := range []string{"stack-o2", "plot-01-moisture", "south-low-c"} {
		var missing int64
		s.wait(12, "every second of "+point, func() bool {
			seen := map[int64]bool{}
			for _, r := range s.of(s.ids[point]) {
				seen[r.T] = true
			}
			missing = 0
			for k := range int64(6) {
				if !seen[from.UnixMilli()+1000*k] {
					missing++
				}
			}
			return missing == 0
		})
	}
}

func TestParseFault(t *testing.T) {
	for _, text := range []string{"link-cut:stack", "link-cut:stack:after=1m0s:for=30s", "clock-wrong:gateway:by=1h0m0s", "sensor-stuck:ventilation:for=2m0s:point=shaft-1-c"} {
		f, err := simulate.ParseFault(text)
		if err != nil || f.String() != text {
			t.Errorf("ParseFault(%q) = %q, %v", text, f, err)
		}
	}
	if f, err := simulate.ParseFault("clock-wrong:gateway:by=366d"); err != nil || f.By != 366*24*time.Hour {
		t.Errorf("366 days are %v, %v", f.By, err)
	}
	for _, text := range []string{"", "fire:stack", "link-cut", "link-cut:", "link-cut:stack:for=-1s", "link-cut:stack:for=99999999d", "link-cut:stack:often=3"} {
		if f, err := simulate.ParseFault(text); fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Tell(err, lang.EN), "KIND:DEVICE") {
			t.Errorf("ParseFault(%q) = %v, %v", text, f, err)
		}
	}
}

// TestRefusedFaults holds that a fault an instrument cannot have is told, in
// the asker's language, over the socket too.
func TestRefusedFaults(t *testing.T) {
	t.Parallel()
	s := open(t, "intake")
	s.play(simulate.Options{})
	s.wait(5, "the control socket", func() bool { _, err := simulate.Ask(t.Context(), s.control); return err == nil })
	for text, want := range map[string]string{
		"clock-wrong:intake": "choose one of link-cut wrong-crc half-frame sensor-stuck",
		"link-cut:nobody":    "these are: intake",
		"nonsense":           "KIND:DEVICE",
	} {
		if _, err := simulate.Ask(t.Context(), s.control, text); err == nil || !strings.Contains(fault.Tell(err, lang.EN), want) {
			t.Errorf("Ask(%q): %v, want %q", text, err, want)
		}
	}
	if _, err := simulate.Ask(t.Context(), s.control+"2"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("asking nobody: %v", err)
	}
}

// cause asks the running simulator for a fault, as a person does.
func (s *stage) cause(f simulate.Fault) {
	s.t.Helper()
	if _, err := simulate.Ask(s.t.Context(), s.control, f.String()); err != nil {
		s.t.Error(err)
	}
}
