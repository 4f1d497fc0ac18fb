package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/board"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

// lines is the type of an answer that comes line by line, each a JSON of its own.
const lines = "application/x-ndjson"

// maxImpact is how many inventories one question covers: eight years of months
// with their years, and some over.
const maxImpact = 120

// Imagining asks what inventories would be otherwise. What is empty stays as it is.
type Imagining struct {
	FactorSet string `json:"factor_set,omitempty" maxLength:"128" doc:"已登记的因子表 | a table on record"`
	Table     string `json:"table,omitempty" doc:"尚未采用的因子表,CSV | a table that is not adopted, as CSV"`
	GWP       string `json:"gwp,omitempty" maxLength:"64"`
	Edition   string `json:"edition,omitempty" maxLength:"64"`
}

// Imagined is one line of the answer: how far the work has come, and one
// inventory; the last has the sum instead. An answer without it is not whole.
type Imagined struct {
	Done  int           `json:"done"`
	Total int           `json:"total"`
	Item  *ImpactItem   `json:"item,omitempty"`
	Sum   *ImpactSum    `json:"sum,omitempty"`
	Scope *ImpactOrigin `json:"scope,omitempty" doc:"仅首行 | in the first line alone"`
}

// ImpactOrigin tells what is compared with.
type ImpactOrigin struct {
	FactorSet string `json:"factor_set"`
	SHA256    string `json:"sha256"`
}

// ImpactItem is one inventory, closed, or of a month as it stands.
type ImpactItem struct {
	ID      string            `json:"id,omitempty" doc:"未关账的没有编号 | one that is open has none"`
	Period  string            `json:"period"`
	Edition string            `json:"edition"`
	Version int               `json:"version,omitempty"`
	State   string            `json:"state" enum:"closed,open"`
	Impact  *inventory.Impact `json:"impact,omitempty"`
	Lacking []string          `json:"lacking,omitempty" doc:"未计入的参数 | parameters left out"`
	Problem lang.Text         `json:"problem,omitzero" doc:"算不出的原因 | why it cannot be told"`
}

// ImpactSum adds the months up; years are told beside them and not again here.
type ImpactSum struct {
	Months     int               `json:"months"`
	Failed     int               `json:"failed" doc:"算不出、未计入的 | that could not be told and are left out"`
	Before     quantity.Quantity `json:"before"`
	After      quantity.Quantity `json:"after"`
	Difference quantity.Quantity `json:"difference"`
}

// factorImpact tells line by line what every closed inventory and every open
// month would be otherwise. It keeps nothing, and ends when nobody listens.
func (s *server) factorImpact(ctx context.Context, in *struct {
	OfSite
	Body Imagining
},
) (*Streamed, error) {
	w, err := s.imagine(ctx, in.Site, in.Body)
	if err != nil {
		return nil, err
	}
	return &Streamed{func(c huma.Context) {
		c.SetHeader("Content-Type", lines)
		c.SetHeader("X-Accel-Buffering", "no")
		out := json.NewEncoder(c.BodyWriter())
		err := w.run(ctx, func(row Imagined) error {
			if err := out.Encode(row); err != nil {
				return err
			}
			if answer, ok := c.BodyWriter().(http.ResponseWriter); ok {
				return http.NewResponseController(answer).Flush()
			}
			return nil
		})
		if err != nil && ctx.Err() == nil {
			visitOf(ctx).err = fmt.Errorf("impact at %s: %w", in.Site, err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// imagination is one question on its way.
type imagination struct {
	*server
	desk  *board.Desk
	mine  *Mine
	ask   Imagining
	table *factor.Set // nil: each with its own
	items []ImpactItem
}

// imagine settles what is asked and what it is asked of, so that a wrong
// question is refused before the first line.
func (s *server) imagine(ctx context.Context, site string, ask Imagining) (*imagination, error) {
	w := &imagination{server: s, ask: ask}
	var err error
	if w.desk, w.mine, err = (&boards{s}).desk(ctx, site); err != nil {
		return nil, err
	}
	switch {
	case ask.Table != "":
		w.table, err = factor.Parse("sent", "sent.csv", []byte(ask.Table))
	case ask.FactorSet != "":
		w.table, err = s.Factors(ctx, ask.FactorSet)
	case ask.GWP == "" && ask.Edition == "":
		err = fault.Invalid.Say(lang.T("没有说要换什么", "nothing is asked to be different")).
			Do(lang.T("给出 factor_set、table、gwp 或 edition", "give factor_set, table, gwp or edition"))
	}
	if err != nil {
		return nil, err
	}
	if ask.GWP != "" {
		if _, err := factor.FindGWP(ask.GWP); err != nil {
			return nil, fault.At(err, fault.Place{Column: "gwp"})
		}
	}
	if ask.Edition != "" {
		if _, err := standard.Find(ask.Edition); err != nil {
			return nil, fault.At(err, fault.Place{Column: "edition"})
		}
	}
	w.items, err = w.scope(ctx, site)
	return w, err
}

// scope lists the last version of every closed inventory, and the months of the
// plan's first edition that are not closed, the latest first.
func (w *imagination) scope(ctx context.Context, site string) ([]ImpactItem, error) {
	heads, err := w.Store.Inventories(ctx, site)
	if err != nil {
		return nil, err
	}
	last := map[string]inventory.Head{}
	for _, h := range heads {
		if key := h.Period + "|" + h.Edition; h.Version > last[key].Version {
			last[key] = h
		}
	}
	var out []ImpactItem
	for _, h := range last {
		out = append(out, ImpactItem{ID: h.ID, Period: h.Period, Edition: h.Edition, Version: h.Version, State: "closed"})
	}
	open, err := w.open(ctx, site, last)
	if err != nil {
		return nil, err
	}
	out = append(out, open...)
	slices.SortFunc(out, func(a, b ImpactItem) int {
		return cmp.Or(cmp.Compare(b.Period, a.Period), cmp.Compare(a.Edition, b.Edition))
	})
	return out[:min(len(out), maxImpact)], nil
}

// open lists the months from the first that anything is known of to the one that
// runs, without those that are closed.
func (w *imagination) open(ctx context.Context, site string, closed map[string]inventory.Head) ([]ImpactItem, error) {
	if len(w.mine.Plan.Editions) == 0 {
		return nil, nil
	}
	edition, cal := w.mine.Plan.Editions[0], w.mine.Site.Calendar
	current := cal.Name(cal.MonthOf(w.Now()))
	filed, err := w.Store.Filings(ctx, site, "0001-01", current)
	if err != nil {
		return nil, err
	}
	first := current
	for _, f := range filed {
		first = min(first, f.Month)
	}
	for _, h := range closed {
		first = min(first, h.Period)
	}
	var out []ImpactItem
	for at := cal.MonthOf(w.Now()); cal.Name(at) >= first && len(out) < maxImpact; at = cal.MonthOf(at.Start().Add(-1)) {
		name := cal.Name(at)
		if _, is := closed[name+"|"+edition]; !is {
			out = append(out, ImpactItem{Period: name, Edition: edition, State: "open"})
		}
	}
	return out, nil
}

// run works through the list and hands out each inventory as it is told.
func (w *imagination) run(ctx context.Context, tell func(Imagined) error) error {
	unit := quantity.MustUnit("tCO2e")
	sum := ImpactSum{Before: quantity.Int(0, unit), After: quantity.Int(0, unit), Difference: quantity.Int(0, unit)}
	begin := Imagined{Total: len(w.items), Scope: &ImpactOrigin{}}
	if w.table != nil {
		*begin.Scope = ImpactOrigin{w.table.ID(), w.table.SHA256()}
	}
	if err := tell(begin); err != nil {
		return err
	}
	for i, item := range w.items {
		impact, err := w.one(ctx, &item)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && fault.KindOf(err) == fault.Internal:
			return err
		case err != nil:
			item.Problem = textOf(err)
			sum.Failed++
		default:
			item.Impact = &impact
			if err := sum.add(item); err != nil {
				return err
			}
		}
		if err := tell(Imagined{Done: i + 1, Total: len(w.items), Item: &item}); err != nil {
			return err
		}
	}
	return tell(Imagined{Done: len(w.items), Total: len(w.items), Sum: &sum})
}

// add adds a month; a year has its months in it already.
func (s *ImpactSum) add(item ImpactItem) (err error) {
	if !strings.Contains(item.Period, "-") {
		return nil
	}
	s.Months++
	if s.Before, err = s.Before.Add(item.Impact.Before.CO2e); err != nil {
		return err
	}
	if s.After, err = s.After.Add(item.Impact.After.CO2e); err != nil {
		return err
	}
	s.Difference, err = s.After.Sub(s.Before)
	return err
}

// one tells what one inventory would be. An open month is taken as the boards
// tell it: what is lacking is left out and named.
func (w *imagination) one(ctx context.Context, item *ImpactItem) (inventory.Impact, error) {
	var content inventory.Content
	if item.ID != "" {
		inv, err := w.inventory(ctx, OfInventory{OfSite: OfSite{Site: w.mine.Site.ID}, ID: item.ID})
		if err != nil {
			return inventory.Impact{}, err
		}
		content = inv.Content
	} else {
		var origin board.Origin
		var err error
		if content, origin, err = w.desk.Content(ctx, item.Period, board.Ask{Edition: item.Edition}); err != nil {
			return inventory.Impact{}, err
		}
		item.Lacking = origin.Lacking
	}
	table := w.table
	if table == nil {
		var err error
		if table, err = w.Factors(ctx, content.FactorSet); err != nil {
			return inventory.Impact{}, err
		}
	}
	return content.Under(inventory.Otherwise{Edition: w.ask.Edition, GWP: w.ask.GWP, Factors: table}, w.mine.Site)
}
