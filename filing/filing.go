// Package filing owns what people file month by month: the values, each an
// attributed record that is never changed, and the way of a month's document
// from draft to locked.
package filing

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// The limits of one filing.
const (
	MaxNote     = 4000 // bytes
	MaxEvidence = 50   // pieces; more belong into one archive
)

// Cell is what a value is filed for: one parameter of one source in one month.
type Cell struct {
	Site      string `json:"site"`
	Source    string `json:"source"`    // the site's source
	Parameter string `json:"parameter"` // the plan's parameter
	Month     string `json:"month"`     // "2024-06", an accounting month of the mine
}

// Filing is one value, filed once. A correction is another filing that names
// this one in Supersedes.
type Filing struct {
	ID         string              `json:"id"`
	Cell                           // flat in JSON
	Quantity   quantity.Quantity   `json:"quantity"`
	How        activity.How        `json:"how"` // activity.Filed or activity.Laboratory
	By         string              `json:"by"`
	At         time.Time           `json:"at"` // recorded, UTC
	Note       string              `json:"note,omitempty"`
	Evidence   []activity.Evidence `json:"evidence,omitempty"`
	Supersedes string              `json:"supersedes,omitempty"` // the id of the filing it corrects
	Withdrawn  bool                `json:"withdrawn,omitempty"`  // nothing is filed any more: what stood is taken back
}

// The acts that the book tells of cells, beside the filings themselves.
const (
	ActExplain = "filing.explain"
	ActReturn  = "filing.return"
	ActComment = "filing.comment"
	ActRemind  = "filing.remind"
)

// Row names the cell's row: "boiler/fuel".
func (c Cell) Row() string { return c.Source + "/" + c.Parameter }

// ID names the row as the plan does: "boiler#fuel".
func (c Cell) ID() string { return c.Source + "#" + c.Parameter }

var monthPattern = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])$`)

// CheckMonth refuses what is not an accounting month's name.
func CheckMonth(month string) error {
	if monthPattern.MatchString(month) {
		return nil
	}
	return fault.Invalid.Say(lang.T("%.20q 不是月份", "%.20q is not a month"), month).
		Do(lang.T("写成 2024-06", "write 2024-06")).At(fault.Place{Column: "month"})
}

// Validate tells every fault of a filing at once. unit is one in which the plan
// asks for the parameter; any other of the same dimension, substance and gas
// state will do.
func (f Filing) Validate(unit quantity.Unit) error {
	var faults []error
	refuse := func(column string, e *fault.Fault) { faults = append(faults, e.At(fault.Place{Column: column})) }
	for _, field := range []struct{ name, value string }{
		{"id", f.ID}, {"site", f.Site}, {"source", f.Source}, {"parameter", f.Parameter}, {"by", f.By},
	} {
		if field.value == "" {
			refuse(field.name, fault.Invalid.Say(lang.T("不能为空", "must not be empty")))
		}
	}
	faults = append(faults, CheckMonth(f.Month))
	if _, err := f.Quantity.In(unit); err != nil && !f.Withdrawn {
		faults = append(faults, fault.At(err, fault.Place{Column: "quantity"}))
	}
	if f.Withdrawn && f.Supersedes == "" {
		refuse("supersedes", fault.Invalid.Say(lang.T("没有可撤回的值", "there is no value to take back")))
	}
	if f.Quantity.Sign() < 0 {
		refuse("quantity", fault.Invalid.Say(lang.T("%s 为负", "%s is negative"), f.Quantity).
			Do(lang.T("填报量不为负;冲减请更正原值", "a filed quantity is not negative; correct the value it was to reduce")))
	}
	if f.How != activity.Filed && f.How != activity.Laboratory {
		refuse("how", fault.Invalid.Say(lang.T("取得方式 %q 不能填报", "a value obtained by %q is not filed"), f.How).
			Do(lang.T("写 filing(单据)或 laboratory(化验)", "write filing or laboratory")))
	}
	if f.At.IsZero() {
		refuse("at", fault.Invalid.Say(lang.T("没有记录时间", "no recording instant")))
	}
	if len(f.Note) > MaxNote || !utf8.ValidString(f.Note) {
		refuse("note", fault.Invalid.Say(lang.T("说明须为 UTF-8,至多 %d 字节", "a note is UTF-8, at most %d bytes"), MaxNote))
	}
	if len(f.Evidence) > MaxEvidence {
		refuse("evidence", fault.Invalid.Say(lang.T("证据 %d 件,至多 %d", "%d pieces of evidence, at most %d"), len(f.Evidence), MaxEvidence))
	}
	return errors.Join(faults...)
}

// Current picks for each cell the filing that is valid: the one that no other
// supersedes, unless it takes the value back. Cells come in order.
func Current(list []Filing) []Filing {
	return slices.DeleteFunc(Last(list), func(f Filing) bool { return f.Withdrawn })
}

// Last picks for each cell the filing at the end of its line, also one that
// takes the value back. Where lists were merged and two are left, the one
// recorded last stands, and of the same instant the one with the larger id, so
// that the answer does not depend on the order of the list. Cells come in order.
func Last(list []Filing) []Filing {
	gone := map[string]bool{}
	for _, f := range list {
		gone[f.Supersedes] = true
	}
	best := map[Cell]Filing{}
	for _, f := range list {
		if gone[f.ID] {
			continue
		}
		if old, held := best[f.Cell]; !held || later(f, old) {
			best[f.Cell] = f
		}
	}
	out := make([]Filing, 0, len(best))
	for _, f := range best {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Filing) int { return a.compare(b.Cell) })
	return out
}

// Line lists the ids of what was filed for the cell of last, newest first, as
// long as it says the same: another note or another paper is another record,
// not another quantity. With papers, those have to be the same as well.
func Line(list []Filing, last Filing, papers bool) []string {
	byID := map[string]Filing{}
	for _, f := range list {
		byID[f.ID] = f
	}
	out := []string{last.ID}
	for {
		before, held := byID[last.Supersedes]
		if !held || before.Withdrawn != last.Withdrawn || !before.Quantity.Equal(last.Quantity) || papers && !slices.Equal(before.Evidence, last.Evidence) {
			return out
		}
		out, last = append(out, before.ID), before
	}
}

func later(a, b Filing) bool {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) > 0
}

func (c Cell) compare(d Cell) int {
	return cmp.Or(cmp.Compare(c.Site, d.Site), cmp.Compare(c.Month, d.Month),
		cmp.Compare(c.Source, d.Source), cmp.Compare(c.Parameter, d.Parameter))
}
