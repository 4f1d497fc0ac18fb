package live_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/reading"
)

// drawReadings makes what the mine's points could have sent over some days,
// across a month's end: courses of values with gaps, spikes, falls, clashes
// and bad ones.
func drawReadings(t *rapid.T, s *stage, from int64) []reading.Reading {
	var rs []reading.Reading
	for _, point := range []string{"main-1", "main-2", "heat-meter", "flare-q", "shaft-q", "shaft-c"} {
		id, v := s.ids[point], 100.0
		at := from + int64(id)*7
		for range rapid.IntRange(0, 25).Draw(t, "n") {
			at += rapid.SampledFrom([]int64{1, 60_000, 900_000, 1_200_000, 1_200_000, reading.HourMS, 3 * reading.HourMS, 11 * reading.HourMS}).Draw(t, "dt")
			v += float64(rapid.IntRange(0, 4000).Draw(t, "dv")) / 128
			if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
				v = float64(rapid.IntRange(0, 1_100_000).Draw(t, "v")) / 1024
			}
			r := reading.Reading{Series: id, T: at, V: v, Recv: at + 5, Seq: rapid.Int64Range(0, 2).Draw(t, "seq")}
			r.Q = rapid.SampledFrom([]reading.Quality{0, 0, 0, 0, 0, reading.Suspect, reading.Bad}).Draw(t, "q")
			rs = append(rs, r)
			if rapid.IntRange(0, 7).Draw(t, "clash") == 0 {
				r.V, r.Seq = r.V+float64(rapid.IntRange(-2, 2).Draw(t, "by")), rapid.Int64Range(0, 2).Draw(t, "seq")
				rs = append(rs, r)
			}
		}
	}
	return rs
}

// TestAnyWay: whatever the order, doubling and lateness of readings, with the
// clock going on between them, the hall ends in what a hall opened afresh says
// of the same store, and that in what one says of a store which got all at
// once in order.
func TestAnyWay(t *testing.T) {
	blank := open(t, "2025-06-29 00:00")
	from := blank.at("2025-06-29 18:00").UnixMilli()
	rapid.Check(t, func(rt *rapid.T) {
		rs := drawReadings(rt, blank, from)
		end := from
		for _, r := range rs {
			end = max(end, r.T)
		}
		s := openMine(t, blank.mine, newMemory(), "2025-06-29 18:00")
		for _, batch := range sent(rt, rs) {
			send := func() {
				for _, r := range batch { // or it would be quarantined
					s.clock = later(s.clock, time.UnixMilli(r.T).In(s.clock.Location()))
				}
				s.send(batch...)
			}
			if rapid.IntRange(0, 3).Draw(rt, "while the store is at work") == 0 {
				s.meanwhile()
				s.mean = send
			} else {
				send()
			}
			switch rapid.IntRange(0, 5).Draw(rt, "then") {
			case 0, 1:
				s.hall.Tick()
			case 2:
				must(rt, s.hall.Refold(t.Context()))
			case 3:
				must(rt, s.hall.Renew(t.Context()))
			case 4:
				s.sync()
			}
		}
		s.meanwhile()
		s.clock = later(s.clock, time.UnixMilli(end).Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "rest"))*time.Minute))
		s.clock = s.clock.In(blank.clock.Location())
		s.sync()
		same(rt, s.hall, s.fresh(), "opened afresh")

		once := openMine(t, blank.mine, newMemory(), "2025-06-29 18:00")
		once.clock = s.clock
		sorted := slices.Clone(rs)
		slices.SortStableFunc(sorted, func(a, b reading.Reading) int { return reading.Compare(a, b) })
		if len(sorted) > 0 {
			once.send(sorted...)
		}
		same(rt, s.hall, once.fresh(), "all at once")
	})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sent cuts readings into batches in some order: mostly of time, for then most
// go the quick way, with some sent twice.
func sent(t *rapid.T, rs []reading.Reading) [][]reading.Reading {
	all := slices.Clone(rs)
	for range rapid.IntRange(0, 20).Draw(t, "doubled") {
		if len(rs) > 0 {
			all = append(all, rs[rapid.IntRange(0, len(rs)-1).Draw(t, "which")])
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "anyhow") == 0 {
		all = rapid.Permutation(all).Draw(t, "order")
	} else {
		slices.SortStableFunc(all, func(a, b reading.Reading) int { return int(a.T - b.T) })
		for range rapid.IntRange(0, 12).Draw(t, "late") {
			if len(all) > 0 {
				i, j := rapid.IntRange(0, len(all)-1).Draw(t, "i"), rapid.IntRange(0, len(all)-1).Draw(t, "j")
				all[i], all[j] = all[j], all[i]
			}
		}
	}
	var out [][]reading.Reading
	for len(all) > 0 {
		n := rapid.IntRange(1, len(all)).Draw(t, "batch")
		out, all = append(out, all[:n]), all[n:]
	}
	return out
}
