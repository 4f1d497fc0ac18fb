package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"lingtan/ledger"
)

const (
	// takeHead makes the row of a new chain and locks that of an old one; the
	// update changes nothing and is there for its lock.
	takeHead = `INSERT INTO ledger_heads (site, seq, hash) VALUES ($1, 0, $2)
ON CONFLICT (site) DO UPDATE SET seq = ledger_heads.seq RETURNING seq, hash`
	moveHead = `UPDATE ledger_heads SET seq = $2, hash = $3 WHERE site = $1`
	readHead = `SELECT seq, hash FROM ledger_heads WHERE site = $1`

	entryColumns   = `site, seq, recorded_ms, actor, address, kind, subject, body, prev, hash`
	insertEntry    = `INSERT INTO ledger (` + entryColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	insertPostings = `INSERT INTO ledger_postings (site, seq, n, account, gas, grams) VALUES `

	selectEntries = `SELECT ` + entryColumns + ` FROM ledger
WHERE site = $1 AND seq > $2 ORDER BY seq LIMIT $3`
	selectAbout = `SELECT ` + entryColumns + ` FROM ledger
WHERE site = $1 AND subject = $2 AND seq > $3 ORDER BY seq LIMIT $4`
	selectPostings = `SELECT seq, account, gas, grams FROM ledger_postings
WHERE site = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq, n LIMIT $4`
)

// Append writes one entry that proves nothing else in the database.
func (s *Store) Append(ctx context.Context, d ledger.Draft) (ledger.Entry, error) {
	return s.record(ctx, d, func(*sql.Tx) error { return nil })
}

// maxEntries bounds a page of a chain; an entry may have thousands of postings.
const maxEntries = 200

// Entries reads a chain from after a place on: at most limit entries, at most
// 200, in their order.
func (s *Store) Entries(ctx context.Context, site string, after int64, limit int) ([]ledger.Entry, error) {
	return s.entries(ctx, selectEntries, site, after, entryPage(limit))
}

// EntriesAbout reads what was done to one subject, in order.
func (s *Store) EntriesAbout(ctx context.Context, site, subject string, after int64, limit int) ([]ledger.Entry, error) {
	return s.entries(ctx, selectAbout, site, subject, after, entryPage(limit))
}

func entryPage(limit int) int { return min(pageOf(limit), maxEntries) }

func (s *Store) entries(ctx context.Context, query string, args ...any) ([]ledger.Entry, error) {
	// One transaction, so that an entry is never seen without its postings.
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.tell(err)
	}
	defer tx.Rollback()
	out, err := collect(ctx, tx, scanEntry, query, args...)
	if err != nil || len(out) == 0 {
		return nil, s.tell(err)
	}
	if err := addPostings(ctx, tx, out); err != nil {
		return nil, s.tell(err)
	}
	return out, nil
}

// Ledger walks a site's whole chain.
func (s *Store) Ledger(ctx context.Context, site string) iter.Seq2[ledger.Entry, error] {
	return s.from(ctx, site, 0)
}

// from walks a site's chain from behind a place to its end.
func (s *Store) from(ctx context.Context, site string, after int64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for {
			page, err := s.Entries(ctx, site, after, maxEntries)
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if len(page) < maxEntries {
				return
			}
			after = page[len(page)-1].Seq
		}
	}
}

// Head is the last place of a site's chain.
func (s *Store) Head(ctx context.Context, site string) (ledger.Head, error) {
	head, err := scanHead(s.reader.QueryRowContext(ctx, readHead, site))
	if err == sql.ErrNoRows { //nolint:errorlint // straight from the driver
		return ledger.Head{}, nil
	}
	return head, s.tell(err)
}

// VerifyLedger walks a site's chain and gives the place it holds up to. A chain
// that does not hold, or does not reach its head, gives *ledger.Broken.
func (s *Store) VerifyLedger(ctx context.Context, site string) (ledger.Head, error) {
	want, err := s.Head(ctx, site) // before the walk: what is appended meanwhile lies behind it
	if err != nil {
		return ledger.Head{}, err
	}
	reached, err := ledger.Verify(site, ledger.Head{}, s.stretch(ctx, site, 0, want.Seq))
	if err == nil {
		err = ledger.Expect(site, reached, want)
	}
	_, _ = s.found(site, want, reached, err) // what it gives back is err
	if err != nil {
		return reached, fmt.Errorf("verify ledger: %w", err)
	}
	return reached, nil
}

// stretch walks a site's chain from behind one place to another.
func (s *Store) stretch(ctx context.Context, site string, after, upto int64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for e, err := range s.from(ctx, site, after) {
			if err == nil && e.Seq > upto || !yield(e, err) {
				return
			}
		}
	}
}

func lockHead(ctx context.Context, tx *sql.Tx, site string) (ledger.Head, error) {
	return scanHead(tx.QueryRowContext(ctx, takeHead, site, ledger.Hash{}.String()))
}

func scanHead(row scanner) (ledger.Head, error) {
	var h ledger.Head
	var hash string
	if err := row.Scan(&h.Seq, &hash); err != nil {
		return ledger.Head{}, err
	}
	var err error
	h.Hash, err = ledger.ParseHash(hash)
	return h, err
}

func appendEntry(ctx context.Context, tx *sql.Tx, e ledger.Entry) error {
	if _, err := tx.ExecContext(ctx, insertEntry, e.Site, e.Seq, e.At.UnixMilli(), e.Actor, e.Address, e.Kind, e.Subject,
		string(e.Body), e.Prev.String(), e.Hash.String()); err != nil {
		return err
	}
	if err := appendPostings(ctx, tx, e); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, moveHead, e.Site, e.Seq, e.Hash.String())
	return err
}

// postingsAtOnce go to the database in one statement: a year has thousands,
// and each statement is a way to the server and back.
const postingsAtOnce = 100

func appendPostings(ctx context.Context, tx *sql.Tx, e ledger.Entry) error {
	n := 0
	for chunk := range slices.Chunk(e.Postings, postingsAtOnce) {
		args := make([]any, 0, 6*len(chunk))
		for _, p := range chunk {
			n++
			args = append(args, e.Site, e.Seq, n, p.Account, p.Gas, p.Grams)
		}
		if _, err := tx.ExecContext(ctx, insertPostings+values(len(chunk), 6), args...); err != nil {
			return err
		}
	}
	return nil
}

func scanEntry(row scanner) (ledger.Entry, error) {
	var e ledger.Entry
	var ms int64
	var body, prev, hash string
	if err := row.Scan(&e.Site, &e.Seq, &ms, &e.Actor, &e.Address, &e.Kind, &e.Subject, &body, &prev, &hash); err != nil {
		return e, err
	}
	e.At, e.Body = instant(ms), json.RawMessage(body)
	var err error
	if e.Prev, err = ledger.ParseHash(prev); err != nil {
		return e, &ledger.Broken{Site: e.Site, Seq: e.Seq, Field: "prev", Want: "a SHA-256", Got: prev}
	}
	if e.Hash, err = ledger.ParseHash(hash); err != nil {
		return e, &ledger.Broken{Site: e.Site, Seq: e.Seq, Field: "hash", Want: "a SHA-256", Got: hash}
	}
	return e, nil
}

// addPostings reads the postings of a page of entries. No more are read than
// that many entries may have.
func addPostings(ctx context.Context, db querier, page []ledger.Entry) error {
	type posting struct {
		seq int64
		ledger.Posting
	}
	first, last := page[0].Seq, page[len(page)-1].Seq
	scan := func(row scanner) (p posting, err error) {
		return p, row.Scan(&p.seq, &p.Account, &p.Gas, &p.Grams)
	}
	found, err := collect(ctx, db, scan, selectPostings, page[0].Site, first, last, int64(len(page))*ledger.MaxPostings)
	if err != nil {
		return err
	}
	at := map[int64]*ledger.Entry{}
	for i := range page {
		at[page[i].Seq] = &page[i]
	}
	for _, p := range found {
		if e := at[p.seq]; e != nil { // a page about one subject has gaps
			e.Postings = append(e.Postings, p.Posting)
		}
	}
	return nil
}
