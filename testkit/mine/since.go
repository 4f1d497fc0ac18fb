package mine

import (
	"iter"
	"math"
	"time"

	"lingtan/reading"
)

// Since yields what the loggers recorded after the last reading of each point
// and up to an instant, a batch for each day: how a demonstration that stood
// still catches up. last gives that reading's instant in ms, or
// [math.MinInt64] where the point has none. It goes on where [Mine.Readings]
// ended, with the same registers and the same noise.
func (m *Mine) Since(id func(point string) reading.ID, last func(point string) int64, to time.Time) iter.Seq[[]reading.Reading] {
	return func(yield func([]reading.Reading) bool) {
		r := m.recorder(id)
		r.after, r.until = make([]int64, len(m.series)), to.UnixMilli()
		oldest := int64(math.MaxInt64)
		for i := range m.series {
			r.after[i] = last(m.series[i].id)
			oldest = min(oldest, r.after[i])
		}
		for n := 0; r.start+int64(n)*reading.HourMS <= r.until; n++ {
			if r.start+int64(n+1)*reading.HourMS <= oldest {
				r.skip(n)
				continue
			}
			if r.hour(n); n%24 == 23 {
				if len(r.batch) > 0 && !yield(r.batch) {
					return
				}
				r.batch = make([]reading.Reading, 0, r.perDay)
			}
		}
		if len(r.batch) > 0 {
			yield(r.batch)
		}
	}
}

// skip passes over an hour that nobody asks for.
func (r *recorder) skip(n int) {
	for k := range r.gas {
		r.gas[k] = r.m.gasAt(4*n + k)
	}
	r.turn(n)
}
