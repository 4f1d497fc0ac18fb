package api

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
)

const (
	maxBlock = 8 << 20 // bytes of a block of cells: 10,000 with notes
	// paste is how long a block may take: ten thousand cells, each with an entry
	// in the book, while others file as well, on the slowest disk. It takes no turn
	// of those that compute: a check is asked while somebody types.
	paste = compute
)

// CellAt is a cell of a block.
type CellAt struct {
	Row   string `json:"row" maxLength:"129" doc:"排放源/参数 | source/parameter"`
	Month string `json:"month" maxLength:"7"`
	CellValue
}

// Block is cells that go together.
type Block struct {
	Cells []CellAt `json:"cells" minItems:"1" maxItems:"10000" doc:"一年 800 行 | a sheet of 800 rows and a year"`
}

// Blocked is what became of a block: the cells that were kept, whole, and those
// that were not, each with why.
type Blocked struct {
	Saved   int         `json:"saved"`
	Cells   []form.Cell `json:"cells"`
	Refused []Refusal   `json:"refused"`
}

// Refusal is a cell of a block that was not taken.
type Refusal struct {
	Row     string      `json:"row"`
	Month   string      `json:"month"`
	Code    string      `json:"code" doc:"stale 表示他人已改 | stale: somebody was faster"`
	Errors  []Complaint `json:"errors"`
	Current *form.Cell  `json:"current,omitempty" doc:"他人所填的现值 | what stands instead"`
}

// Of is the cell that a row and a month name.
func (c CellAt) of(site string) filing.Cell {
	source, parameter, _ := strings.Cut(c.Row, "/")
	return filing.Cell{Site: site, Source: source, Parameter: parameter, Month: c.Month}
}

// sorted is a block that was read: what may be filed, and what may not.
type sorted struct {
	list    []filing.Filing
	refused []Refusal
}

func (s *server) sort(ctx context.Context, desk *form.Desk, site string, b Block) (sorted, error) {
	known, err := s.filesOf(ctx, site, b)
	if err != nil {
		return sorted{}, err
	}
	out := sorted{refused: []Refusal{}}
	seen := map[filing.Cell]bool{}
	for _, c := range b.Cells {
		cell := c.of(site)
		f, err := s.filed(ctx, desk, cell, c.CellValue, known)
		if err == nil && seen[cell] {
			err = fault.Invalid.Say(lang.T("%s %s 在这一块里写了两次", "%s %s is twice in the block"), c.Row, c.Month)
		}
		seen[cell] = true
		switch {
		case err != nil && fault.KindOf(err) == fault.Internal:
			return sorted{}, err
		case err != nil:
			out.refused = append(out.refused, refusal(ctx, cell, err))
		case !f.Withdrawn || f.Supersedes != "": // an empty cell over an empty one is nothing
			out.list = append(out.list, f)
		}
	}
	return out, nil
}

// filesOf asks once for all files that a block names.
func (s *server) filesOf(ctx context.Context, site string, b Block) (map[string]form.Paper, error) {
	var all []string
	for _, c := range b.Cells {
		all = append(all, c.Evidence...)
	}
	slices.Sort(all)
	known, err := s.papers(ctx, site, slices.Compact(all))
	if known == nil {
		known = map[string]form.Paper{}
	}
	return known, err
}

func refusal(ctx context.Context, c filing.Cell, err error) Refusal {
	p := problemOf(ctx, err)
	return Refusal{Row: c.Row(), Month: c.Month, Code: p.Code, Errors: append([]Complaint{}, p.Errors...)}
}

func (s *server) postCells(ctx context.Context, in *struct {
	OfSite
	Body Block
},
) (*struct{ Body Blocked }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	block, err := s.sort(ctx, desk, in.Site, in.Body)
	if err != nil {
		return nil, err
	}
	done, err := s.Store.PutFilings(ctx, in.Site, block.list)
	if err != nil {
		return nil, err
	}
	var kept []filing.Filing
	var cells, stale []filing.Cell
	late := map[filing.Cell]error{}
	for i, f := range block.list {
		if err := done[i].Fault; err != nil {
			stale, late[f.Cell] = append(stale, f.Cell), err
			continue
		}
		cells = append(cells, f.Cell)
		if !done[i].Same {
			kept = append(kept, f)
		}
	}
	out := Blocked{Saved: len(cells), Refused: block.refused}
	told, err := desk.Cells(ctx, actorOf(ctx), slices.Concat(cells, stale))
	if err != nil {
		return nil, err
	}
	out.Cells = told[:len(cells)]
	for i, now := range told[len(cells):] {
		r := refusal(ctx, stale[i], late[stale[i]])
		if _, is := errors.AsType[filing.Stale](late[stale[i]]); is {
			r.Current = &now
		}
		out.Refused = append(out.Refused, r)
	}
	s.tellFiled(ctx, mine, kept)
	return &struct{ Body Blocked }{out}, nil
}

func (s *server) checkCells(ctx context.Context, in *struct {
	OfSite
	Body Block
},
) (*struct{ Body Blocked }, error) {
	desk, _, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	block, err := s.sort(ctx, desk, in.Site, in.Body)
	if err != nil {
		return nil, err
	}
	cells, err := desk.Try(ctx, actorOf(ctx), block.list)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Blocked }{Blocked{Cells: cells, Refused: block.refused}}, nil
}
