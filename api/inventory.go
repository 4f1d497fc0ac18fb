package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/standard"
)

// Closing asks for an inventory.
type Closing struct {
	Period    string            `json:"period" maxLength:"7" doc:"2024 或 2024-06 | 2024 or 2024-06"`
	Edition   string            `json:"edition" maxLength:"64"`
	GWP       string            `json:"gwp,omitempty" maxLength:"64" doc:"缺省按标准 | otherwise the edition's own"`
	Choices   map[string]string `json:"choices,omitempty" maxProperties:"50"`
	FactorSet string            `json:"factor_set,omitempty" maxLength:"128"`
	Accept    string            `json:"accept,omitempty" maxLength:"4000" doc:"带着硬性问题关账的理由 | the reason for closing over hard findings"`
}

// Restating asks for the next version.
type Restating struct {
	Closing
	Reason string `json:"reason" minLength:"1" maxLength:"4000" doc:"为何重述 | why"`
}

func (c Closing) of(site, by string) inventory.Close {
	return inventory.Close{
		Site: site, Period: c.Period, Edition: c.Edition, GWP: c.GWP, Choices: c.Choices, FactorSet: c.FactorSet, By: by, Accept: c.Accept,
	}
}

// Summary is an inventory without its lines and activities.
type Summary struct {
	ID        string             `json:"id,omitempty" doc:"预览没有编号 | a preview has none"`
	Version   int                `json:"version,omitempty"`
	Previous  string             `json:"previous,omitempty"`
	Reason    string             `json:"reason,omitempty"`
	Hash      string             `json:"hash"`
	Period    string             `json:"period"`
	Edition   string             `json:"edition"`
	GWP       string             `json:"gwp"`
	FactorSet string             `json:"factor_set"`
	ClosedAt  time.Time          `json:"closed_at,omitzero"`
	By        string             `json:"by,omitempty"`
	Lines     int                `json:"lines"`
	Totals    []standard.Total   `json:"totals"`
	Figures   []standard.Figure  `json:"figures,omitempty"`
	Findings  []activity.Finding `json:"findings"`
	Notes     []standard.Note    `json:"notes,omitempty"`
	Bridge    *inventory.Bridge  `json:"bridge,omitempty" doc:"与上一版的差异分解 | the way from the version before"`
}

func summaryOf(inv inventory.Inventory) Summary {
	c := inv.Content
	return Summary{
		ID: inv.ID, Version: inv.Version, Previous: inv.Previous, Reason: inv.Reason, Hash: inv.Hash,
		Period: c.Period, Edition: c.Edition, GWP: c.GWP, FactorSet: c.FactorSet, Lines: len(c.Result.Lines), ClosedAt: inv.ClosedAt, By: inv.By,
		Totals: c.Result.Totals, Figures: c.Result.Figures, Findings: c.AllFindings(), Notes: c.Result.Notes, Bridge: inv.Bridge,
	}
}

type summarised struct{ Body Summary }

// preview computes what a close would freeze, hard findings and all.
func (s *server) preview(ctx context.Context, in *struct {
	OfSite
	Body Closing
},
) (*summarised, error) {
	ask := in.Body.of(in.Site, actorOf(ctx).ID)
	ask.Accept = orElse(ask.Accept, "preview") // what would block is what a preview is for
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	content, err := mine.Inventories.Compute(ctx, ask)
	if err != nil {
		return nil, err
	}
	sum, err := content.Sum()
	if err != nil {
		return nil, err
	}
	return &summarised{summaryOf(inventory.Inventory{Hash: sum, Content: content})}, nil
}

func (s *server) closeInventory(ctx context.Context, in *struct {
	OfSite
	Body Closing
},
) (*summarised, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	inv, err := mine.Inventories.Close(ctx, in.Body.of(in.Site, actorOf(ctx).ID))
	if err != nil {
		return nil, err
	}
	return &summarised{summaryOf(inv)}, nil
}

func (s *server) restate(ctx context.Context, in *struct {
	OfSite
	Body Restating
},
) (*summarised, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	inv, err := mine.Inventories.Restate(ctx, in.Body.of(in.Site, actorOf(ctx).ID), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &summarised{summaryOf(inv)}, nil
}

func (s *server) listInventories(ctx context.Context, in *struct {
	OfSite
	Paged
	Period  string `query:"period" maxLength:"7"`
	Edition string `query:"edition" maxLength:"64"`
	Outcome bool   `query:"outcome" doc:"连同主合计 | with the main total"`
},
) (*Listed[Closed], error) {
	all, err := s.Store.Inventories(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	var rows []Closed
	for _, h := range all {
		if (in.Period == "" || h.Period == in.Period) && (in.Edition == "" || h.Edition == in.Edition) {
			rows = append(rows, Closed{Head: h})
		}
	}
	page, err := slice(rows, in.Paged, func(c Closed) string { return c.ID })
	if err != nil || !in.Outcome {
		return page, err
	}
	return page, s.outcomes(ctx, in.OfSite, page.Body.Items)
}

// Closed is a closed inventory as the list tells it.
type Closed struct {
	inventory.Head
	Reason  string             `json:"reason,omitempty"`
	Outcome *inventory.Outcome `json:"outcome,omitempty"`
}

// outcomes fills in what the inventories came to.
func (s *server) outcomes(ctx context.Context, at OfSite, rows []Closed) error {
	for i := range rows {
		inv, err := s.inventory(ctx, OfInventory{OfSite: at, ID: rows[i].ID})
		if err != nil {
			return err
		}
		outcome, err := inv.Outcome()
		if err != nil {
			return err
		}
		rows[i].Reason, rows[i].Outcome = inv.Reason, &outcome
	}
	return nil
}

// getSummary gives an inventory without its lines and activities.
func (s *server) getSummary(ctx context.Context, in *OfInventory) (*summarised, error) {
	inv, err := s.inventory(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &summarised{summaryOf(inv)}, nil
}

// OfInventory names a closed inventory.
type OfInventory struct {
	OfSite
	ID string `path:"id" maxLength:"256" doc:"清单编号,如 qingling.2024.cn-coal-2014.v1 | id of the inventory"`
}

// Conditional is a request by somebody who has an answer already.
type Conditional struct {
	IfNoneMatch string `header:"If-None-Match"`
}

func (c Conditional) has(etag string) bool {
	for have := range strings.SplitSeq(c.IfNoneMatch, ",") {
		if have = strings.TrimSpace(have); have == etag || have == "*" {
			return true
		}
	}
	return false
}

// inventory gives a closed inventory of a mine. It never changes, so what was
// read once is kept at hand.
func (s *server) inventory(ctx context.Context, in OfInventory) (inventory.Inventory, error) {
	inv, ok := s.inventories.get(in.ID)
	if !ok {
		var err error
		if inv, err = s.Store.Inventory(ctx, in.ID); err != nil {
			return inv, err
		}
		s.inventories.put(in.ID, inv, sizeOf(inv))
	}
	if inv.Content.Site.ID != in.Site {
		return inventory.Inventory{}, fault.NotFound.Say(lang.T("没有清单 %.100q", "there is no inventory %.100q"), in.ID)
	}
	return inv, nil
}

// sizeOf estimates what an inventory takes: a line with its workings is some
// 8 KiB, an activity 2 KiB.
func sizeOf(inv inventory.Inventory) int64 {
	return 16<<10 + int64(len(inv.Content.Result.Lines))*8<<10 + int64(len(inv.Content.Activities))*2<<10
}

// getInventory gives all of an inventory. It never changes: a browser asks
// whether it has it, and no more.
func (s *server) getInventory(ctx context.Context, in *struct {
	OfInventory
	Conditional
},
) (*Raw, error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	doc, err := s.document(in.ID+"|json", func() (document, error) {
		body, err := json.Marshal(inv)
		return document{kind: "application/json", body: body}, err
	})
	if err != nil {
		return nil, fmt.Errorf("encode inventory %s: %w", in.ID, err)
	}
	return doc.answer(in.Conditional), nil
}

// Rerun is the answer to whether the program still computes what it once did.
type Rerun struct {
	Same bool   `json:"same"`
	Hash string `json:"hash" doc:"冻结的 | as it was frozen"`
	Now  string `json:"now" doc:"重算的 | as it comes out now"`
}

func (s *server) rerun(ctx context.Context, in *OfInventory) (*struct{ Body Rerun }, error) {
	inv, err := s.inventory(ctx, *in)
	if err != nil {
		return nil, err
	}
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	set, err := s.Factors(ctx, inv.Content.FactorSet)
	if err != nil {
		return nil, err
	}
	content, err := inv.Content.Rerun(set, mine.Site)
	if err != nil {
		return nil, err
	}
	sum, err := content.Sum()
	if err != nil {
		return nil, err
	}
	return &struct{ Body Rerun }{Rerun{Same: sum == inv.Hash, Hash: inv.Hash, Now: sum}}, nil
}

// answer gives a document, or says that the reader has it.
func (d document) answer(c Conditional) *Raw {
	out := &Raw{Status: http.StatusOK, ContentType: d.kind, ContentDisposition: d.disposition, ETag: d.etag, CacheControl: "private, no-cache", Body: d.body}
	if c.has(d.etag) {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out
}
