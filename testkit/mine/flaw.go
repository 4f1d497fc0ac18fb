package mine

import (
	"iter"
	"strings"
	"time"

	"lingtan/reading"
)

// flaw is what goes wrong with one point, stretch by stretch.
type flaw []mishap

// mishap is one stretch of ms in which something goes wrong.
type mishap struct {
	points   string // one point, or with a dash at the end those that begin so
	from, to int64
	what     trouble
}

type trouble uint8

const (
	lostFor   trouble = iota // the reading never arrives
	delayed                  // it arrives with the back-fill
	broken                   // the instrument says 9.99 and that it is faulty
	thrice                   // it arrives three times
	contested                // it arrives again with another value
)

// mishaps are the troubles of the two years.
func (m *Mine) mishaps() []mishap {
	at := func(year int, month time.Month, day, hour int) int64 {
		return time.Date(year, month, day, hour, 0, 0, 0, m.zone).UnixMilli()
	}
	return []mishap{
		{"shaft-2-c", at(2024, 3, 12, 1), at(2024, 3, 12, 7), lostFor},
		{"prep-12", at(2024, 7, 2, 1), at(2024, 7, 3, 0), lostFor},
		{"north-low-q", at(2025, 2, 18, 3), at(2025, 2, 19, 9), lostFor},
		{"shaft-3-c", at(2024, 11, 5, 6), at(2024, 11, 6, 18), broken},
		{"north-", at(2024, 5, 20, 14), at(2024, 5, 20, 15), thrice},
		{"main-1-import", at(2025, 1, 15, 8), at(2025, 1, 15, 9), contested},
		{backfilled, at(2025, 6, 10, 2), at(2025, 6, 12, 20), delayed},
	}
}

// backfilled are the points of the station whose line to the mine was cut.
const backfilled = "south-"

// flawOf gives what goes wrong with a point; nil where nothing does.
func (m *Mine) flawOf(id string) flaw {
	var f flaw
	for _, h := range m.mishaps() {
		if h.meets(id) {
			f = append(f, h)
		}
	}
	return f
}

func (h mishap) meets(id string) bool {
	return id == h.points || strings.HasSuffix(h.points, "-") && strings.HasPrefix(id, h.points)
}

// spoil adds the reading as it arrived in time.
func (f flaw) spoil(batch []reading.Reading, r reading.Reading) []reading.Reading {
	for _, h := range f {
		if r.T < h.from || r.T >= h.to {
			continue
		}
		switch h.what {
		case lostFor, delayed:
			return batch
		case broken:
			r.V, r.Q = 9.99, reading.Bad
		case thrice:
			batch = append(batch, r, r)
		case contested:
			other := r
			other.V, other.Recv = r.V+0.01, r.Recv+60_000
			batch = append(batch, other)
		}
	}
	return append(batch, r)
}

// Late yields the back-fill of the outage, an hour for each batch, as it came
// when the line was mended.
func (m *Mine) Late(id func(point string) reading.ID) iter.Seq[[]reading.Reading] {
	return func(yield func([]reading.Reading) bool) {
		for _, h := range m.mishaps() {
			if h.what != delayed {
				continue
			}
			for t := h.from; t < h.to; t += reading.HourMS {
				if !yield(m.backfill(h, t, id)) {
					return
				}
			}
		}
	}
}

// backfill makes one hour of the points that were cut off. They are gas
// sensors, whose readings need none before them.
func (m *Mine) backfill(h mishap, from int64, id func(string) reading.ID) []reading.Reading {
	var batch []reading.Reading
	start := m.start.UnixMilli()
	for t := from; t < min(from+reading.HourMS, h.to); t += 15 * 60_000 {
		g := m.gasAt(int((t - start) / (15 * 60_000)))
		for i := range m.series {
			if s := &m.series[i]; s.ofGas != nil && h.meets(s.id) {
				batch = append(batch, reading.Reading{Series: id(s.id), T: t, Recv: h.to + reading.HourMS, V: s.shown(s.ofGas(&g))})
			}
		}
	}
	return batch
}
