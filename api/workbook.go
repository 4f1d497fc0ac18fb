package api

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"lingtan/access"
	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/sheet"
)

func (s *server) workbookRoutes() []route {
	xlsx := media{types: []string{kinds["xlsx"]}}
	back := media{[]string{"multipart/form-data"}, SuggestForm{}}
	return group(lang.T("填报表", "forms"),
		at(get, "/sites/{site}/grid.xlsx", access.ReadFilings, within, "get-workbook", lang.T("填报表格,作为工作簿", "the grid as a workbook to fill in"), handle(s.getWorkbook), patient(stream), giving(xlsx)),
		at(post, "/sites/{site}/grid-diff", access.WriteFiling, within, "compare-workbook", lang.T("填好的工作簿与现值逐格比较,不写入", "what a workbook that was filled in would change; nothing is taken"), handle(s.compareWorkbook), patient(compute), taking(sheet.MaxSize, back)),
	)
}

// workbookForm is what comes in with a workbook.
//
//nolint:gochecknoglobals // a table that is read only
var workbookForm = upload{most: sheet.MaxSize, hint: lang.T("重新导出后再填,不要贴入图片", "export it again and fill that in, without pictures")}

// GridAsked asks for months of a mine, or of one of its units.
type GridAsked struct {
	OfSite
	From string `query:"from" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"首月,如 2026-01 | first month"`
	To   string `query:"to" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"末月(含),至多 36 个月 | last month, included; at most 36"`
	Node string `query:"node" maxLength:"64" doc:"只要该组织及其下级 | this unit and all below it"`
}

func (s *server) getWorkbook(ctx context.Context, in *GridAsked) (*Raw, error) {
	grid, err := s.workbook(ctx, in.Site, form.Ask{From: in.From, To: in.To, Node: in.Node, Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := sheet.Write(&body, grid, tagOf(ctx)); err != nil {
		return nil, err
	}
	name := strings.Join(slices.DeleteFunc([]string{in.Site, in.Node, in.From, in.To}, func(s string) bool { return s == "" }), ".") + ".xlsx"
	return &Raw{Status: 200, ContentType: kinds["xlsx"], ContentDisposition: attachment(name), CacheControl: "private, no-store", Body: body.Bytes()}, nil
}

// workbook gives the grid as a workbook is written from it.
func (s *server) workbook(ctx context.Context, site string, ask form.Ask) (sheet.Grid, error) {
	desk, mine, err := s.desk(ctx, site)
	if err != nil {
		return sheet.Grid{}, err
	}
	g, err := desk.Grid(ctx, ask)
	if err != nil {
		return sheet.Grid{}, err
	}
	out := sheetOf(g)
	out.Site, out.Name, out.Node, out.Made = site, mine.Site.Name, ask.Node, s.Now()
	return out, nil
}

// sheetOf turns a grid into what a workbook shows of it.
func sheetOf(g form.Grid) sheet.Grid {
	out := sheet.Grid{Cells: map[sheet.Key]sheet.Cell{}}
	months := map[string]form.Month{}
	for _, m := range g.Months {
		months[m.Month] = m
		out.Months = append(out.Months, sheet.Month{Month: m.Month, State: m.Title})
	}
	rows := map[string]form.Row{}
	for _, r := range g.Rows {
		rows[r.ID] = r
		row := sheet.Row{ID: r.ID, Group: r.Group, Title: r.Title, Unit: quantity.MustUnit(r.Unit), Decimals: r.Decimals, Note: needs(r)}
		for _, u := range r.Units {
			row.Units = append(row.Units, quantity.MustUnit(u))
		}
		out.Rows = append(out.Rows, row)
	}
	for _, c := range g.Cells {
		row := rows[c.Row]
		out.Cells[sheet.Key{Row: c.Row, Month: c.Month}] = cellOf(c, row, months[c.Month])
	}
	return out
}

// cellOf tells a cell in its row's unit. A month that waits for its review takes
// values in the cells alone that were given back.
func cellOf(c form.Cell, row form.Row, m form.Month) sheet.Cell {
	out := sheet.Cell{
		Filing: c.Filing,
		Open:   row.MayFill && slices.Contains(m.May, "fill") && (m.State == filing.Draft || c.Returned != nil),
	}
	value, unit := shownIn(c, row)
	if value == "" {
		return out
	}
	q, err := quantity.Parse(value + " " + unit)
	if err == nil {
		q, err = q.In(quantity.MustUnit(row.Unit))
	}
	if err != nil { // of another state of gas: the workbook could not tell it in the row's unit, nor take it back
		out.Open = false
		return out
	}
	out.Has, out.Value = true, q
	return out
}

// shownIn is what a cell shows: the filed value, or what the meter says of a row
// that nobody files.
func shownIn(c form.Cell, row form.Row) (value, unit string) {
	if c.Value == "" && row.Kind == byMeter && c.Suggestion != nil {
		return c.Suggestion.Value, c.Suggestion.Unit
	}
	return c.Value, orElse(c.Unit, row.Unit)
}

// byMeter is the kind of a row that is read only.
const byMeter = "meter"

// needs tells what a row asks for beside its value.
func needs(r form.Row) lang.Text {
	var zh, en []string
	for _, kind := range r.Required {
		title := evidence.Kind(kind).Title()
		zh, en = append(zh, title.ZH), append(en, title.EN)
	}
	if r.Kind == byMeter {
		zh, en = append(zh, "表计"), append(en, "metered")
	}
	return lang.T(strings.Join(zh, "、"), strings.Join(en, ", "))
}

// CellChange is a cell that a workbook would change.
type CellChange struct {
	Row     string      `json:"row"`
	Month   string      `json:"month"`
	Address string      `json:"address" doc:"工作簿中的单元格 | the cell in the workbook"`
	Before  string      `json:"before,omitempty" doc:"现值,以本行单位 | what stands now, in the row's unit"`
	After   string      `json:"after" doc:"空为清除 | empty takes the value back"`
	Unit    string      `json:"unit,omitempty" doc:"after 的单位 | of after"`
	Stale   bool        `json:"stale" doc:"导出后他人已改 | somebody filed another value since the export"`
	Errors  []Complaint `json:"errors"`
}

// SheetDiff is what a workbook would change.
type SheetDiff struct {
	Changes   []CellChange `json:"changes"`
	Unchanged int          `json:"unchanged"`
}

// compareWorkbook reads a workbook and keeps nothing: what is chosen of its
// changes is filed as any block of cells is.
func (s *server) compareWorkbook(ctx context.Context, in *Upload) (*struct{ Body SheetDiff }, error) {
	var out struct{ Body SheetDiff }
	err := s.handIn(ctx, in, workbookForm, func(h handed, data io.ReaderAt) error {
		place := fault.Place{File: evidence.CleanName(h.Told)}
		book, err := sheet.Open(data, h.Size)
		if err != nil {
			return fault.At(err, place)
		}
		defer book.Close()
		now, err := s.beside(ctx, in.Site, book)
		if err != nil {
			return err
		}
		diff, err := book.Compare(now)
		out.Body = differences(ctx, diff)
		return fault.At(err, place)
	})
	return &out, err
}

// beside gives the grid that a workbook is compared with: the same months, as
// they stand now, and what the reader may file of them.
func (s *server) beside(ctx context.Context, site string, book *sheet.Book) (sheet.Grid, error) {
	first, last := book.Months()
	if first == "" || book.Site() != site {
		return sheet.Grid{Site: site}, nil
	}
	return s.workbook(ctx, site, form.Ask{From: first, To: last, Actor: actorOf(ctx)})
}

func differences(ctx context.Context, d sheet.Diff) SheetDiff {
	out := SheetDiff{Changes: []CellChange{}, Unchanged: d.Unchanged}
	for _, c := range d.Changes {
		row := CellChange{Row: c.Row, Month: c.Month, Address: c.Address, Stale: c.Stale, Errors: []Complaint{}}
		if c.Before.Has {
			row.Before = c.Before.Value.Number()
		}
		if len(c.Errors) == 0 && !c.Cleared {
			row.After, row.Unit = c.After.Number(), c.After.Unit().String()
		}
		for _, e := range c.Errors {
			row.Errors = append(row.Errors, problemOf(ctx, e).Errors...)
		}
		out.Changes = append(out.Changes, row)
	}
	return out
}
