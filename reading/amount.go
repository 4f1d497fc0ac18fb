package reading

import (
	"cmp"
	"slices"
)

// Amounts turns the buckets of one series, ascending by hour, into the amounts
// of the hours [from, to). What it says of an hour depends on the buckets
// around it as far as Window tells, so it may be called for any stretch.
func Amounts(rule Rule, buckets []Bucket, from, to int64) ([]Hour, []Event) {
	if len(buckets) == 0 {
		return nil, nil
	}
	b := &book{rule: rule, series: buckets[0].Series, from: from, to: to}
	switch rule.Kind {
	case Counter:
		b.counter(buckets)
	case Gauge:
		b.gauge(buckets)
	case Delta:
		b.delta(buckets)
	}
	return b.close(buckets)
}

// book collects what is booked into the hours asked for.
type book struct {
	rule     Rule
	series   ID
	from, to int64
	hours    []Hour
	events   []Event
	lost     []int64 // hours whose amount does not fit
}

// at gives the hour's row, or nil outside the hours asked for. Bookings come
// nearly in order, so the row is one of the last.
func (b *book) at(hour int64) *Hour {
	if hour < b.from || hour >= b.to {
		return nil
	}
	i, found := len(b.hours)-1, false
	if i < 0 || b.hours[i].Hour < hour {
		i++
	} else if found = b.hours[i].Hour == hour; !found {
		i, found = slices.BinarySearchFunc(b.hours, hour, func(h Hour, n int64) int { return cmp.Compare(h.Hour, n) })
	}
	if !found {
		b.hours = slices.Insert(b.hours, i, Hour{Series: b.series, Hour: hour})
	}
	return &b.hours[i]
}

// close adds what the buckets say of the hours that have an amount, and keeps
// the events of the hours asked for.
func (b *book) close(buckets []Bucket) ([]Hour, []Event) {
	b.hours = slices.DeleteFunc(b.hours, func(h Hour) bool { return slices.Contains(b.lost, h.Hour) })
	i := 0
	for _, c := range buckets {
		for i < len(b.hours) && b.hours[i].Hour < c.Hour {
			i++
		}
		if i == len(b.hours) || b.hours[i].Hour != c.Hour {
			continue
		}
		h := &b.hours[i]
		h.N = c.N
		if c.Suspect > 0 {
			h.Flags |= Doubtful
		}
		if c.Clashes > 0 {
			h.Flags |= Contested
		}
		if b.rule.Kind == Counter && c.GapMS > 0 {
			h.Flags |= Estimated
		}
	}
	b.events = slices.DeleteFunc(b.events, func(e Event) bool {
		return HourOf(e.T) < b.from || HourOf(e.T) >= b.to
	})
	return b.hours, b.events
}

// overflow tells that an amount does not fit; what does not fit is not counted.
func (b *book) overflow(from, to Point) {
	b.events = append(b.events, Event{
		Series: b.series, Kind: Overflow, Prev: from.T, T: to.T, From: from.V, To: to.V,
	})
}

// piece is a stretch of a bucket between breaks: its factor does not change.
type piece struct {
	first     int64 // instant of its first reading
	sum, held Wide
}

func pieces(c Bucket) []piece {
	out := make([]piece, 0, len(c.Breaks)+1)
	start, sum, held := c.First.T, Wide{}, Wide{}
	for _, k := range c.Breaks {
		out = append(out, piece{start, k.Sum.Sub(sum), k.Held.Sub(held)})
		start, sum, held = k.T, k.Sum, k.Held
	}
	return append(out, piece{start, c.Sum.Sub(sum), c.Held.Sub(held)})
}

// delta books each bucket's sum in its hour, whole.
func (b *book) delta(buckets []Bucket) {
	for _, c := range buckets {
		if c.N == 0 { // only readings that do not count: no hour, not an hour of zero
			continue
		}
		h := b.at(c.Hour)
		if h == nil {
			continue
		}
		var total Wide
		fits := true
		for _, p := range pieces(c) {
			f, _ := b.rule.factor(p.first - b.rule.shiftMS())
			n, ok := p.sum.ratio(f.Num, f.Den)
			total, fits = total.Add(WideOf(n)), fits && ok
		}
		n, ok := total.Int64()
		if !ok || !fits {
			b.lost = append(b.lost, c.Hour)
			b.overflow(c.First, c.Last)
			continue
		}
		h.Amount = n
		h.CoveredMS = min(int64(c.N)*b.rule.stepMS(), HourMS)
	}
}

// gauge integrates values held until the next reading, at most MaxHold, and
// clipped at the hours: amount in nano unit·hours of the covered time.
func (b *book) gauge(buckets []Bucket) {
	var areas []area
	var before *Bucket
	for i := range buckets {
		c := &buckets[i]
		if c.N == 0 {
			continue
		}
		if before != nil {
			areas = b.hold(areas, before.Last, c.First.T)
		}
		for _, p := range pieces(*c) {
			f, _ := b.rule.factor(p.first)
			areas = append(areas, area{hour: c.Hour, f: f, held: p.held})
		}
		areas[len(areas)-1].ms = c.HeldMS
		before = c
	}
	if before != nil {
		areas = b.hold(areas, before.Last, maxMS)
	}
	b.integrate(areas)
}

// area is a held value's integral within one hour.
type area struct {
	hour int64
	f    Factor
	held Wide // nano·ms
	ms   int64
}

// hold holds a bucket's last value over hour boundaries until the next reading.
func (b *book) hold(areas []area, p Point, next int64) []area {
	end := p.T + b.rule.holdMS()
	end = min(end, next)
	f, _ := b.rule.factor(p.T)
	for t := p.T; t < end; {
		hour := HourOf(t)
		until := min((hour+1)*HourMS, end)
		areas = append(areas, area{hour: hour, f: f, held: Nano(p.V).Times(until - t), ms: until - t})
		t = until
	}
	return areas
}

// integrate books areas, ascending by hour, rounding once per hour and factor.
func (b *book) integrate(areas []area) {
	for i := 0; i < len(areas); {
		hour, covered, total, fits := areas[i].hour, int64(0), Wide{}, true
		for i < len(areas) && areas[i].hour == hour {
			f, held := areas[i].f, Wide{}
			for ; i < len(areas) && areas[i].hour == hour && areas[i].f == f; i++ {
				held = held.Add(areas[i].held)
				covered += areas[i].ms
			}
			n, ok := held.ratio(f.Num, f.Den*HourMS)
			total, fits = total.Add(WideOf(n)), fits && ok
		}
		n, ok := total.Int64()
		if !ok || !fits {
			at := Point{T: hour * HourMS}
			b.overflow(at, at)
		} else if covered > 0 {
			if h := b.at(hour); h != nil {
				h.Amount, h.CoveredMS = n, covered
			}
		}
	}
}
