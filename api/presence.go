package api

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
)

// The kinds of event that the work on forms is told by.
const (
	filedKind    = "filing"
	presenceKind = "presence"
)

const (
	// presentFor is how long somebody is in a cell who says nothing more.
	presentFor = 30 * time.Second
	maxPresent = 1000 // at one mine
	// maxMoved is how many cells of a block are told one by one; of more, their
	// months are told.
	maxMoved = 100
)

// Present is who is in which cell.
type Present struct {
	By    string    `json:"by"`
	Name  string    `json:"name,omitempty"`
	Row   string    `json:"row"`
	Month string    `json:"month"`
	Until time.Time `json:"until"`
}

// hallways remember who is where, for half a minute; nothing of it is kept.
type hallways struct {
	mu sync.Mutex
	at map[string]map[string]Present // by mine and actor
}

func newHallways() *hallways { return &hallways{at: map[string]map[string]Present{}} }

// enter says where somebody is, and gives the row they come from and everybody
// who is somewhere. Who is nowhere any more sends no row.
func (h *hallways) enter(site string, p Present, now time.Time) (from string, all []Present, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	here := h.at[site]
	if here == nil {
		here = map[string]Present{}
		h.at[site] = here
	}
	for by, other := range here {
		if !other.Until.After(now) {
			delete(here, by)
		}
	}
	from = here[p.By].Row
	if delete(here, p.By); p.Row != "" {
		if len(here) >= maxPresent {
			return from, nil, errBusy
		}
		here[p.By] = p
	}
	all = make([]Present, 0, len(here))
	for _, other := range here {
		all = append(all, other)
	}
	slices.SortFunc(all, func(a, b Present) int { return cmp.Compare(a.By, b.By) })
	return from, all, nil
}

func (s *server) postPresence(ctx context.Context, in *struct {
	OfSite
	Body struct {
		Row   string `json:"row" maxLength:"129" doc:"空为已离开 | empty: I have left"`
		Month string `json:"month,omitempty" maxLength:"7"`
	}
},
) (*struct{ Body []Present }, error) {
	desk, mine, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	a := actorOf(ctx)
	p := Present{By: a.ID, Name: a.Name, Row: in.Body.Row, Month: in.Body.Month, Until: s.Now().Add(presentFor).UTC()}
	if p.Row != "" {
		if filing.CheckMonth(p.Month) != nil || !seesRow(a, desk, p.Row) {
			return nil, fault.NotFound.Say(lang.T("没有这个单元格", "there is no such cell"))
		}
	}
	from, here, err := s.hallways.enter(in.Site, p, s.Now())
	if err != nil {
		return nil, err
	}
	s.publish(ctx, mine, presenceKind, orElse(p.Row, from), p)
	seen := slices.DeleteFunc(here, func(p Present) bool { return !seesRow(a, desk, p.Row) })
	return &struct{ Body []Present }{seen}, nil
}

// seesRow tells whether somebody may look at a row of the plan.
func seesRow(a access.Actor, desk *form.Desk, row string) bool {
	cell := CellAt{Row: row}.of(desk.Site.ID)
	par, is := desk.Plan.Row(cell.Source, cell.Parameter)
	return is && desk.Sees(a, access.ReadFilings, par)
}

// moved is the event that a cell is no longer as it was. Without a row it is
// about the whole month, and does not say whose act it was: all units hear it.
type moved struct {
	Row    string `json:"row"`
	Month  string `json:"month"`
	By     string `json:"by,omitempty"`
	Filing string `json:"filing,omitempty"`
}

// tellFiled tells whoever looks at the forms what was filed.
func (s *server) tellFiled(ctx context.Context, mine *Mine, list []filing.Filing) {
	if len(list) <= maxMoved {
		for _, f := range list {
			s.tellCell(ctx, mine, f.Cell, f.ID)
		}
		return
	}
	seen := map[string]bool{}
	for _, f := range list {
		if !seen[f.Month] {
			s.tellCell(ctx, mine, filing.Cell{Month: f.Month}, "")
		}
		seen[f.Month] = true
	}
}

func (s *server) tellCell(ctx context.Context, mine *Mine, c filing.Cell, id string) {
	e := moved{Month: c.Month, Filing: id}
	if c.Source != "" {
		e.Row, e.By = c.Row(), actorOf(ctx).ID
	}
	s.publish(ctx, mine, filedKind, e.Row, e)
}

// publish tells the listeners of a mine of a row, or of no row in particular.
// A mine whose open hour is not ready yet has no listeners.
func (s *server) publish(ctx context.Context, mine *Mine, kind, row string, payload any) {
	if mine.Hall == nil {
		return
	}
	if err := mine.Hall.Publish(kind, row, payload); err != nil {
		s.Log.WarnContext(ctx, "viewers are not told", "kind", kind, "error", err)
	}
}
