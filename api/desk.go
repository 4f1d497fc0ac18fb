package api

import (
	"context"
	"slices"

	"lingtan/inventory"
	"lingtan/verification"
)

// Desk is how far the verification of an inventory is.
type Desk struct {
	Inventory inventory.Head         `json:"inventory"`
	Latest    string                 `json:"latest" doc:"该期间的最新一版;只有它可签署 | the last version of the period, which alone can be signed"`
	Weight    verification.Weight    `json:"weight" doc:"未更正的错报与重要性阈值 | uncorrected misstatements against the materiality threshold"`
	Counts    map[string]int         `json:"counts" doc:"各状态的发现数 | findings by their state"`
	Samples   []verification.Sample  `json:"samples"`
	Findings  []verification.Finding `json:"findings"`
	Opinion   *verification.Opinion  `json:"opinion,omitempty"`
}

// getVerification gives the whole desk of an inventory.
func (s *server) getVerification(ctx context.Context, in *OfInventory) (*struct{ Body Desk }, error) {
	inv, found, err := s.findings(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := Desk{Inventory: inv.Head(), Findings: append([]verification.Finding{}, found...), Counts: tally(found)}
	if out.Weight, err = weighed(inv, found); err != nil {
		return nil, err
	}
	if out.Latest, err = s.latest(ctx, inv.Head()); err != nil {
		return nil, err
	}
	samples, err := s.Store.Samples(ctx, in.Site, in.ID)
	if err != nil {
		return nil, err
	}
	out.Samples = append([]verification.Sample{}, samples...)
	signed, err := s.Store.Opinions(ctx, in.Site, in.ID)
	if err != nil {
		return nil, err
	}
	if len(signed) > 0 {
		out.Opinion = &signed[0]
	}
	return &struct{ Body Desk }{out}, nil
}

func weighed(inv inventory.Inventory, found []verification.Finding) (verification.Weight, error) {
	outcome, err := inv.Outcome()
	if err != nil {
		return verification.Weight{}, err
	}
	return verification.Weigh(outcome.CO2e, found)
}

func tally(found []verification.Finding) map[string]int {
	out := map[string]int{string(verification.Open): 0, string(verification.Answered): 0, string(verification.Closed): 0}
	for _, f := range found {
		out[string(f.State)]++
	}
	return out
}

// latest is the last version of an inventory's period.
func (s *server) latest(ctx context.Context, h inventory.Head) (string, error) {
	all, err := s.Store.Inventories(ctx, h.Site)
	if err != nil {
		return "", err
	}
	last := h
	for _, other := range all {
		if other.Period == h.Period && other.Edition == h.Edition && other.Version > last.Version {
			last = other
		}
	}
	return last.ID, nil
}

// Verification is how far the verification of an inventory is, in short.
type Verification struct {
	inventory.Head
	Latest  bool                  `json:"latest"`
	Counts  map[string]int        `json:"counts"`
	Opinion *verification.Opinion `json:"opinion,omitempty"`
}

// listVerifications tells of every inventory of a mine how far its verification
// is, the latest period first.
func (s *server) listVerifications(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[Verification], error) {
	heads, err := s.Store.Inventories(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	found, err := s.Store.VerificationFindings(ctx, in.Site, "", "")
	if err != nil {
		return nil, err
	}
	signed, err := s.Store.Opinions(ctx, in.Site, "")
	if err != nil {
		return nil, err
	}
	rows := make([]Verification, len(heads))
	for i, h := range heads {
		own := slices.DeleteFunc(slices.Clone(found), func(f verification.Finding) bool { return f.Period != h.Period || f.Edition != h.Edition })
		next := i+1 < len(heads) && heads[i+1].Period == h.Period && heads[i+1].Edition == h.Edition // they come by period, edition and version
		rows[len(heads)-1-i] = Verification{Head: h, Latest: !next, Counts: tally(own), Opinion: opinionOn(signed, h.ID)}
	}
	return slice(rows, in.Paged, func(v Verification) string { return v.ID })
}

func opinionOn(signed []verification.Opinion, id string) *verification.Opinion {
	i := slices.IndexFunc(signed, func(o verification.Opinion) bool { return o.Inventory == id })
	if i < 0 {
		return nil
	}
	return &signed[i]
}

// Signing is an opinion to be signed.
type Signing struct {
	Opinion   verification.Verdict `json:"opinion" enum:"reasonable,limited,qualified,adverse" doc:"无保留(合理、有限保证)、保留、否定 | unmodified with reasonable or limited assurance, modified, adverse"`
	Statement string               `json:"statement" minLength:"1" maxLength:"8000"`
}

func (s *server) signOpinion(ctx context.Context, in *struct {
	OfInventory
	Body Signing
},
) (*struct{ Body verification.Opinion }, error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	hands, err := s.hands(ctx, inv)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.SignOpinion(ctx, inv.Head(), func(d verification.Desk) (verification.Opinion, error) {
		d.Hands = hands
		if d.Weight, err = weighed(inv, d.Findings); err != nil {
			return verification.Opinion{}, err
		}
		return d.Sign(in.Body.Opinion, in.Body.Statement, actorOf(ctx).ID, s.Now())
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body verification.Opinion }{o}, nil
}

// hands lists who filed, submitted, approved or closed what is in an inventory.
func (s *server) hands(ctx context.Context, inv inventory.Inventory) ([]string, error) {
	cal, err := s.calendar(ctx, inv.Content.Site.ID)
	if err != nil {
		return nil, err
	}
	p, err := cal.Parse(inv.Content.Period)
	if err != nil {
		return nil, err
	}
	var months []string
	for m := range cal.Months(p) {
		months = append(months, cal.Name(m))
	}
	first, last := months[0], months[len(months)-1]
	out := []string{inv.By}
	filed, err := s.Store.Filings(ctx, inv.Content.Site.ID, first, last)
	if err != nil {
		return nil, err
	}
	for _, f := range filed {
		out = append(out, f.By)
	}
	moved, err := s.Store.Months(ctx, inv.Content.Site.ID, first, last)
	if err != nil {
		return nil, err
	}
	for _, m := range moved {
		out = append(out, m.Submitter, m.Approver)
	}
	return out, nil
}
