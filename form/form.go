// Package form owns the forms of a month: what the plan asks of each unit of
// the mine, what stands in every cell with what the rules find in it, by when
// it is due and who is reminded.
package form

import (
	"context"
	"time"

	"lingtan/filing"
	"lingtan/plan"
	"lingtan/reading"
	"lingtan/site"
)

// Book is what forms ask of what is kept; the store gives it.
type Book interface {
	Filings(ctx context.Context, site, first, last string) ([]filing.Filing, error)
	FilingCounts(ctx context.Context, site, first, last string) (map[string]int64, error)
	Months(ctx context.Context, site, first, last string) ([]filing.Month, error)
	MonthSteps(ctx context.Context, site, first, last string) ([]filing.Passed, error)
	Remarks(ctx context.Context, site, first, last string) ([]filing.Remark, error)
	Reminders(ctx context.Context, site, first, last string) ([]filing.Reminded, error)
}

// Paper is a file of evidence as a cell shows it. Of one that is named and kept
// elsewhere the name and kind are known alone.
type Paper struct {
	SHA256 string `json:"sha256"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Kind   string `json:"kind"`
}

// Desk is where the forms of one mine are looked at and worked on.
type Desk struct {
	Site   *site.Site
	Plan   *plan.Plan
	Meters plan.Meters
	Series func(point string) (reading.ID, bool)
	Book   Book
	Papers func(ctx context.Context, site string, sha256 []string) (map[string]Paper, error)
	Memory *Memory
	Now    func() time.Time
}
