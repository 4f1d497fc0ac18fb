package board

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/lang"
)

// pick chooses pieces of the node.
type pick func(p *piece) bool

// counted are the pieces of the total that is shown.
func (v *view) counted(p *piece) bool { return p.sign != 0 && v.node.sources[p.line.Source] }

func (v *view) inScope(scope string) pick {
	return func(p *piece) bool { return v.counted(p) && scopeOf(p.line.Basis) == scope }
}

func (v *view) inGroup(group string) pick {
	return func(p *piece) bool { return v.counted(p) && p.group == group }
}

// asked are the months asked for that have begun.
func (v *view) asked() []*month { return v.between(v.first, v.last) }

func (v *view) between(first, last ordinal) []*month {
	var out []*month
	for at := first; at <= last; at++ {
		if m, ok := v.months[at]; ok {
			out = append(out, m)
		}
	}
	return out
}

// blend is how well a number is founded.
type blend struct {
	meters, papers               int
	expected, covered, estimated float64 // hours
	points                       []string
	cells                        []string
	running                      bool // a month that still runs is in it
}

// see takes a value in.
func (b *blend) see(source, name string, value activity.Value) {
	cell := source + "#" + name
	if value.Meter == nil {
		if b.papers++; !slices.Contains(b.cells, cell) {
			b.cells = append(b.cells, cell)
		}
		return
	}
	b.meters++
	hours := float64(value.Meter.Hours) * float64(len(value.Meter.Points))
	b.expected += hours
	b.covered += hours * value.Meter.Covered
	b.estimated += hours * (value.Meter.Estimated + value.Meter.Substituted)
	for _, p := range value.Meter.Points {
		if !slices.Contains(b.points, p) {
			b.points = append(b.points, p)
		}
	}
}

// take takes the inputs of a piece in.
func (b *blend) take(m *month, p *piece) {
	b.running = b.running || m.origin.From == FromOpen
	for _, key := range p.line.Inputs {
		if len(p.moves) > 0 && strings.HasPrefix(key, "input:") && p.moves[key] == nil {
			continue // of the line's other piece
		}
		if value, ok := m.value(key); ok {
			_, name, _ := strings.Cut(key, "#")
			b.see(p.line.Source, name, value)
		}
	}
}

func (b *blend) kind() Kind {
	switch {
	case b.running:
		return Estimate
	case b.papers == 0 && b.meters > 0:
		return Measured
	case b.meters == 0:
		return Filed
	}
	return Mixed
}

func ratio(part, whole float64) *float64 {
	if whole <= 0 {
		return nil
	}
	r := min(part/whole, 1)
	return &r
}

// lay puts what is known of the foundation on a figure.
func (b *blend) lay(v *view, f *Figure) {
	f.Kind, f.Coverage, f.Estimated = b.kind(), ratio(b.covered, b.expected), ratio(b.estimated, b.expected)
	b.tidy()
	f.Newest = v.newestWithin(b.points, f.Period)
	f.Ref.Points, f.Ref.Cells = b.points, b.cells
}

// newestWithin is the newest reading of some points, or the end of the period
// where that is earlier.
func (v *view) newestWithin(points []string, stretch string) time.Time {
	newest := int64(0)
	for _, p := range points {
		newest = max(newest, v.newest[p])
	}
	if newest == 0 {
		return time.Time{}
	}
	name := stretch
	if _, last, ok := strings.Cut(stretch, ".."); ok {
		name = last
	}
	if p, err := v.Mine.Site.Calendar.Parse(name); err == nil {
		_, end := p.Millis()
		newest = min(newest, end)
	}
	return time.UnixMilli(newest).UTC()
}

// sum adds the pieces of some months as the total shown counts them, in tCO2e;
// nil where there is none.
func (v *view) sum(months []*month, want pick) (*big.Rat, *blend) {
	var total *big.Rat
	b := &blend{}
	for _, m := range months {
		for _, p := range m.pieces {
			if want(p) {
				total = grow(total, v.co2e(p))
				b.take(m, p)
			}
		}
	}
	return total, b
}

// mostLacking is how many parameters a figure names; the count tells the rest.
const mostLacking = 12

// leaveOut puts on a figure what it leaves out, each once.
func (f *Figure) leaveOut(lacking []string) {
	all := slices.Clone(lacking)
	slices.Sort(all)
	all = slices.Compact(all)
	f.LackCount, f.Lacking = len(all), all[:min(len(all), mostLacking)]
}

// everySource is all of the node's.
func everySource(string) bool { return true }

func (v *view) ofScope(scope string) func(string) bool {
	return func(source string) bool { return v.scopeOfSource(source) == scope }
}

// lackingOf are the parameters that a month leaves out of some sources of the node.
func (v *view) lackingOf(m *month, sources func(string) bool) []string {
	var out []string
	for _, id := range m.lacking {
		source, _, _ := strings.Cut(id, "#")
		if v.node.sources[source] && sources(source) {
			out = append(out, id+"@"+m.at.String())
		}
	}
	return out
}

// whole tells whether a month is over and nothing of the node lacks in it.
func (v *view) whole(m *month) bool { return m.over() && len(v.lackingOf(m, everySource)) == 0 }

// lacks puts what a figure leaves out on it: parameters of the node's sources,
// and whole months of which nothing is known.
func (v *view) lacks(f *Figure, first, last ordinal, sources func(string) bool) {
	var all []string
	for at := first; at <= last; at++ {
		if m, ok := v.months[at]; ok && m.origin.From != FromNothing {
			all = append(all, v.lackingOf(m, sources)...)
			continue
		}
		all = append(all, "*@"+at.String())
	}
	f.leaveOut(all)
	if f.Value == nil && f.Missing.IsZero() {
		f.Missing = lang.T("所选期间没有可核算的读数与填报", "the period has no reading and no filing to account for")
	}
}

// scopeOfSource tells under which scope a source's lines fall.
func (v *view) scopeOfSource(id string) string {
	source, _ := v.Mine.Site.Source(id)
	if source.Kind == "electricity" || source.Kind == "heat" || source.Kind == "steam" {
		return scope2
	}
	return scope1
}

// twin names a piece in whatever month.
type twin struct{ source, category, basis, group string }

func twinOf(p *piece) twin { return twin{p.line.Source, p.line.Category, p.line.Basis, p.group} }

// byTwin adds a month's pieces by what they are.
func (v *view) byTwin(m *month, want pick) map[twin]*big.Rat {
	out := map[twin]*big.Rat{}
	for _, p := range m.pieces {
		if !want(p) {
			continue
		}
		out[twinOf(p)] = grow(out[twinOf(p)], v.co2e(p))
	}
	return out
}

// pair adds, like for like, what months and the same months a year before both
// know: a source that lacks on one side is left out of both.
func (v *view) pair(first, last ordinal, want pick) (now, before *big.Rat, from, to ordinal, even bool) {
	even = true
	for at := first; at <= last; at++ {
		m, w := v.months[at], v.months[at-12]
		if m == nil || w == nil || !m.over() || !w.over() {
			even = even && m == nil // a month to come is not missed
			continue
		}
		if now == nil {
			from = at
		}
		to = at
		a, b := v.byTwin(m, want), v.byTwin(w, want)
		for k, x := range a {
			y, ok := b[k]
			if !ok {
				even = false
				continue
			}
			now, before = plus(now, x), plus(before, y)
			delete(b, k)
		}
		even = even && len(b) == 0
	}
	return now, before, from, to, even
}

// change compares with the same months a year before.
func (v *view) change(want pick) *Change {
	now, before, from, to, even := v.pair(v.first, v.last, want)
	if now == nil {
		return &Change{Period: stretchName(v.first-12, v.last-12), Missing: lang.T("上年同期没有可比的数", "nothing of the year before compares")}
	}
	c := changed(now, before)
	c.Period = stretchName(from-12, to-12)
	if !even {
		c.Missing = lang.T("只比两年都有、且已过完的月份与排放源", "months that are over and sources that both years know are compared, and no others")
	}
	return c
}

func changed(now, before *big.Rat) *Change {
	diff := less(now, before)
	return &Change{Before: decimal(before), Difference: decimal(diff), Share: decimal(share(diff, before))}
}

// totalled makes a figure of a sum over months.
func (v *view) totalled(id string, title lang.Text, first, last ordinal, want pick) (Figure, *big.Rat) {
	sum, b := v.sum(v.between(first, last), want)
	f := Figure{
		ID: id, Title: title, Value: decimal(sum), Unit: tonnes, Period: stretchName(first, last),
		Ref: Ref{Period: stretchName(first, last), Node: v.node.id},
	}
	b.lay(v, &f)
	return f, sum
}

// tidy lists each point and cell once, without touching the lists it came from.
func (b *blend) tidy() {
	b.points, b.cells = slices.Clone(b.points), slices.Clone(b.cells)
	slices.Sort(b.points)
	slices.Sort(b.cells)
	b.points, b.cells = slices.Compact(b.points), slices.Compact(b.cells)
}
