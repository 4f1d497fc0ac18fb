package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
)

// InventoryRow is a frozen inventory as it is kept.
type InventoryRow struct {
	inventory.Head
	Body []byte // canonical JSON
	// Certificates are the green certificates it counts, by month. One that
	// serves another month or site refuses the whole: leave disputed ones out and
	// report them.
	Certificates []inventory.Use
}

const (
	inventoryColumns = `id, site, period, edition, version, hash, closed_ms, actor, previous`
	insertInventory  = `INSERT INTO inventories (` + inventoryColumns + `, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	selectInventory  = `SELECT ` + inventoryColumns + `, body FROM inventories WHERE id = $1`
	lastInventory    = `SELECT ` + inventoryColumns + `, body FROM inventories WHERE site = $1 AND period = $2 AND edition = $3
ORDER BY version DESC LIMIT 1`
	selectInventories = `SELECT ` + inventoryColumns + `, '' FROM inventories WHERE site = $1
ORDER BY period, edition, version LIMIT $2`
)

// SaveInventory freezes an inventory and posts it, in one transaction. Version
// 1 has no previous one; each other version follows the one before it, and two
// that were computed at once do not both get in.
func (s *Store) SaveInventory(ctx context.Context, doc InventoryRow, entry ledger.Draft) error {
	if doc.Site == "" || doc.Site != entry.Site || doc.ID == "" {
		return fault.Internal.Errorf("save inventory %q of %q: entry is of %q", doc.ID, doc.Site, entry.Site)
	}
	_, err := s.record(ctx, entry, func(tx *sql.Tx) error {
		last, err := scanInventory(tx.QueryRowContext(ctx, lastInventory, doc.Site, doc.Period, doc.Edition))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if doc.Version != last.Version+1 || doc.Previous != last.ID {
			return fault.Conflict.Say(lang.T("%s %s(%s)已有第 %d 版 %s,不能存第 %d 版", "%s %s (%s) is at version %d %s, so version %d does not follow"),
				doc.Site, doc.Period, doc.Edition, last.Version, last.ID, doc.Version).
				Do(lang.T("已关账的期间用 restate 重述", "restate a period that is closed"))
		}
		if _, err := tx.ExecContext(ctx, insertInventory, doc.ID, doc.Site, doc.Period, doc.Edition, doc.Version, doc.Hash,
			millis(doc.ClosedAt), doc.By, doc.Previous, string(doc.Body)); err != nil {
			return err
		}
		return s.useCertificates(ctx, tx, doc)
	})
	return err
}

// Inventory gives an inventory with its body. Whoever asks for somebody
// compares its Site with what that person may see.
func (s *Store) Inventory(ctx context.Context, id string) (InventoryRow, error) {
	return s.oneInventory(s.reader.QueryRowContext(ctx, selectInventory, id), id)
}

// LatestInventory gives the last version of a period under an edition.
func (s *Store) LatestInventory(ctx context.Context, site, period, edition string) (InventoryRow, error) {
	return s.oneInventory(s.reader.QueryRowContext(ctx, lastInventory, site, period, edition), fmt.Sprintf("%s %s (%s)", site, period, edition))
}

// Inventories lists a site's inventories without their bodies, by period,
// edition and version.
func (s *Store) Inventories(ctx context.Context, site string) ([]inventory.Head, error) {
	out, err := all(ctx, s.reader, scanHeadOf, selectInventories, site)
	return out, s.tell(err)
}

func (s *Store) oneInventory(row scanner, name string) (InventoryRow, error) {
	doc, err := scanInventory(row)
	if errors.Is(err, sql.ErrNoRows) {
		return doc, missing(lang.T("清单", "inventory"), name)
	}
	return doc, s.tell(err)
}

// scanHeadOf reads a row whose body was not asked for.
func scanHeadOf(row scanner) (inventory.Head, error) {
	doc, err := scanInventory(row)
	return doc.Head, err
}

func scanInventory(row scanner) (doc InventoryRow, err error) {
	var ms int64
	var body string
	err = row.Scan(&doc.ID, &doc.Site, &doc.Period, &doc.Edition, &doc.Version, &doc.Hash, &ms, &doc.By, &doc.Previous, &body)
	doc.ClosedAt = instant(ms)
	if body != "" {
		doc.Body = []byte(body)
	}
	return doc, err
}
