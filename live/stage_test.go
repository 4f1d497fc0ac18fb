package live_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the mine's zone, wherever the tests run

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/live"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
)

//go:embed testdata/qingling.toml
var corner []byte

// stage is a small mine with its readings in memory and a clock the test sets.
type stage struct {
	tb      testing.TB
	mine    *inventory.Mine
	store   *memory
	service *reading.Service
	ids     map[string]reading.ID
	filed   drawer
	hall    *live.Hall
	mean    func() // happens while the store is at work; may be nil
	mu      sync.Mutex
	clock   time.Time
}

// drawer is what is filed: by "source#parameter@month".
type drawer map[string]string

var _ plan.Filings = drawer{}

func (d drawer) Filed(_ context.Context, _, source, parameter, month string) (activity.Value, bool, error) {
	text, ok := d[source+"#"+parameter+"@"+month]
	if !ok {
		return activity.Value{}, false, nil
	}
	q, err := quantity.Parse(text)
	return activity.Value{Quantity: q, How: activity.Filed}, true, err
}

// open opens the mine at a moment of local time, with nothing read yet.
func open(tb testing.TB, at string) *stage {
	tb.Helper()
	mine, err := inventory.OpenMine("qingling.toml", corner)
	must(tb, err)
	return openMine(tb, mine, newMemory(), at)
}

func openMine(tb testing.TB, mine *inventory.Mine, store *memory, at string) *stage {
	tb.Helper()
	s := &stage{tb: tb, mine: mine, store: store, ids: map[string]reading.ID{}, filed: drawer{}}
	s.clock = s.at(at)
	rules, products := map[reading.ID]reading.Rule{}, []reading.Product{}
	for _, p := range mine.Site.Points {
		s.ids[p.ID] = reading.ID(len(s.ids) + 1)
		rules[s.ids[p.ID]] = p.Rule()
	}
	for _, g := range mine.Site.Gases {
		s.ids[g.ID] = reading.ID(len(s.ids) + 1)
		products = append(products, mine.Site.Product(g, func(id string) reading.ID { return s.ids[id] }))
	}
	s.service = &reading.Service{
		Series: s.store, Now: s.now, Products: func() []reading.Product { return products },
		Rules: func(id reading.ID) (reading.Rule, bool) { r, ok := rules[id]; return r, ok },
	}
	s.hall = s.fresh()
	store.onHourly = s.meanwhile
	return s
}

func must(tb failer, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

// at reads "2025-06-10 14:30" of the mine's zone.
func (s *stage) at(text string) time.Time {
	s.tb.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", text, s.mine.Site.Calendar.Zone)
	must(s.tb, err)
	return t
}

func (s *stage) turn(text string) {
	t := s.at(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = t
}

// inputs are those of a hall on the stage's readings.
func (s *stage) inputs() live.Inputs {
	return live.Inputs{
		Site: s.mine.Site, Plan: s.mine.Plan, Meters: s.store, Edition: "cn-coal-2014", Factors: factor.Builtin(), Filings: s.filed, Now: s.now,
		Series: func(id string) (reading.ID, bool) { n, ok := s.ids[id]; return n, ok },
		Refresh: func(ctx context.Context) error {
			_, err := s.service.Refresh(ctx, nil)
			s.meanwhile()
			return err
		},
	}
}

// meanwhile lets happen what a test wants to happen while the store is at work.
func (s *stage) meanwhile() {
	if f := s.mean; f != nil {
		s.mean = nil
		f()
	}
}

// fresh opens a hall, as after a restart.
func (s *stage) fresh() *live.Hall {
	s.tb.Helper()
	h, err := live.Open(s.tb.Context(), s.inputs())
	must(s.tb, err)
	return h
}

// send makes readings durable and then touches the hall.
func (s *stage) send(rs ...reading.Reading) {
	s.tb.Helper()
	for len(rs) > 0 {
		n := min(len(rs), reading.MaxBatch)
		_, err := s.service.Accept(s.tb.Context(), reading.Batch{Readings: rs[:n]})
		must(s.tb, err)
		s.hall.Touch(rs[:n])
		rs = rs[n:]
	}
}

// every makes readings of a point from one moment to another, both included.
func (s *stage) every(point, from, to string, step time.Duration, value func(i int) float64) []reading.Reading {
	s.tb.Helper()
	var rs []reading.Reading
	end := s.at(to)
	for i, t := 0, s.at(from); !t.After(end); i, t = i+1, t.Add(step) {
		rs = append(rs, reading.Reading{Series: s.ids[point], T: t.UnixMilli(), V: value(i), Recv: t.UnixMilli()})
	}
	return rs
}

func (s *stage) sync() {
	s.tb.Helper()
	must(s.tb, s.hall.Sync(s.tb.Context()))
}

// point gives a point of the hall's snapshot.
func (s *stage) point(id string) live.Values {
	s.tb.Helper()
	all := s.hall.Snapshot().Points
	i := slices.IndexFunc(all, func(p live.Point) bool { return p.ID == id })
	if i < 0 {
		s.tb.Fatalf("no point %s", id)
	}
	return all[i].Values
}

func (s *stage) amount(point, stretch string) float64 {
	s.tb.Helper()
	v, ok := s.point(point).Lookup(stretch, "amount")
	if !ok {
		s.tb.Fatalf("%s has no amount of %s", point, stretch)
	}
	return v
}

func (s *stage) node(id string) live.Node {
	s.tb.Helper()
	return node(s.tb, s.hall.Snapshot(), id)
}

func node(tb testing.TB, st live.State, id string) live.Node {
	tb.Helper()
	i := slices.IndexFunc(st.Nodes, func(n live.Node) bool { return n.ID == id })
	if i < 0 {
		tb.Fatalf("no node %s", id)
	}
	return st.Nodes[i]
}

// failer is a test, or a draw of a property's.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// same fails where two halls do not say the same, byte for byte.
func same(tb failer, got, want *live.Hall, how string) {
	tb.Helper()
	a, b := text(tb, got), text(tb, want)
	for _, id := range slices.Sorted(maps.Keys(b)) {
		if a[id] != b[id] {
			tb.Errorf("%s: %s is\n%s\nwant\n%s", how, id, a[id], b[id])
		}
	}
}

// forgotten is what a restart forgets: a point's last reading that did not count.
var forgotten = regexp.MustCompile(`"fault":\{.*?\},`)

// text prints a snapshot but for its event id, piece by piece.
func text(tb failer, h *live.Hall) map[string]string {
	tb.Helper()
	st := h.Snapshot()
	out := map[string]string{}
	for _, p := range st.Points {
		out["point "+p.ID] = forgotten.ReplaceAllString(encode(tb, p), "")
	}
	for _, n := range st.Nodes {
		out["node "+n.ID] = encode(tb, n)
	}
	out["calendar"] = st.Day + " " + st.Month + " " + st.Year
	return out
}

func encode(tb failer, v any) string {
	tb.Helper()
	data, err := json.Marshal(v)
	must(tb, err)
	return string(data)
}
