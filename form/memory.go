package form

import (
	"context"
	"sync"
	"time"

	"lingtan/filing"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/rule"
)

// What the meters say beside a cell is a figure to compare with, which an hour's
// readings hardly move: it may be a minute old. Of a month that ended long ago
// late readings alone can change it, so it may be older.
const (
	meterAge = time.Minute
	settled  = 40 * 24 * time.Hour // after its end
	pastAge  = 15 * time.Minute
)

// fresh tells whether what the meters said of a month may still be shown.
func (m metered) fresh(end, now time.Time) bool {
	age, most := now.Sub(m.asked), meterAge
	if now.Sub(end) > settled {
		most = pastAge
	}
	return m.rows != nil && age >= 0 && age < most
}

// Memory is what a desk keeps between two looks: the values of the months as
// long as nobody files, and what the meters said a moment ago. It is safe for
// several at once, and belongs to one mine.
type Memory struct {
	mu     sync.Mutex
	plan   string // the SHA-256 of the file it was made for
	rules  *rule.Set
	months map[rule.Month]*kept
	beside map[rule.Month]metered
}

// kept is a month's filings as they were when it had so many.
type kept struct {
	filings int64
	cells   map[string]value // by row
	filers  []string
}

// value is what is at the end of a cell's line.
type value struct {
	filing.Filing
	amount rule.Amount // in the row's unit; none where it was taken back
	number string      // the amount, as it is told
	line   []string    // it, and what was filed before it of the same quantity
	papers []string    // and of the same papers
}

// holds tells whether a remark is still about the value: a return until anything
// is filed, a reason while the quantity is the same, and one for a paper while
// that is.
func (v value) holds(r filing.Remark) bool {
	switch {
	case v.ID == "":
		return r.Holds()
	case r.Kind == filing.Returned:
		return r.Holds(v.ID)
	case r.Rule == string(plan.Reused):
		return r.Holds(v.papers...)
	}
	return r.Holds(v.line...)
}

// metered is what the meters said of a month.
type metered struct {
	asked time.Time
	rows  map[string]plan.Beside
}

// NewMemory makes an empty memory.
func NewMemory() *Memory { return &Memory{} }

// fit forgets everything when the plan has changed.
func (m *Memory) fit(d *Desk) *rule.Set {
	if m.plan != d.Plan.SHA256 || m.rules == nil {
		m.plan, m.rules = d.Plan.SHA256, rule.Of(d.Plan, d.Site)
		m.months, m.beside = map[rule.Month]*kept{}, map[rule.Month]metered{}
	}
	return m.rules
}

// values gives the months from first to last, reading those again in which
// somebody has filed since.
func (d *Desk) values(ctx context.Context, first, last rule.Month) (map[rule.Month]*kept, error) {
	counts, err := d.Book.FilingCounts(ctx, d.Site.ID, first.String(), last.String())
	if err != nil {
		return nil, err
	}
	d.Memory.mu.Lock()
	defer d.Memory.mu.Unlock()
	d.Memory.fit(d)
	out := map[rule.Month]*kept{}
	from, to := last+1, first-1 // of what is to be read
	for m := first; m <= last; m++ {
		if held := d.Memory.months[m]; held != nil && held.filings == counts[m.String()] {
			out[m] = held
		} else if counts[m.String()] > 0 {
			from, to = min(from, m), max(to, m)
		}
	}
	if from > to {
		return out, nil
	}
	list, err := d.Book.Filings(ctx, d.Site.ID, from.String(), to.String())
	if err != nil {
		return nil, err
	}
	for m, k := range d.keep(list) {
		out[m], d.Memory.months[m] = k, k
	}
	return out, nil
}

// keep sorts filings into months. Each month knows how many it was made of, so
// that one filed meanwhile is seen at the next look.
func (d *Desk) keep(list []filing.Filing) map[rule.Month]*kept {
	out := map[rule.Month]*kept{}
	of := func(month string) *kept {
		m := rule.MonthOf(month)
		if out[m] == nil {
			out[m] = &kept{cells: map[string]value{}}
		}
		return out[m]
	}
	for _, f := range list {
		of(f.Month).filings++
	}
	lines := map[filing.Cell][]filing.Filing{}
	for _, f := range list {
		lines[f.Cell] = append(lines[f.Cell], f)
	}
	for _, f := range filing.Last(list) {
		k, v := of(f.Month), valueOf(f, d.Memory.rules)
		v.line, v.papers = filing.Line(lines[f.Cell], f, false), filing.Line(lines[f.Cell], f, true)
		k.cells[f.Cell.ID()] = v
		if !f.Withdrawn {
			k.filers = append(k.filers, f.By)
		}
	}
	return out
}

// valueOf tells a filing in its row's unit.
func valueOf(f filing.Filing, rules *rule.Set) value {
	v := value{Filing: f}
	row, ok := rules.Row(f.Cell.ID())
	if !ok || f.Withdrawn {
		return v
	}
	if q, err := row.In(f.Quantity); err == nil {
		v.amount, v.number = rule.Amount{Quantity: q, Float: q.Float()}, q.Number()
	}
	return v
}

// besides gives what the meters say of the rows in the months, asking again for
// months that were asked too long ago.
func (d *Desk) besides(ctx context.Context, first, last rule.Month) (map[rule.Month]metered, error) {
	now := d.Now()
	d.Memory.mu.Lock()
	defer d.Memory.mu.Unlock()
	d.Memory.fit(d)
	out := map[rule.Month]metered{}
	from, to := last+1, first-1
	for m := first; m <= last; m++ {
		held := d.Memory.beside[m]
		if held.fresh(d.end(m), now) {
			out[m] = held
			continue
		}
		from, to = min(from, m), max(to, m)
	}
	if from > to {
		return out, nil
	}
	var months []period.Period
	for m := from; m <= to; m++ {
		p, err := d.Site.Calendar.Parse(m.String())
		if err != nil {
			return nil, err
		}
		months = append(months, p)
		out[m] = metered{now, map[string]plan.Beside{}}
	}
	told, err := plan.ReadBeside(ctx, d.Plan.Rows(), months, plan.Inputs{Site: d.Site, Meters: d.Meters, Series: d.Series})
	if err != nil {
		return nil, err
	}
	for at, b := range told {
		out[rule.MonthOf(at.Month)].rows[at.ID] = b
	}
	for m := from; m <= to; m++ {
		d.Memory.beside[m] = out[m]
	}
	return out, nil
}
