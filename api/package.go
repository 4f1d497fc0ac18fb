package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/bundle"
	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/sheet"
)

// OfMonth names a month in the address.
type OfMonth struct {
	OfSite
	Month string `path:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"2024-06"`
}

func (s *server) packageRoutes() []route {
	return group(lang.T("证据", "evidence"),
		at(get, "/sites/{site}/months/{month}/package", access.ExportBundle, bySite, "get-package", lang.T("月度存证包:表格、填报值、证据与账本片段", "the evidence package of a month: forms, values, files, a slice of the ledger"), handle(s.getPackage), patient(stream), giving(media{types: []string{"application/zip"}})),
	)
}

// getPackage streams the evidence package of a month that nobody files into any
// more.
func (s *server) getPackage(ctx context.Context, in *OfMonth) (*Streamed, error) {
	source, err := s.monthSource(ctx, in.Site, in.Month)
	if err != nil {
		return nil, err
	}
	return &Streamed{func(c huma.Context) {
		out := &late{c: c, name: in.Site + "." + in.Month + ".zip", kind: "application/zip"}
		if _, err := bundle.WriteMonth(ctx, out, source); err != nil {
			visitOf(ctx).err = err
			if out.begun {
				panic(http.ErrAbortHandler)
			}
			refuse(c, problemOf(ctx, err))
		}
	}}, nil
}

// monthSource gathers what goes into the package.
func (s *server) monthSource(ctx context.Context, site, month string) (bundle.MonthSource, error) {
	var out bundle.MonthSource
	desk, mine, err := s.desk(ctx, site)
	if err != nil {
		return out, err
	}
	if out.Document, err = s.Store.Month(ctx, site, month); err != nil {
		return out, err
	}
	if state := out.Document.State; state != filing.Locked && state != filing.Verified {
		return out, fault.Conflict.Say(lang.T("%s %s,还没有存证包", "%s is %s and has no evidence package yet"), month, state.Title()).
			Do(lang.T("核查通过或锁定后再取", "take it when the month is verified or locked"))
	}
	out.Name = mine.Site.Name
	for _, read := range []func() error{
		func() error { out.Steps, err = s.Store.MonthSteps(ctx, site, month, month); return err },
		func() error { out.Filings, err = s.Store.Filings(ctx, site, month, month); return err },
		func() error { out.Remarks, err = s.Store.Remarks(ctx, site, month, month); return err },
		func() error { out.Inventory, err = s.inventoryOf(ctx, mine, month); return err },
		func() error { out.Papers, err = s.packed(ctx, site, out.Filings, out.Remarks); return err },
		func() error { out.Entries, err = s.slice(ctx, out); return err },
		func() error { return s.forms(ctx, desk, &out) },
	} {
		if err := read(); err != nil {
			return out, err
		}
	}
	return out, nil
}

// inventoryOf finds the last version of the inventory closed from a month, by
// the first of the plan's editions that it was closed by.
func (s *server) inventoryOf(ctx context.Context, mine *Mine, month string) (*inventory.Inventory, error) {
	heads, err := s.Store.Inventories(ctx, mine.Site.ID)
	if err != nil {
		return nil, err
	}
	heads = slices.DeleteFunc(heads, func(h inventory.Head) bool { return h.Period != month })
	if len(heads) == 0 {
		return nil, nil //nolint:nilnil // there is none, which is no fault
	}
	rank := func(h inventory.Head) int {
		if i := slices.Index(mine.Plan.Editions, h.Edition); i >= 0 {
			return i
		}
		return len(mine.Plan.Editions)
	}
	best := slices.MinFunc(heads, func(a, b inventory.Head) int {
		if rank(a) != rank(b) {
			return rank(a) - rank(b)
		}
		return b.Version - a.Version
	})
	inv, err := s.Store.Inventory(ctx, best.ID)
	return &inv, err
}

// packed finds the files that the month names. Each is read through once before
// the first byte of the package goes out, for after it nothing can be told.
func (s *server) packed(ctx context.Context, site string, filings []filing.Filing, remarks []filing.Remark) ([]bundle.Paper, error) {
	names := map[string]string{}
	for _, f := range filings {
		for _, e := range f.Evidence {
			names[e.SHA256] = e.ID
		}
	}
	for _, r := range remarks {
		for _, sum := range r.Evidence {
			names[sum] = orElse(names[sum], sum)
		}
	}
	delete(names, "")
	var out []bundle.Paper
	for sum, name := range names {
		paper, err := s.paper(ctx, site, sum, name)
		if err != nil {
			return nil, err
		}
		out = append(out, paper)
	}
	return out, nil
}

func (s *server) paper(ctx context.Context, site, sum, name string) (bundle.Paper, error) {
	f, err := s.Store.Evidence(ctx, site, sum)
	if fault.KindOf(err) == fault.NotFound { // kept elsewhere, or named before files were kept here
		return bundle.Paper{File: evidence.File{Site: site, SHA256: sum, Name: name}}, nil
	}
	if err != nil || f.Open() != nil {
		return bundle.Paper{File: f}, err
	}
	open := func() (io.ReadCloser, error) {
		_, data, err := s.Evidence.Open(ctx, site, sum)
		return data, err
	}
	data, err := open()
	if err != nil {
		return bundle.Paper{}, err
	}
	return bundle.Paper{File: f, Open: open}, data.Close()
}

// slice reads the entries of the book from the first about the month on.
func (s *server) slice(ctx context.Context, m bundle.MonthSource) ([]ledger.Entry, error) {
	site := m.Document.Site
	first := int64(-1)
	for _, f := range m.Filings {
		entries, err := s.Store.EntriesAbout(ctx, site, f.ID, 0, 1)
		if err != nil {
			return nil, err
		}
		if len(entries) > 0 && (first < 0 || entries[0].Seq < first) {
			first = entries[0].Seq
		}
	}
	return m.Slice(s.entriesFrom(ctx, site, max(0, first-1)))
}

// entriesFrom walks a mine's book from behind a place to its end.
func (s *server) entriesFrom(ctx context.Context, site string, after int64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for {
			page, err := s.Store.Entries(ctx, site, after, 0)
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			after = page[len(page)-1].Seq
		}
	}
}

// forms writes the month's grid for programs, for a spreadsheet and for a
// reader: as who reads all and files nothing sees it, so that the package is
// the same whoever asks for it.
func (s *server) forms(ctx context.Context, desk *form.Desk, out *bundle.MonthSource) error {
	month := out.Document.Month
	reader := access.Actor{ID: "package", Duties: access.As(access.Auditor, out.Document.Site)}
	g, err := desk.Grid(ctx, form.Ask{From: month, To: month, Actor: reader})
	if err != nil {
		return err
	}
	for i := range g.Months {
		g.Months[i].May = []string{}
	}
	book := sheetOf(g)
	book.Site, book.Name = out.Document.Site, out.Name
	if n := len(out.Entries); n > 0 {
		book.Made = out.Entries[n-1].At
	}
	var workbook, page bytes.Buffer
	data, err := json.MarshalIndent(g, "", " ")
	if err = errors.Join(err, sheet.Write(&workbook, book, lang.ZH), sheet.WritePage(&page, leafOf(g, *out))); err != nil {
		return err
	}
	out.Forms, out.Sheet, out.Page = data, workbook.Bytes(), page.Bytes()
	return nil
}

// leafOf tells the month as a page does.
func leafOf(g form.Grid, m bundle.MonthSource) sheet.Leaf {
	out := sheet.Leaf{Site: m.Document.Site, Name: m.Name, Month: m.Document.Month, State: m.Document.State.Title()}
	for _, step := range m.Steps {
		out.Way = append(out.Way, fmt.Sprintf("%s %s · %s · %s %s", step.To.Title().ZH, step.To.Title().EN, step.By, step.At.UTC().Format("2006-01-02 15:04Z"), step.Reason))
	}
	paths := map[string]string{}
	for _, p := range m.Papers {
		paths[p.SHA256] = p.Path()
	}
	rows := map[string]form.Row{}
	for _, r := range g.Rows {
		rows[r.ID] = r
	}
	for _, c := range g.Cells {
		row := rows[c.Row]
		e := sheet.Entry{Group: row.Group, Title: row.Title, By: c.By, At: c.At, Note: c.Note, Said: saidOf(c)}
		if e.Value, e.Unit = shownIn(c, row); c.Value == "" && e.Value != "" {
			e.Note = fmt.Sprintf("表计 metered %.0f %%", 100*c.Suggestion.Coverage)
		}
		for _, p := range c.Evidence {
			e.Papers = append(e.Papers, sheet.Paper{Name: p.Name, Path: paths[p.SHA256], SHA256: p.SHA256})
		}
		out.Rows = append(out.Rows, e)
	}
	return out
}

// saidOf tells what was found in a cell and what people said of it.
func saidOf(c form.Cell) []string {
	var out []string
	for _, f := range c.Findings {
		text := f.Text.ZH + " " + f.Text.EN
		if f.Cleared != nil {
			text += " — " + f.Cleared.By + ": " + f.Cleared.Reason
		}
		out = append(out, text)
	}
	for _, said := range c.Comments {
		out = append(out, said.By+": "+said.Text)
	}
	return out
}
