package series

import (
	"slices"
	"sync"

	"lingtan/reading"
)

// latest holds the last counted reading of every series, for the wall asks for
// it every second.
type latest struct {
	mu sync.RWMutex
	of map[reading.ID]reading.Reading
}

// see takes readings into account.
func (l *latest) see(rs ...reading.Reading) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[reading.ID]reading.Reading{}
	}
	for _, r := range rs {
		if !r.Counts() {
			continue
		}
		if old, ok := l.of[r.Series]; !ok || r.T > old.T || (r.T == old.T && reading.Compare(r, old) < 0) {
			l.of[r.Series] = r
		}
	}
}

// list gives those of the series, or all for nil, by series.
func (l *latest) list(ids []reading.ID) []reading.Reading {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []reading.Reading
	if ids == nil {
		for _, r := range l.of {
			out = append(out, r)
		}
	}
	for _, id := range ids {
		if r, ok := l.of[id]; ok {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, reading.Compare)
	return slices.Compact(out)
}
