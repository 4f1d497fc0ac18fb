package board

import (
	"context"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/plan"
)

var _ plan.Filings = (*papers)(nil)

// papers are the filings and closed inventories of a stretch, asked for once.
type papers struct {
	cells  map[filing.Cell]filing.Filing
	marks  map[string]string // what is filed of a month, by the ids of the filings
	closed map[ordinal]inventory.Head
}

// Filed gives what stands for a cell.
func (p *papers) Filed(_ context.Context, site, source, parameter, month string) (activity.Value, bool, error) {
	f, ok := p.cells[filing.Cell{Site: site, Source: source, Parameter: parameter, Month: month}]
	if !ok {
		return activity.Value{}, false, nil
	}
	return f.Value(), true, nil
}

func (v *view) papers(ctx context.Context, first, last ordinal) (*papers, error) {
	p := &papers{cells: map[filing.Cell]filing.Filing{}, marks: map[string]string{}, closed: map[ordinal]inventory.Head{}}
	list, err := v.Papers.Filings(ctx, v.Mine.Site.ID, first.String(), last.String())
	if err != nil {
		return nil, err
	}
	for _, f := range filing.Current(list) {
		p.cells[f.Cell] = f
		p.marks[f.Month] += f.ID + "\n"
	}
	heads, err := v.Papers.Inventories(ctx, v.Mine.Site.ID)
	if err != nil {
		return nil, err
	}
	latest := map[string]inventory.Head{} // by period; versions ascend
	for _, h := range heads {
		if h.Edition == v.edition.ID && h.Version > latest[h.Period].Version {
			latest[h.Period] = h
		}
	}
	for at := first; at <= last; at++ {
		head, ok := latest[at.String()]
		if !ok {
			head = latest[at.String()[:4]]
		}
		p.closed[at] = head
	}
	return p, nil
}
