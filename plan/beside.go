package plan

import (
	"context"
	"slices"

	"lingtan/period"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
)

// Beside is what the meters say of a row's month: it stands next to the cell
// and is never filed by itself.
type Beside struct {
	Quantity quantity.Quantity // in the row's unit
	Coverage float64           // share of the month with readings, of the point that has least
	Points   []string
}

// Row names a row of the plan in a month.
type Row struct{ ID, Month string }

// ask is what the meters of the rows are asked.
type ask struct {
	site   *site.Site
	series func(string) (reading.ID, bool)
	totals map[stretch]reading.Total
}

// ReadBeside sums the meters of the rows over whole accounting months, all in
// one question. A month of which a meter says nothing at all is not in the
// answer; what is partly covered is told as it is, with its coverage.
func ReadBeside(ctx context.Context, rows []Parameter, months []period.Period, in Inputs) (map[Row]Beside, error) {
	out := map[Row]Beside{}
	a := ask{site: in.Site, series: in.Series, totals: map[stretch]reading.Total{}}
	ids := a.ids(rows)
	if len(ids) == 0 || len(months) == 0 {
		return out, nil
	}
	bounds := make([]int64, 0, len(months)+1)
	for _, m := range months {
		from, _ := m.Millis()
		bounds = append(bounds, from)
	}
	_, end := months[len(months)-1].Millis()
	totals, err := in.Meters.Totals(ctx, reading.Query{Series: ids, From: bounds[0], To: end}, append(bounds, end))
	if err != nil {
		return nil, err
	}
	for _, t := range totals {
		a.totals[stretch{t.Series, t.From}] = t
	}
	for _, par := range rows {
		for _, m := range months {
			if b, ok := a.beside(par, m); ok {
				out[Row{par.ID(), in.Site.Calendar.Name(m)}] = b
			}
		}
	}
	return out, nil
}

func (a ask) ids(rows []Parameter) []reading.ID {
	var ids []reading.ID
	for _, par := range rows {
		points, minus := par.Beside()
		for _, point := range slices.Concat(points, minus) {
			if id, ok := a.series(point); ok {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (a ask) beside(par Parameter, month period.Period) (Beside, bool) {
	points, minus := par.Beside()
	b := Beside{Quantity: quantity.Int(0, par.Unit), Coverage: 1, Points: points}
	if len(points) == 0 || par.Integrate == Mean {
		return b, false
	}
	from, _ := month.Millis()
	for i, point := range slices.Concat(points, minus) {
		id, known := a.series(point)
		t, told := a.totals[stretch{id, from}]
		if !known || !told {
			return b, false
		}
		unit, _ := AmountUnit(a.site, point)
		q, err := convert(quantity.Nano(t.Amount, unit), par.Unit)
		if err != nil {
			return b, false
		}
		if i >= len(points) {
			q = q.Neg()
		}
		if b.Quantity, err = b.Quantity.Add(q); err != nil {
			return b, false
		}
		b.Coverage = min(b.Coverage, float64(t.CoveredMS)/float64(month.Duration().Milliseconds()))
	}
	return b, true
}
