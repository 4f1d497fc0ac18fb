package sheet

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Compare tells what the workbook would change of the grid as it stands now.
// Nothing is taken by it.
func (t *Book) Compare(now Grid) (Diff, error) {
	if t.site != now.Site {
		return Diff{}, fault.Invalid.Say(lang.T("工作簿是 %.40q 的,不是 %s 的", "the workbook is of %.40q, not of %s"), t.site, now.Site).
			Do(lang.T("换到该矿再导入", "go to that mine and import it there"))
	}
	c := comparison{Book: t, now: now, known: map[string]Row{}}
	for _, row := range now.Rows {
		c.known[row.ID] = row
	}
	return c.run()
}

// comparison is a workbook beside the grid as it stands now.
type comparison struct {
	*Book
	now   Grid
	known map[string]Row
	diff  Diff
}

func (c *comparison) run() (Diff, error) {
	var faults []error
	seen := map[string]int{}
	for _, l := range c.rows {
		if first := seen[l.id]; first > 0 {
			faults = append(faults, fault.Invalid.Say(lang.T("第 %d 行与第 %d 行是同一参数(%.80s)", "rows %d and %d are of one parameter (%.80s)"), first, l.number, l.id).
				Do(lang.T("删去复制出来的行", "delete the copy")).At(fault.Place{File: c.sheet, Row: l.number}))
			continue
		}
		seen[l.id] = l.number
		c.line(l)
	}
	slices.SortStableFunc(c.diff.Changes, func(a, b Change) int { return cmp.Compare(a.Month, b.Month) })
	slices.SortStableFunc(c.diff.Changes, func(a, b Change) int { return cmp.Compare(seen[a.Row], seen[b.Row]) })
	return c.diff, errors.Join(faults...)
}

// line compares a row. Where its unit was chosen anew, every value of the row is
// read in it, and so is another value.
func (c *comparison) line(l line) {
	wrote := c.stamps[l.id]
	otherUnit := l.unit != wrote.Unit
	for month, text := range l.cells {
		key := Key{l.id, month}
		was, written := wrote.Cells[month]
		if same(text, was.Shown) && (!otherUnit || text == "") {
			if written {
				c.diff.Unchanged++
			}
			continue
		}
		change := c.change(key, l, text)
		change.Stale = was.Filing != change.Before.Filing
		if len(change.Errors) == 0 && !change.Cleared && change.Before.Has && change.After.Equal(change.Before.Value) ||
			change.Cleared && !change.Before.Has {
			c.diff.Unchanged++ // somebody filed the same meanwhile
			continue
		}
		c.diff.Changes = append(c.diff.Changes, change)
	}
}

// change reads one cell that its reader changed.
func (c *comparison) change(key Key, l line, text string) Change {
	cell := address(c.column(key.Month), l.number)
	before, held := c.now.Cells[key]
	out := Change{Key: key, Address: c.sheet + "!" + cell, Before: before, Cleared: text == ""}
	refuse := func(err error) { out.Errors = append(out.Errors, fault.At(err, fault.Place{Column: out.Address})) }
	row, known := c.known[key.Row]
	switch {
	case !known:
		refuse(fault.Invalid.Say(lang.T("没有参数 %.80s,或不归你填", "there is no parameter %.80s, or it is not yours to file"), key.Row).
			Do(lang.T("重新导出工作簿", "export the workbook again")))
		return out
	case !held || !before.Open:
		refuse(fault.Conflict.Say(lang.T("%s 现在不能填报", "%s takes no value now"), key.Month).
			Do(lang.T("要改请先退回或重开该月", "to change it, have the month returned or reopened")))
	}
	if out.Cleared {
		return out
	}
	unit, err := row.unit(l.unit)
	if err != nil {
		refuse(err)
		return out
	}
	if text, err = c.typed(cell, text); err == nil {
		out.After, err = quantity.ParseCell(text, unit)
	}
	if err != nil {
		refuse(err)
	}
	return out
}

// unit finds the unit that stands in a row's cell.
func (r Row) unit(text string) (quantity.Unit, error) {
	for _, u := range append([]quantity.Unit{r.Unit}, r.Units...) {
		if u.String() == text {
			return u, nil
		}
	}
	return r.Unit, fault.Invalid.Say(lang.T("单位 %.40q 不在可选之列", "the unit %.40q is none of the row's"), text).
		Do(lang.T("从单位列的列表中选", "choose one from the list in the column of units"))
}

// typed gives what somebody typed. A number of a sheet is binary, and programs
// write its last digits as they come: fifteen are what was meant. A formula has
// the value that was last computed.
func (c *comparison) typed(cell, raw string) (string, error) {
	kind, err := c.book.GetCellType(c.sheet, cell)
	if err != nil {
		return "", err
	}
	switch kind {
	case excelize.CellTypeUnset, excelize.CellTypeNumber, excelize.CellTypeFormula:
		if f, err := strconv.ParseFloat(raw, 64); err == nil {
			return plain(f)
		}
	case excelize.CellTypeError:
		return "", fault.Invalid.Say(lang.T("单元格是错误值 %.20s", "the cell holds the error %.20s"), raw).Do(lang.T("改正公式或直接填数", "correct the formula, or write the number"))
	case excelize.CellTypeBool, excelize.CellTypeDate:
		return "", fault.Invalid.Say(lang.T("单元格不是数", "the cell holds no number")).Do(lang.T("直接填数", "write the number"))
	case excelize.CellTypeInlineString, excelize.CellTypeSharedString:
	}
	return raw, nil
}

func plain(f float64) (string, error) {
	short := strconv.FormatFloat(f, 'g', maxExact, 64)
	q, err := quantity.Parse(short)
	if err != nil {
		return "", err
	}
	return q.Number(), nil
}

// same tells whether a cell still shows what was written: the same text, or the
// same number in other digits.
func same(text, shown string) bool {
	if text == shown {
		return true
	}
	a, errA := strconv.ParseFloat(text, 64)
	b, errB := strconv.ParseFloat(shown, 64)
	return errA == nil && errB == nil && a == b && exactly(shown)
}
