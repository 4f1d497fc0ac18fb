package reading

import (
	"context"
	"iter"
	"testing"
	"time"
)

// ticking has a reading every half second for all time, and keeps what is put.
type ticking struct {
	Series
	scans int
	put   []Write
}

func (s *ticking) Scan(_ context.Context, q Query) iter.Seq2[Reading, error] {
	s.scans++
	return func(yield func(Reading, error) bool) {
		for t := (q.From + 499) / 500 * 500; t < q.To; t += 500 {
			if !yield(Reading{Series: q.Series[0], T: t, V: 6}, nil) {
				return
			}
		}
	}
}

func (s *ticking) PutHours(_ context.Context, w Write) error {
	s.put = append(s.put, w)
	return nil
}

// A month of a product whose inputs tick faster than memory allows at once is
// cut, and every hour is written once.
func TestDeriveHalves(t *testing.T) {
	engine := &ticking{}
	s := &Service{Series: engine}
	d := derivation{Product{ID: 9, Flow: Signal{Series: 1}, FlowPer: time.Hour}, []Span{{9, h0, h0 + 20*day}}}
	if err := s.derive(t.Context(), []derivation{d}, 7, &Refreshed{}); err != nil {
		t.Fatal(err)
	}
	next := h0
	for _, w := range engine.put {
		for _, e := range w.Erase {
			if e.From != next || e.Series != 9 {
				t.Fatalf("erased %+v, want it to go on at %d", e, next)
			}
			next = e.To
		}
		for _, h := range w.Hours {
			if h.Amount != 6e9 || h.CoveredMS != HourMS || h.N != 7200 {
				t.Fatalf("hour %+v, want 6 units of 7200 readings", h)
			}
		}
	}
	if last := engine.put[len(engine.put)-1]; next != h0+20*day || last.Upto != 7 || engine.scans < 3 {
		t.Fatalf("ended at %d with mark %d after %d scans, want %d, 7 and a halved chunk", next, last.Upto, engine.scans, h0+20*day)
	}
}
