package form

import (
	"context"
	"slices"
	"time"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/plan"
	"lingtan/rule"
)

// look is one look at some months with what lies before them: what rules ask.
type look struct {
	*Desk
	first, last rule.Month
	rules       *rule.Set
	values      map[rule.Month]*kept
	beside      map[rule.Month]metered
	months      map[rule.Month]filing.Month
	ends        map[rule.Month]time.Time
	steps       map[rule.Month][]filing.Passed
	remarks     map[rule.Month]map[string][]filing.Remark // by row
	papers      map[string]Paper
	tried       map[rule.Month]map[string]value // of a check that keeps nothing, by row
}

var _ rule.Facts = (*look)(nil)

// lookBack is how many months before the first one rules may ask for.
const lookBack = 24

func (d *Desk) look(ctx context.Context, first, last rule.Month) (*look, error) {
	l := &look{Desk: d, first: first, last: last}
	var err error
	if l.values, err = d.values(ctx, first-lookBack, last); err != nil {
		return nil, err
	}
	if l.beside, err = d.besides(ctx, first, last); err != nil {
		return nil, err
	}
	d.Memory.mu.Lock()
	l.rules = d.Memory.fit(d)
	d.Memory.mu.Unlock()
	if err := l.documents(ctx); err != nil {
		return nil, err
	}
	if d.Papers == nil {
		return l, nil
	}
	l.papers, err = d.Papers(ctx, d.Site.ID, l.files())
	return l, err
}

// documents reads how far the months are, and what was said of their cells.
func (l *look) documents(ctx context.Context) error {
	first, last := l.first.String(), l.last.String()
	months, err := l.Book.Months(ctx, l.Site.ID, first, last)
	if err != nil {
		return err
	}
	l.months, l.ends = map[rule.Month]filing.Month{}, map[rule.Month]time.Time{}
	for _, m := range months {
		l.months[rule.MonthOf(m.Month)] = m
	}
	for m := l.first; m <= l.last; m++ {
		l.ends[m] = l.end(m)
	}
	steps, err := l.Book.MonthSteps(ctx, l.Site.ID, first, last)
	if err != nil {
		return err
	}
	l.steps = map[rule.Month][]filing.Passed{}
	for _, s := range steps {
		m := rule.MonthOf(s.Month)
		l.steps[m] = append(l.steps[m], s)
	}
	remarks, err := l.Book.Remarks(ctx, l.Site.ID, first, last)
	if err != nil {
		return err
	}
	l.remarks = map[rule.Month]map[string][]filing.Remark{}
	for _, r := range remarks {
		m := rule.MonthOf(r.Month)
		if l.remarks[m] == nil {
			l.remarks[m] = map[string][]filing.Remark{}
		}
		l.remarks[m][r.Cell.ID()] = append(l.remarks[m][r.Cell.ID()], r)
	}
	return nil
}

// files lists the files that the cells looked at are proved by.
func (l *look) files() []string {
	var out []string
	for _, k := range l.values {
		for _, v := range k.cells {
			for _, e := range v.Evidence {
				if e.SHA256 != "" {
					out = append(out, e.SHA256)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// month gives a month's document.
func (l *look) month(m rule.Month) filing.Month {
	if doc, ok := l.months[m]; ok {
		return doc
	}
	return filing.Month{Site: l.Site.ID, Month: m.String(), State: filing.Draft}
}

// at gives what is at the end of a cell's line, a value that is only tried
// before one that is kept.
func (l *look) at(row string, m rule.Month) (value, bool) {
	if v, ok := l.tried[m][row]; ok {
		return v, true
	}
	k := l.values[m]
	if k == nil {
		return value{}, false
	}
	v, ok := k.cells[row]
	return v, ok
}

// Amount gives what stands in a cell.
func (l *look) Amount(row string, m rule.Month) (rule.Amount, bool) {
	v, ok := l.at(row, m)
	return v.amount, ok && !v.Withdrawn
}

// Beside gives what the meters say.
func (l *look) Beside(row string, m rule.Month) (plan.Beside, bool) {
	b, ok := l.beside[m].rows[row]
	return b, ok
}

// Papers gives what proves a cell.
func (l *look) Papers(row string, m rule.Month) []rule.Paper {
	v, ok := l.at(row, m)
	if !ok || v.Withdrawn {
		return nil
	}
	out := make([]rule.Paper, 0, len(v.Evidence))
	for _, e := range v.Evidence {
		kind := e.Kind
		if p, known := l.papers[e.SHA256]; known {
			kind = p.Kind
		}
		out = append(out, rule.Paper{SHA256: e.SHA256, Kind: kind})
	}
	return out
}

// filers lists who filed what stands in a month.
func (l *look) filers(m rule.Month) []string {
	k := l.values[m]
	if k == nil {
		return nil
	}
	out := slices.Clone(k.filers)
	slices.Sort(out)
	return slices.Compact(out)
}

// Elsewhere gives the papers of a cell that are named and kept in the mine's own
// archive: a correction goes on naming them, for nobody can hand them in again.
func (d *Desk) Elsewhere(ctx context.Context, c filing.Cell) ([]activity.Evidence, error) {
	m := rule.MonthOf(c.Month)
	values, err := d.values(ctx, m, m)
	if err != nil || values[m] == nil {
		return nil, err
	}
	var out []activity.Evidence
	for _, e := range values[m].cells[c.ID()].Evidence {
		if e.SHA256 == "" {
			out = append(out, e)
		}
	}
	return out, nil
}

// Shown tells pieces of evidence as a cell shows them.
func (d *Desk) Shown(ctx context.Context, list []activity.Evidence) ([]Paper, error) {
	l := &look{Desk: d}
	var hashes []string
	for _, e := range list {
		if e.SHA256 != "" {
			hashes = append(hashes, e.SHA256)
		}
	}
	var err error
	if d.Papers != nil {
		l.papers, err = d.Papers(ctx, d.Site.ID, hashes)
	}
	return l.shown(list), err
}
