package query

import (
	"math"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"pgregory.net/rapid"
)

// marked gives what a cursor has to yield, written the plain way.
func marked(all []sample, holdMS, end int64) []sample {
	var out []sample
	for i, s := range all {
		out = append(out, s)
		until := s.t + holdMS
		if i+1 < len(all) && until < all[i+1].t || i+1 == len(all) && until <= end {
			out = append(out, sample{until, math.Float64frombits(value.StaleNaN)})
		}
	}
	return out
}

// TestCursor goes and jumps through samples in pages of any size and meets the
// same samples and markers as in one piece.
func TestCursor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []sample
		at := int64(0)
		for range rapid.IntRange(0, 40).Draw(t, "samples") {
			at += rapid.Int64Range(1, 30).Draw(t, "gap")
			all = append(all, sample{at, float64(at)})
		}
		hold, end := rapid.Int64Range(1, 20).Draw(t, "hold"), at+rapid.Int64Range(0, 30).Draw(t, "rest")
		want := marked(all, hold, end)
		rest := slices.Clone(all)
		c := &cursor{holdMS: hold, end: end, more: func() ([]sample, error) {
			n := min(len(rest), rapid.IntRange(1, 5).Draw(t, "page"))
			page := rest[:n]
			rest = rest[n:]
			return page, nil
		}}
		now := int64(-1)
		for len(want) > 0 {
			var kind chunkenc.ValueType
			if rapid.Bool().Draw(t, "jump") {
				to := now + rapid.Int64Range(1, 60).Draw(t, "by")
				for len(want) > 0 && want[0].t < to {
					want = want[1:]
				}
				kind = c.Seek(to)
			} else {
				kind = c.Next()
			}
			if len(want) == 0 {
				if kind != chunkenc.ValNone {
					t.Fatalf("%v at %d, want the end", kind, c.AtT())
				}
				return
			}
			gotT, gotV := c.At()
			if kind != chunkenc.ValFloat || gotT != want[0].t || math.Float64bits(gotV) != math.Float64bits(want[0].v) {
				t.Fatalf("%v %d %v, want %+v", kind, gotT, gotV, want[0])
			}
			if c.Seek(gotT) != chunkenc.ValFloat || c.AtT() != gotT {
				t.Fatalf("looking for where it stands, it moved to %d", c.AtT())
			}
			now, want = gotT, want[1:]
		}
		if c.Next() != chunkenc.ValNone || c.Err() != nil {
			t.Fatalf("goes on at %d, %v", c.AtT(), c.Err())
		}
	})
}
