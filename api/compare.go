package api

import (
	"context"
	"encoding/json"
	"fmt"

	"lingtan/inventory"
)

// compareInventories explains the way from one version to another. Neither
// changes any more, so what was explained once is kept at hand.
func (s *server) compareInventories(ctx context.Context, in *struct {
	OfSite
	Conditional
	A string `query:"a" required:"true" maxLength:"256" doc:"从哪个版本 | from which version"`
	B string `query:"b" required:"true" maxLength:"256" doc:"到哪个版本 | to which version"`
},
) (*Raw, error) {
	from, err := s.inventory(ctx, OfInventory{OfSite: in.OfSite, ID: in.A})
	if err != nil {
		return nil, err
	}
	to, err := s.inventory(ctx, OfInventory{OfSite: in.OfSite, ID: in.B})
	if err != nil {
		return nil, err
	}
	doc, err := s.document("compare|"+in.A+"|"+in.B, func() (document, error) {
		comparison, err := s.compare(ctx, from, to)
		if err != nil {
			return document{}, err
		}
		body, err := json.Marshal(comparison)
		return document{kind: "application/json", body: body}, err
	})
	if err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", in.A, in.B, err)
	}
	return doc.answer(in.Conditional), nil
}

func (s *server) compare(ctx context.Context, from, to inventory.Inventory) (inventory.Comparison, error) {
	mine, err := s.Mine(ctx, to.Content.Site.ID)
	if err != nil {
		return inventory.Comparison{}, err
	}
	set, err := s.Factors(ctx, to.Content.FactorSet)
	if err != nil {
		return inventory.Comparison{}, err
	}
	return inventory.Compare(from, to, set, mine.Site)
}
