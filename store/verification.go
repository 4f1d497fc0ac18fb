package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/verification"
)

const (
	insertSample  = `INSERT INTO samples (site, id, inventory, drawn_ms, body) VALUES ($1, $2, $3, $4, $5)`
	selectSamples = `SELECT body FROM samples WHERE site = $1 AND inventory = $2 ORDER BY drawn_ms, id LIMIT $3`

	insertFinding = `INSERT INTO findings (site, id, inventory, period, edition, raised_ms, version, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	updateFinding = `UPDATE findings SET version = $3, body = $4 WHERE site = $1 AND id = $2 AND version = $3 - 1`
	selectFinding = `SELECT body FROM findings WHERE site = $1 AND id = $2`
	// An empty period asks for all of the site.
	selectFindings = `SELECT body FROM findings WHERE site = $1 AND ($2 = '' OR period = $2) AND ($3 = '' OR edition = $3)
ORDER BY raised_ms, id LIMIT $4`
	countFindings = `SELECT COUNT(*) FROM findings WHERE site = $1 AND period = $2 AND edition = $3`

	insertOpinion  = `INSERT INTO opinions (site, inventory, signed_ms, body) VALUES ($1, $2, $3, $4)`
	selectOpinions = `SELECT body FROM opinions WHERE site = $1 AND ($2 = '' OR inventory = $2) ORDER BY signed_ms, inventory LIMIT $3`
	lastVersion    = `SELECT id FROM inventories WHERE site = $1 AND period = $2 AND edition = $3 ORDER BY version DESC LIMIT 1`
)

// AddSample numbers and keeps what a verifier drew. The same drawing again is
// the one that is kept already: every seed that was ever tried stands in the book.
func (s *Store) AddSample(ctx context.Context, drawn verification.Sample) (verification.Sample, error) {
	err := s.enterBody(ctx, drawn.Site, func(tx *sql.Tx) (ledger.Draft, error) {
		if err := s.unsigned(ctx, tx, drawn.Site, drawn.Inventory); err != nil {
			return ledger.Draft{}, err
		}
		before, err := all(ctx, tx, scanBody[verification.Sample], selectSamples, drawn.Site, drawn.Inventory)
		if err != nil {
			return ledger.Draft{}, err
		}
		for _, old := range before {
			if old.By == drawn.By && old.Size == drawn.Size && old.Seed == drawn.Seed {
				drawn = old
				return ledger.Draft{}, errSame
			}
		}
		drawn.ID, drawn.At = fmt.Sprintf("%s.s%d", drawn.Inventory, len(before)+1), stamp(s.Now())
		body, err := json.Marshal(drawn)
		if err != nil {
			return ledger.Draft{}, err
		}
		if _, err := tx.ExecContext(ctx, insertSample, drawn.Site, drawn.ID, drawn.Inventory, millis(drawn.At), string(body)); err != nil {
			return ledger.Draft{}, err
		}
		return draft(drawn.Actor, drawn.Site, ledger.SampleDraw, drawn.ID, drawn)
	})
	if err != nil {
		return verification.Sample{}, fmt.Errorf("draw of %s: %w", drawn.Inventory, err)
	}
	return drawn, nil
}

// Samples lists what was drawn of an inventory, in order.
func (s *Store) Samples(ctx context.Context, site, inventory string) ([]verification.Sample, error) {
	out, err := all(ctx, s.reader, scanBody[verification.Sample], selectSamples, site, inventory)
	return out, s.tell(err)
}

// RaiseFinding numbers and keeps a new finding.
func (s *Store) RaiseFinding(ctx context.Context, f verification.Finding, by string) (verification.Finding, error) {
	err := s.enterBody(ctx, f.Site, func(tx *sql.Tx) (ledger.Draft, error) {
		if err := s.unsigned(ctx, tx, f.Site, f.Inventory); err != nil {
			return ledger.Draft{}, err
		}
		var n int
		if err := tx.QueryRowContext(ctx, countFindings, f.Site, f.Period, f.Edition).Scan(&n); err != nil {
			return ledger.Draft{}, err
		}
		f.ID = fmt.Sprintf("%s.%s.f%d", f.Period, f.Edition, n+1)
		var err error
		if f, err = f.Raised(by, s.Now()); err != nil {
			return ledger.Draft{}, err
		}
		body, err := json.Marshal(f)
		if err != nil {
			return ledger.Draft{}, err
		}
		if _, err := tx.ExecContext(ctx, insertFinding, f.Site, f.ID, f.Inventory, f.Period, f.Edition, millis(f.At), f.Version, string(body)); err != nil {
			return ledger.Draft{}, err
		}
		return draft(by, f.Site, ledger.FindingPrefix+string(verification.Raise), f.ID, f)
	})
	if err != nil {
		return verification.Finding{}, fmt.Errorf("raise a finding in %s: %w", f.Inventory, err)
	}
	return f, nil
}

// ActOnFinding does what somebody wants done to a finding.
func (s *Store) ActOnFinding(ctx context.Context, site, id string, act verification.Act) (verification.Finding, error) {
	var f verification.Finding
	act.At = s.Now()
	err := s.enterBody(ctx, site, func(tx *sql.Tx) (ledger.Draft, error) {
		before, err := scanBody[verification.Finding](tx.QueryRowContext(ctx, selectFinding, site, id))
		if errors.Is(err, sql.ErrNoRows) {
			return ledger.Draft{}, missing(lang.T("发现", "finding"), id)
		}
		if err != nil {
			return ledger.Draft{}, err
		}
		if f, err = before.Take(act); err != nil {
			return ledger.Draft{}, err
		}
		body, err := json.Marshal(f)
		if err != nil {
			return ledger.Draft{}, err
		}
		if _, err := tx.ExecContext(ctx, updateFinding, site, id, f.Version, string(body)); err != nil {
			return ledger.Draft{}, err
		}
		return draft(act.By, site, ledger.FindingPrefix+string(act.Kind), id, f)
	})
	if err != nil {
		return verification.Finding{}, fmt.Errorf("%s finding %s: %w", act.Kind, id, err)
	}
	return f, nil
}

// VerificationFindings lists what was found in a period under an edition, in
// order; without a period, in all of the site.
func (s *Store) VerificationFindings(ctx context.Context, site, period, edition string) ([]verification.Finding, error) {
	out, err := all(ctx, s.reader, scanBody[verification.Finding], selectFindings, site, period, edition)
	return out, s.tell(err)
}

// SignOpinion signs what a desk says over everything as it stands in the moment
// of signing: sign is given the findings, the samples and the last version.
func (s *Store) SignOpinion(ctx context.Context, h inventory.Head, sign func(verification.Desk) (verification.Opinion, error)) (verification.Opinion, error) {
	var o verification.Opinion
	err := s.enterBody(ctx, h.Site, func(tx *sql.Tx) (ledger.Draft, error) {
		if err := s.unsigned(ctx, tx, h.Site, h.ID); err != nil {
			return ledger.Draft{}, err
		}
		desk := verification.Desk{Inventory: h}
		var err error
		if desk.Findings, err = all(ctx, tx, scanBody[verification.Finding], selectFindings, h.Site, h.Period, h.Edition); err != nil {
			return ledger.Draft{}, err
		}
		if desk.Samples, err = all(ctx, tx, scanBody[verification.Sample], selectSamples, h.Site, h.ID); err != nil {
			return ledger.Draft{}, err
		}
		if err := tx.QueryRowContext(ctx, lastVersion, h.Site, h.Period, h.Edition).Scan(&desk.Latest); err != nil {
			return ledger.Draft{}, err
		}
		if o, err = sign(desk); err != nil {
			return ledger.Draft{}, err
		}
		body, err := json.Marshal(o)
		if err != nil {
			return ledger.Draft{}, err
		}
		if _, err := tx.ExecContext(ctx, insertOpinion, o.Site, o.Inventory, millis(o.At), string(body)); err != nil {
			return ledger.Draft{}, err
		}
		return draft(o.By, o.Site, ledger.OpinionSign, o.Inventory, o)
	})
	if err != nil {
		return verification.Opinion{}, fmt.Errorf("sign %s: %w", h.ID, err)
	}
	return o, nil
}

// Opinions lists what was signed: over an inventory, or with an empty one over
// all of the site.
func (s *Store) Opinions(ctx context.Context, site, inventory string) ([]verification.Opinion, error) {
	out, err := all(ctx, s.reader, scanBody[verification.Opinion], selectOpinions, site, inventory)
	return out, s.tell(err)
}

// unsigned refuses to go on over an inventory that was signed.
func (s *Store) unsigned(ctx context.Context, tx *sql.Tx, site, inventory string) error {
	signed, err := all(ctx, tx, scanBody[verification.Opinion], selectOpinions, site, inventory)
	if err != nil || len(signed) == 0 {
		return err
	}
	return fault.Conflict.Say(lang.T("%s 已于 %s 由 %s 签署", "%s was signed at %s by %s"), inventory, signed[0].At.Format("2006-01-02 15:04Z"), signed[0].By).
		Do(lang.T("签署后的事实由重述的一版另行核查", "what came to light later is verified in a restated version"))
}

// scanBody reads a row that keeps its value as JSON.
func scanBody[T any](row scanner) (v T, err error) {
	var body string
	if err := row.Scan(&body); err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(body), &v)
}

// enterBody is recordOnce for an act whose entry is known only after it was
// done: fn does it and gives the draft.
func (s *Store) enterBody(ctx context.Context, site string, fn func(tx *sql.Tx) (ledger.Draft, error)) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, site)
		if err != nil {
			return err
		}
		d, err := fn(tx)
		if err != nil {
			return err
		}
		d.At, d.Address = s.Now(), ledger.AddressOf(ctx)
		entry, err := ledger.Chain(head, d)
		if err != nil {
			return err
		}
		return appendEntry(ctx, tx, entry)
	})
	if errors.Is(err, errSame) {
		return nil
	}
	return err
}
