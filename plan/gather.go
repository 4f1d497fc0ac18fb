package plan

import (
	"context"
	"iter"

	"lingtan/activity"
	"lingtan/period"
	"lingtan/reading"
	"lingtan/site"
)

// Meters is what gathering asks of the readings; a reading.Series gives it.
type Meters interface {
	Totals(ctx context.Context, q reading.Query, bounds []int64) ([]reading.Total, error)
	Hours(ctx context.Context, q reading.Query) iter.Seq2[reading.Hour, error]
}

// Filings is what gathering asks of the filed months: the value that stands for
// a parameter, ok being false where none was filed.
type Filings interface {
	Filed(ctx context.Context, site, source, parameter, month string) (v activity.Value, ok bool, err error)
}

// Inputs is what a period's activities are gathered from.
type Inputs struct {
	Site    *site.Site
	Plan    *Plan
	Period  period.Period // whole accounting months of the site's calendar
	Meters  Meters
	Series  func(point string) (reading.ID, bool) // the number of a point's or gas' series
	Filings Filings
}
