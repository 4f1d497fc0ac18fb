package api

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
)

// remark begins what the caller says of a cell.
func (s *server) remark(ctx context.Context, c filing.Cell, kind filing.RemarkKind, text string) filing.Remark {
	return filing.Remark{ID: "r" + rand.Text(), Cell: c, Kind: kind, Text: text, By: actorOf(ctx).ID, At: s.Now().UTC().Truncate(time.Millisecond)}
}

// say keeps a remark and gives the cell as it then is.
func (s *server) say(ctx context.Context, desk *form.Desk, mine *Mine, r filing.Remark) (*struct{ Body form.Cell }, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.Store.PutRemark(ctx, r); err != nil {
		return nil, err
	}
	s.tellCell(ctx, mine, r.Cell, "")
	return oneCell(desk.Cells(ctx, actorOf(ctx), []filing.Cell{r.Cell}))
}

func (s *server) explainCell(ctx context.Context, in *struct {
	OfCell
	Body struct {
		Rule     string   `json:"rule" maxLength:"64" doc:"所说明的规则 | the rule that found something"`
		Reason   string   `json:"reason" maxLength:"4000" doc:"原因;附凭证时可空 | why; may be empty with evidence"`
		Evidence []string `json:"evidence,omitempty" maxItems:"50"`
	}
},
) (*struct{ Body form.Cell }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	if _, err := desk.Find(actorOf(ctx), access.WriteFiling, in.cell()); err != nil {
		return nil, err
	}
	if err := s.notLocked(ctx, in.Site, in.Month); err != nil {
		return nil, err
	}
	if _, err := s.proof(ctx, in.Site, in.Body.Evidence, nil); err != nil {
		return nil, err
	}
	cells, err := desk.Cells(ctx, actorOf(ctx), []filing.Cell{in.cell()})
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(cells, func(c form.Cell) bool {
		return slices.ContainsFunc(c.Findings, func(f form.Finding) bool { return f.Rule == in.Body.Rule && f.Severity == activity.Explain })
	}) {
		return nil, fault.Invalid.Say(lang.T("此格没有须说明的 %.64q", "nothing of %.64q asks for a reason in this cell"), in.Body.Rule).
			Do(lang.T("硬性错误须更正;提示不必说明", "what is hard is mended; a note needs none")).At(fault.Place{Column: "rule"})
	}
	r := s.remark(ctx, in.cell(), filing.Explained, in.Body.Reason)
	r.Rule, r.Evidence = in.Body.Rule, in.Body.Evidence
	return s.say(ctx, desk, mine, r)
}

// notLocked refuses what would change the record of a locked month.
func (s *server) notLocked(ctx context.Context, site, month string) error {
	m, err := s.Store.Month(ctx, site, month)
	if err == nil && m.State == filing.Locked {
		err = m.Open()
	}
	return err
}

func (s *server) commentCell(ctx context.Context, in *struct {
	OfCell
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"4000"`
	}
},
) (*struct{ Body form.Cell }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	if _, err := desk.Find(actorOf(ctx), access.CommentFiling, in.cell()); err != nil {
		return nil, err
	}
	return s.say(ctx, desk, mine, s.remark(ctx, in.cell(), filing.Commented, in.Body.Text))
}

func (s *server) returnCell(ctx context.Context, in *struct {
	OfCell
	Body struct {
		Reason string `json:"reason" maxLength:"4000"`
	}
},
) (*struct{ Body form.Cell }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	if _, err := desk.Find(actorOf(ctx), access.ReturnMonth, in.cell()); err != nil {
		return nil, err
	}
	r := s.remark(ctx, in.cell(), filing.Returned, in.Body.Reason)
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.Store.ReturnCell(ctx, r, filing.Move{Actor: actorOf(ctx), At: s.Now(), Way: form.Way(mine.Plan)}); err != nil {
		return nil, err
	}
	s.tellCell(ctx, mine, r.Cell, "")
	return oneCell(desk.Cells(ctx, actorOf(ctx), []filing.Cell{r.Cell}))
}

// Once is one filing of a cell's history.
type Once struct {
	Filing    string       `json:"filing"`
	Value     string       `json:"value,omitempty" doc:"没有即撤回 | absent where it was taken back"`
	Unit      string       `json:"unit,omitempty"`
	By        string       `json:"by"`
	At        time.Time    `json:"at"`
	Note      string       `json:"note,omitempty"`
	Evidence  []form.Paper `json:"evidence"`
	Address   string       `json:"address,omitempty"`
	Withdrawn bool         `json:"withdrawn,omitempty"`
}

func (s *server) getHistory(ctx context.Context, in *OfCell) (*struct{ Body Page[Once] }, error) {
	desk, _, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	if _, err := desk.Find(actorOf(ctx), access.ReadFilings, in.cell()); err != nil {
		return nil, err
	}
	list, err := s.Store.CellHistory(ctx, in.cell())
	if err != nil {
		return nil, err
	}
	out := Page[Once]{Items: make([]Once, len(list))}
	for i, f := range list {
		shown, err := desk.Shown(ctx, f.Evidence)
		if err != nil {
			return nil, err
		}
		out.Items[i] = Once{Filing: f.ID, By: f.By, At: f.At, Note: f.Note, Evidence: shown, Address: f.Address, Withdrawn: f.Withdrawn}
		if !f.Withdrawn {
			out.Items[i].Value, out.Items[i].Unit = f.Quantity.Number(), f.Quantity.Unit().String()
		}
	}
	return &struct{ Body Page[Once] }{out}, nil
}
