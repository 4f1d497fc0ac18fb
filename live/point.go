package live

import (
	"math"
	"slices"

	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
)

const (
	// lateHours is how many full hours before the open one a late reading is
	// folded at once; an older one waits for the store's own recomputation.
	lateHours = 2
	// mostRecalls is how many hours of a point are folded anew one by one.
	mostRecalls = 8
	// mostBuckets is how many a backfill in order may open before they settle.
	mostBuckets = 24
	// leastFreshMS is the age up to which no reading is called stale: what a
	// source collects into one message is not silence.
	leastFreshMS = 10_000
)

// never is an instant and an hour before all others.
const never = math.MinInt64 / 4

// meter is what a point and a derived gas have in common.
type meter struct {
	id     string
	series reading.ID
	unit   quantity.Unit // of the amount
	tally
	rate    float64 // amount per hour
	rated   bool    // rate is known and not stale
	rateT   int64   // the instant it holds for
	freshMS int64   // how old it may be
	moved   bool    // since its viewers were told
	sources []*source
}

// stale tells whether the last reading is too old to speak for now.
func (m *meter) stale(c *cut) bool { return m.rateT == never || c.now-m.rateT > m.freshMS }

// point is one measured series with its open hours.
type point struct {
	meter
	site  site.Point
	rule  reading.Rule
	limit reading.Limit

	folder  reading.Folder
	buckets []reading.Bucket // ascending, none empty; the last is the folder's
	whole   bool             // nothing was ever read before the buckets
	newest  int64            // the last instant folded
	tip     reading.Reading  // folded last since the store was asked; Series 0: none
	lo, hi  int64            // hours changed since they were reckoned; lo > hi: none
	opened  bool             // a bucket was opened since the last trim

	last  reading.Reading // the last counted one; Series 0: none yet
	fault reading.Reading // a later one that does not count
	trail []reading.Reading
	gases []*gas // made of the point

	floor int64   // the first hour something came for since the store was last asked for all
	again []int64 // hours to be folded anew from the store
	late  bool    // a reading beyond the open hours waits in the store
	past  bool    // an hour before the open month changed
	asked bool    // the store is being asked
	held  []reading.Reading
}

func newPoint(p site.Point, id reading.ID) *point {
	rule := p.Rule()
	return &point{
		meter: meter{
			id: p.ID, series: id, unit: p.AmountUnit(), rateT: never,
			freshMS: max(rule.HoldMS(), rule.RateSpanMS(), leastFreshMS),
		},
		site: p, rule: rule, limit: rule.Limit(), newest: never, lo: 1, late: true,
	}
}

// take folds one reading, or marks what has to be asked of the store.
func (p *point) take(r reading.Reading, c *cut) {
	if p.asked {
		p.held = append(p.held, r)
	}
	p.moved = true
	if !r.Counts() {
		p.spoil(r)
		return
	}
	if p.same(r) {
		return
	}
	p.note(r)
	for _, g := range p.gases {
		g.touch(r.T)
	}
	hour := reading.HourOf(r.T - p.limit.Shift)
	p.floor = min(p.floor, hour)
	switch {
	case hour < p.base:
		p.late = true
	case r.T > p.newest:
		p.add(r, hour, c)
	default:
		p.recall(hour)
	}
}

// same tells whether the reading folded last was sent again.
func (p *point) same(r reading.Reading) bool {
	l := p.tip
	return r.Series == l.Series && r.T == l.T && r.V == l.V && r.Q == l.Q && r.Seq == l.Seq
}

// spoil keeps the newest reading that does not count, to be shown.
func (p *point) spoil(r reading.Reading) {
	if r.Q != reading.Quarantined && r.T > p.last.T && r.T >= p.fault.T {
		p.fault = r
	}
}

// note keeps the last counted reading, the one that counts where two are of an instant.
func (p *point) note(r reading.Reading) {
	if p.last.Series == 0 || r.T > p.last.T || r.T == p.last.T && reading.Compare(r, p.last) < 0 {
		p.last = r
	}
}

// add folds a reading that came in order.
func (p *point) add(r reading.Reading, hour int64, c *cut) {
	if n := len(p.buckets); n == 0 || p.buckets[n-1].Hour != hour {
		p.flush()
		p.buckets, p.opened = append(p.buckets, reading.Bucket{Hour: hour}), true
	}
	p.folder.Add(r)
	p.newest, p.tip = r.T, r
	p.follow(r, c)
	p.touch(hour)
	if len(p.buckets) > mostBuckets {
		p.reckon(c)
	}
}

// flush writes what the folder has of the last bucket.
func (p *point) flush() {
	if n := len(p.buckets); n > 0 {
		p.buckets[n-1] = p.folder.Bucket()
	}
}

func (p *point) touch(hour int64) {
	if p.lo > p.hi {
		p.lo, p.hi = hour, hour
		return
	}
	p.lo, p.hi = min(p.lo, hour), max(p.hi, hour)
}

// recall marks an hour that has to be folded anew.
func (p *point) recall(hour int64) {
	switch {
	case slices.Contains(p.again, hour):
	case len(p.again) == mostRecalls:
		p.beLate()
	default:
		p.again = append(p.again, hour)
	}
}

// beLate leaves the point, and what is made of it, to the store.
func (p *point) beLate() {
	p.late = true
	for _, g := range p.gases {
		g.late = true
	}
}

// follow keeps the readings that rates and gases look back at.
func (p *point) follow(r reading.Reading, c *cut) {
	if n := len(p.trail); n > 0 && p.trail[n-1].T >= r.T {
		return
	}
	if !p.trails() {
		p.trail = append(p.trail[:0], r)
		return
	}
	from, n := p.trailFrom(r.T, c), 0
	for n < len(p.trail) && p.trail[n].T < from {
		n++
	}
	if n > 16 && n > len(p.trail)/2 { // now and then, for deleting moves the rest
		p.trail = slices.Delete(p.trail, 0, n)
	}
	p.trail = append(p.trail, r)
}

// trails tells whether more than the last reading is looked back at.
func (p *point) trails() bool { return p.rule.RateSpanMS() > 0 || len(p.gases) > 0 }

// trailFrom is the instant from which readings are kept, given the last one's.
func (p *point) trailFrom(last int64, c *cut) int64 {
	from := last - p.rule.RateSpanMS()
	for _, g := range p.gases {
		from = min(from, min(g.base, c.hour()-1)*reading.HourMS-g.product.HoldMS())
	}
	return from
}

// reckon turns the changed buckets into hours. What may
// change before base is the store's to say.
func (p *point) reckon(c *cut) {
	if p.lo > p.hi {
		return
	}
	p.flush()
	spans, reach := reading.Window(p.rule, p.buckets, []reading.Span{{Series: p.series, From: p.lo, To: p.hi + 1}})
	p.late = p.late || reach.Left && !p.whole
	for _, s := range spans {
		if s.From < p.base {
			p.late, s.From = true, p.base
		}
		hours, _ := reading.Amounts(p.rule, p.buckets, s.From, s.To)
		if p.replace(s.From, s.To, hours) && s.From < c.from[month] {
			p.past = true
		}
	}
	p.lo, p.hi = 1, 0
	if p.opened {
		p.trim(c)
	}
}

// trim settles the hours no reading of the last lateHours reaches, and lets go
// of the buckets that decide none of the others.
func (p *point) trim(c *cut) {
	p.opened = false
	if len(p.buckets) == 0 {
		return
	}
	target := min(p.buckets[len(p.buckets)-1].Hour, c.hour()) - lateHours
	base, sure := p.reach(target)
	if !sure || base <= p.base {
		return
	}
	from, _ := p.reach(base)
	p.settle(base, c)
	n := 0
	for n < len(p.buckets)-1 && p.buckets[n].Hour < from {
		n++
	}
	if n > 0 {
		p.buckets, p.whole = slices.Delete(p.buckets, 0, n), false
	}
}

// reach tells from which hour on a reading in an hour changes anything, and
// whether the buckets are enough to be sure.
func (p *point) reach(hour int64) (from int64, sure bool) {
	spans, reach := reading.Window(p.rule, p.buckets, []reading.Span{{Series: p.series, From: hour, To: hour + 1}})
	return min(hour, spans[0].From), !reach.Left || p.whole
}

// pace works the rate out anew.
func (p *point) pace(c *cut) {
	p.rated, p.rateT = false, never
	if p.last.Series == 0 {
		return
	}
	p.rateT = p.last.T
	if !p.stale(c) {
		p.rate, p.rated = p.rule.Rate(p.trail)
	}
}
