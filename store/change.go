package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"lingtan/ledger"
)

// change is an act whose entry tells the state before and after it, both as
// they are in the transaction.
type change struct {
	Before any `json:"before,omitempty"`
	After  any `json:"after,omitempty"`
}

// recordChange is record for an act that finds its state before it while it is
// done: fn gives the body of the entry.
func (s *Store) recordChange(ctx context.Context, d ledger.Draft, fn func(tx *sql.Tx) (change, error)) error {
	d.At, d.Address = s.Now(), ledger.AddressOf(ctx)
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, d.Site)
		if err != nil {
			return err
		}
		body, err := fn(tx)
		if err != nil {
			return err
		}
		if d.Body, err = json.Marshal(body); err != nil {
			return err
		}
		entry, err := ledger.Chain(head, d)
		if err != nil {
			return err
		}
		return appendEntry(ctx, tx, entry)
	})
	if err != nil {
		return during(d.Kind+" "+d.Subject, err)
	}
	return nil
}
