//go:build cgo

package series

import (
	"context"
	"testing"
	"time"

	"lingtan/reading"
)

// TestDuckGivenUp gives questions up at every moment of them: none leaves a
// transaction behind on a connection that the next one gets.
func TestDuckGivenUp(t *testing.T) {
	d, err := OpenDuck(t.Context(), Options{Dir: t.TempDir(), MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	d.db.SetMaxOpenConns(2) // one beside the writer, which everybody gets
	q := reading.Query{From: 0, To: reading.HourMS}
	ask := func(ctx context.Context) error {
		for _, err := range d.Scan(ctx, q) {
			return err
		}
		return nil
	}
	for i := range 400 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%100)*10*time.Microsecond)
		_ = ask(ctx)
		if m, err := d.Image(ctx); err == nil {
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		}
		cancel()
		if err := ask(t.Context()); err != nil {
			t.Fatalf("after one given up at %d µs: %v", i%100*10, err)
		}
	}
}
