package store

import (
	"context"
	"encoding/json"
	"fmt"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/ledger"
)

// Books keeps inventories, as closing them asks for.
type Books struct{ store *Store }

var _ inventory.Books = Books{}

// Books gives the store as the keeper of inventories.
func (s *Store) Books() Books { return Books{s} }

// SaveInventory freezes an inventory with its ledger entry.
func (b Books) SaveInventory(ctx context.Context, inv inventory.Inventory, uses []inventory.Use, entry ledger.Draft) error {
	body, err := json.Marshal(inv)
	if err != nil {
		return fmt.Errorf("save %s: %w", inv.ID, err)
	}
	return b.store.SaveInventory(ctx, InventoryRow{Head: inv.Head(), Body: body, Certificates: uses}, entry)
}

// Latest gives the last version of a period.
func (b Books) Latest(ctx context.Context, site, period, edition string) (inventory.Inventory, error) {
	row, err := b.store.LatestInventory(ctx, site, period, edition)
	if err != nil {
		return inventory.Inventory{}, err
	}
	return row.Thaw()
}

// Inventory gives an inventory by its id. Whoever asks for somebody compares its
// site with what that person may see.
func (b Books) Inventory(ctx context.Context, id string) (inventory.Inventory, error) {
	row, err := b.store.Inventory(ctx, id)
	if err != nil {
		return inventory.Inventory{}, err
	}
	return row.Thaw()
}

// Used tells which certificates serve another site or month.
func (b Books) Used(ctx context.Context, site string, uses []inventory.Use) ([]inventory.Use, error) {
	ids := make([]string, len(uses))
	month := map[string]string{}
	for i, u := range uses {
		ids[i], month[u.Certificate] = u.Certificate, u.Month
	}
	taken, err := b.store.CertificateUses(ctx, site, ids)
	if err != nil {
		return nil, err
	}
	var out []inventory.Use
	for _, t := range taken {
		if t.Site != site || t.Period != month[t.ID] {
			out = append(out, inventory.Use{Certificate: t.ID, Month: t.Period})
		}
	}
	return out, nil
}

// Thaw reads the inventory that was kept.
func (r InventoryRow) Thaw() (inventory.Inventory, error) {
	var inv inventory.Inventory
	if err := json.Unmarshal(r.Body, &inv); err != nil {
		return inv, fmt.Errorf("read inventory %s: %w", r.ID, err)
	}
	return inv, nil
}

// Filed gives the value that stands for a cell, as gathering asks for it.
func (s *Store) Filed(ctx context.Context, site, source, parameter, month string) (activity.Value, bool, error) {
	list, err := s.Filings(ctx, site, month, month)
	if err != nil {
		return activity.Value{}, false, err
	}
	for _, one := range filing.Current(list) {
		if one.Source == source && one.Parameter == parameter {
			return one.Value(), true, nil
		}
	}
	return activity.Value{}, false, nil
}
