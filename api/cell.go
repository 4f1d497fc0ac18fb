package api

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
)

// OfCell names a cell in the address.
type OfCell struct {
	OfSite
	Source    string `path:"source" maxLength:"64"`
	Parameter string `path:"parameter" maxLength:"64"`
	Month     string `path:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"2026-01"`
}

func (c OfCell) cell() filing.Cell {
	return filing.Cell{Site: c.Site, Source: c.Source, Parameter: c.Parameter, Month: c.Month}
}

// CellValue is what stands in a cell after it was typed.
type CellValue struct {
	Value      string   `json:"value" maxLength:"200" doc:"单元格文字,如 1,250.5、1.2万、3.5 万kWh;空为撤回 | the cell's text; empty takes the value back"`
	Unit       string   `json:"unit,omitempty" maxLength:"40" doc:"文字里没有单位时所用;缺省为本行单位 | where the text has none; otherwise the row's"`
	Supersedes string   `json:"supersedes,omitempty" maxLength:"128" doc:"所见现值的编号;没有值时为空 | the id of what stands as you see it; empty where nothing does"`
	Note       string   `json:"note,omitempty" maxLength:"4000"`
	Evidence   []string `json:"evidence,omitempty" maxItems:"50" doc:"凭证的 SHA-256 | SHA-256 of files of evidence"`
}

// staleCell is a cell that somebody has filed meanwhile, as it stands.
type staleCell struct {
	filing.Stale
	now form.Cell
}

// Unwrap gives what is stale.
func (s staleCell) Unwrap() error { return s.Stale }

func (s *server) putCell(ctx context.Context, in *struct {
	OfCell
	Body CellValue
},
) (*struct{ Body form.Cell }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	f, err := s.filed(ctx, desk, in.cell(), in.Body, nil)
	if err != nil {
		return nil, err
	}
	if f.Withdrawn && f.Supersedes == "" { // nothing was there, and nothing is
		return oneCell(desk.Cells(ctx, actorOf(ctx), []filing.Cell{f.Cell}))
	}
	done, err := s.Store.PutFilings(ctx, in.Site, []filing.Filing{f})
	if err != nil {
		return nil, err
	}
	cells, err := desk.Cells(ctx, actorOf(ctx), []filing.Cell{f.Cell})
	if err != nil {
		return nil, err
	}
	if err := done[0].Fault; err != nil {
		if stale, is := errors.AsType[filing.Stale](err); is && len(cells) == 1 {
			return nil, staleCell{stale, cells[0]}
		}
		return nil, err
	}
	if !done[0].Same {
		s.tellFiled(ctx, mine, []filing.Filing{f})
	}
	return oneCell(cells, nil)
}

// oneCell is the answer of a single cell.
func oneCell(cells []form.Cell, err error) (*struct{ Body form.Cell }, error) {
	switch {
	case err != nil:
		return nil, err
	case len(cells) == 0:
		return nil, fault.NotFound.Say(lang.T("没有这个单元格", "there is no such cell"))
	}
	return &struct{ Body form.Cell }{cells[0]}, nil
}

// filed makes a filing of what was typed into a cell, or tells everything that
// is wrong with it. known are the files of a block, asked for once; nil asks
// for the cell's own.
func (s *server) filed(ctx context.Context, desk *form.Desk, c filing.Cell, v CellValue, known map[string]form.Paper) (filing.Filing, error) {
	a := actorOf(ctx)
	par, err := desk.Find(a, access.WriteFiling, c)
	if err != nil {
		return filing.Filing{}, err
	}
	f := filing.Filing{
		ID: "c" + rand.Text(), Cell: c, How: howOf(par), By: a.ID, At: s.Now().UTC().Truncate(time.Millisecond), Note: v.Note, Supersedes: v.Supersedes,
	}
	var faults []error
	if err := s.begun(desk, c.Month); err != nil {
		faults = append(faults, err)
	}
	if f.Evidence, err = s.proof(ctx, c.Site, v.Evidence, known); err != nil {
		faults = append(faults, err)
	}
	if f.Supersedes != "" {
		elsewhere, err := desk.Elsewhere(ctx, c)
		if err != nil {
			return f, err
		}
		f.Evidence = append(f.Evidence, elsewhere...)
	}
	if strings.TrimSpace(v.Value) == "" {
		f.Withdrawn = true
		return f, errors.Join(faults...)
	}
	if f.Quantity, err = amountOf(v, par); err != nil {
		return f, errors.Join(append(faults, fault.At(err, fault.Place{Column: "value"}))...)
	}
	return f, errors.Join(append(faults, f.Validate(par.Unit))...)
}

func amountOf(v CellValue, par plan.Parameter) (quantity.Quantity, error) {
	unit := par.Unit
	if v.Unit != "" {
		var err error
		if unit, err = quantity.ParseUnit(v.Unit); err != nil {
			return quantity.Quantity{}, err
		}
	}
	q, err := quantity.ParseCell(v.Value, unit)
	if err != nil {
		return q, err
	}
	_, err = q.In(par.Unit)
	return q, err
}

// firstFiled is the first month that is filed: no inventory looks further back.
const firstFiled = "1990-01"

// begun refuses a month that is still to come, in which nothing has happened,
// and one of which nobody will ask.
func (s *server) begun(desk *form.Desk, month string) error {
	p, err := desk.Site.Calendar.Parse(month)
	if err == nil && month < firstFiled {
		err = fault.Invalid.Say(lang.T("%s 早于 %s", "%s is before %s"), month, firstFiled).At(fault.Place{Column: "month"})
	}
	if err == nil && p.Start().After(s.Now()) {
		err = fault.Invalid.Say(lang.T("%s 还没有开始", "%s has not begun"), month).At(fault.Place{Column: "month"})
	}
	return err
}

// proof finds files of evidence by their hash. They were handed in for this
// mine, and are whole.
func (s *server) proof(ctx context.Context, site string, hashes []string, known map[string]form.Paper) ([]activity.Evidence, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	if known == nil {
		var err error
		if known, err = s.papers(ctx, site, hashes); err != nil {
			return nil, err
		}
	}
	var out []activity.Evidence
	var faults []error
	for _, sha := range hashes {
		p, ok := known[sha]
		if !ok {
			faults = append(faults, fault.Invalid.Say(lang.T("没有凭证文件 %.70q", "there is no file of evidence %.70q"), sha).
				Do(lang.T("先上传凭证", "hand it in first")).At(fault.Place{Column: "evidence"}))
			continue
		}
		out = append(out, activity.Evidence{Kind: "file", ID: p.Name, SHA256: sha})
	}
	return out, errors.Join(faults...)
}
