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

// meterAge is how old what the meters say beside the cells may be: a figure to
// compare with, which the hour's readings hardly move.
const meterAge = time.Minute

// Memory is what a desk keeps between two looks: the values of the months as
// long as nobody files, and what the meters said a moment ago. It is safe for
// several at once, and belongs to one mine.
type Memory struct {
	mu     sync.Mutex
	plan   string // the SHA-256 of the file it was made for
	rules  *rule.Set
	months map[string]*kept
	beside map[string]metered
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
		m.months, m.beside = map[string]*kept{}, map[string]metered{}
	}
	return m.rules
}

// values gives the months from first to last, reading those again in which
// somebody has filed since.
func (d *Desk) values(ctx context.Context, first, last rule.Month) (map[string]*kept, error) {
	counts, err := d.Book.FilingCounts(ctx, d.Site.ID, first.String(), last.String())
	if err != nil {
		return nil, err
	}
	d.Memory.mu.Lock()
	defer d.Memory.mu.Unlock()
	d.Memory.fit(d)
	out := map[string]*kept{}
	from, to := last+1, first-1 // of what is to be read
	for m := first; m <= last; m++ {
		name := m.String()
		if held := d.Memory.months[name]; held != nil && held.filings == counts[name] {
			out[name] = held
		} else if counts[name] > 0 {
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
	for name, k := range d.keep(list) {
		out[name], d.Memory.months[name] = k, k
	}
	return out, nil
}

// keep sorts filings into months. Each month knows how many it was made of, so
// that one filed meanwhile is seen at the next look.
func (d *Desk) keep(list []filing.Filing) map[string]*kept {
	out := map[string]*kept{}
	of := func(month string) *kept {
		if out[month] == nil {
			out[month] = &kept{cells: map[string]value{}}
		}
		return out[month]
	}
	for _, f := range list {
		of(f.Month).filings++
	}
	for _, f := range filing.Last(list) {
		v := value{Filing: f}
		if row, ok := d.Memory.rules.Row(f.Cell.ID()); ok && !f.Withdrawn {
			if q, err := row.In(f.Quantity); err == nil {
				v.amount = rule.Amount{Quantity: q, Float: q.Float()}
			}
		}
		k := of(f.Month)
		k.cells[f.Cell.ID()] = v
		if !f.Withdrawn {
			k.filers = append(k.filers, f.By)
		}
	}
	return out
}

// besides gives what the meters say of the rows in the months, asking again for
// months that were asked too long ago.
func (d *Desk) besides(ctx context.Context, first, last rule.Month) (map[string]metered, error) {
	now := d.Now()
	d.Memory.mu.Lock()
	defer d.Memory.mu.Unlock()
	d.Memory.fit(d)
	out := map[string]metered{}
	from, to := last+1, first-1
	for m := first; m <= last; m++ {
		held, ok := d.Memory.beside[m.String()]
		if age := now.Sub(held.asked); ok && age >= 0 && age < meterAge {
			out[m.String()] = held
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
		out[m.String()] = metered{now, map[string]plan.Beside{}}
	}
	told, err := plan.ReadBeside(ctx, d.Plan.Rows(), months, plan.Inputs{Site: d.Site, Meters: d.Meters, Series: d.Series})
	if err != nil {
		return nil, err
	}
	for at, b := range told {
		out[at.Month].rows[at.ID] = b
	}
	for m := from; m <= to; m++ {
		d.Memory.beside[m.String()] = out[m.String()]
	}
	return out, nil
}
