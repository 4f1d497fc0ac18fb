package reading

import "sync"

// revisions tell when hours were last written, by UTC day and in counts of
// writes: whoever keeps what was computed of hours asks whether it still holds,
// which is a thousand times cheaper than to look.
type revisions struct {
	mu    sync.Mutex
	count uint64
	days  map[int64]uint64
}

// Revision is the number of the last write of hours that touched a stretch (ms
// UTC, half-open), of any series; 0 where this service has written none there.
// It is taken before the hours are read: what is written meanwhile shows.
func (s *Service) Revision(from, to int64) uint64 {
	r := &s.revisions
	r.mu.Lock()
	defer r.mu.Unlock()
	newest := uint64(0)
	first, end := HourOf(from)/day, (HourOf(to-1)+day)/day
	if int64(len(r.days)) < end-first {
		for d, n := range r.days {
			if first <= d && d < end {
				newest = max(newest, n)
			}
		}
		return newest
	}
	for d := first; d < end; d++ {
		newest = max(newest, r.days[d])
	}
	return newest
}

// note takes a write in. An erased stretch holds the hours put in its place.
func (r *revisions) note(erased []Span) {
	if len(erased) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.days == nil {
		r.days = map[int64]uint64{}
	}
	r.count++
	for _, span := range erased {
		for d := span.From / day; d*day < span.To; d++ {
			r.days[d] = r.count
		}
	}
}
