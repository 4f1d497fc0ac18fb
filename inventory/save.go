package inventory

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/quantity"
	"lingtan/standard"
)

// save numbers, hashes and keeps an inventory with its postings.
func (s *Service) save(ctx context.Context, inv Inventory, before *Inventory) (Inventory, error) {
	c := inv.Content
	sum, err := c.Sum()
	if err != nil {
		return Inventory{}, err
	}
	inv.Hash, inv.ClosedAt = sum, s.Now().UTC()
	inv.ID = fmt.Sprintf("%s.%s.%s.v%d", c.Site.ID, c.Period, c.Edition, inv.Version)
	entry, err := inv.entry(before)
	if err != nil {
		return Inventory{}, err
	}
	mine, err := s.Mine(ctx, c.Site.ID)
	if err != nil {
		return Inventory{}, err
	}
	counted, err := s.free(ctx, c.Site.ID, uses(c.Activities, mine.Site.Calendar))
	if err != nil {
		return Inventory{}, fmt.Errorf("save %s: %w", inv.ID, err)
	}
	if err := s.Books.SaveInventory(ctx, inv, counted, entry); err != nil {
		return Inventory{}, fmt.Errorf("save %s: %w", inv.ID, err)
	}
	return inv, nil
}

// free leaves out certificates that are disputed: they are a finding, and the
// one who had them first keeps them.
func (s *Service) free(ctx context.Context, site string, counted []Use) ([]Use, error) {
	taken, err := s.Books.Used(ctx, site, counted)
	if err != nil {
		return nil, err
	}
	disputed := map[string]bool{}
	for _, u := range taken {
		disputed[u.Certificate] = true
	}
	var out []Use
	for _, u := range counted {
		if !disputed[u.Certificate] {
			out = append(out, u)
			disputed[u.Certificate] = true
		}
	}
	return out, nil
}

// entry is the ledger's draft: the act, and a posting per line from the source
// to this version's account. A restatement takes the old version's out first.
func (inv Inventory) entry(before *Inventory) (ledger.Draft, error) {
	kind := ledger.InventoryClose
	var postings []ledger.Posting
	if before != nil {
		kind = ledger.InventoryRestate
		old, err := before.postings(-1)
		if err != nil {
			return ledger.Draft{}, err
		}
		postings = old
	}
	own, err := inv.postings(1)
	if err != nil {
		return ledger.Draft{}, err
	}
	body, err := ledger.Body(map[string]any{
		"hash": inv.Hash, "version": inv.Version, "previous": inv.Previous, "reason": inv.Reason, "edition": inv.Content.Edition,
		"factor_set": inv.Content.FactorSet, "factor_sha256": inv.Content.FactorSHA, "plan_sha256": inv.Content.PlanSHA,
	})
	if err != nil {
		return ledger.Draft{}, err
	}
	return ledger.Draft{
		At: inv.ClosedAt, Actor: inv.By, Site: inv.Content.Site.ID, Kind: kind, Subject: inv.ID, Body: body,
		Postings: append(postings, own...),
	}, nil
}

// postings moves each line's gas, in whole grams, from its source's account.
// The line keeps the exact mass. Lines on the market basis tell the same
// electricity a second time and are not posted.
func (inv Inventory) postings(sign int64) ([]ledger.Posting, error) {
	var out []ledger.Posting
	for _, l := range inv.Content.Result.Lines {
		if l.Basis == standard.Market || l.Basis == standard.Memo {
			continue
		}
		grams, err := gramsOf(l)
		if err != nil {
			return nil, err
		}
		if grams == 0 {
			continue
		}
		out = append(out, ledger.Transfer{
			From: ledger.SourceAccount(l.Source), To: ledger.InventoryAccount(inv.Content.Site.ID, inv.account(), inv.Version),
			Gas: l.Gas, Grams: sign * grams,
		}.Postings()...)
	}
	return out, nil
}

// account names the inventory among others of the same period.
func (inv Inventory) account() string {
	return strings.Join([]string{inv.Content.Period, inv.Content.Edition}, "/")
}

func gramsOf(l standard.Line) (int64, error) {
	q, err := l.Mass.In(quantity.MustUnit("g" + l.Gas))
	if err != nil {
		return 0, err
	}
	g := quantity.RoundInt(q.Rat(), quantity.HalfEven)
	if !g.IsInt64() || new(big.Int).Abs(g).BitLen() > 62 {
		return 0, fault.Invalid.Say(lang.T("%s 的质量超出账本范围", "the mass of %s is beyond what the book holds"), l.ID)
	}
	return g.Int64(), nil
}
