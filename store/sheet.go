package store

import (
	"context"
	"database/sql"
	"errors"

	"lingtan/fault"
	"lingtan/filing"
	"lingtan/ledger"
)

const (
	currentOfMonth = `SELECT ` + filingColumns + ` FROM filings f WHERE site = $1 AND month = $2
AND NOT EXISTS (SELECT 1 FROM filings g WHERE g.supersedes = f.id AND g.supersedes <> '') ORDER BY id LIMIT $3`
	countFilings = `SELECT month, COUNT(*) FROM filings WHERE site = $1 AND month BETWEEN $2 AND $3 GROUP BY month ORDER BY month LIMIT $4`
	// A cell that was given back waits until what stood is superseded.
	selectBack = `SELECT source, parameter FROM remarks r WHERE site = $1 AND month = $2 AND kind = 'return'
AND NOT EXISTS (SELECT 1 FROM filings g WHERE g.site = r.site AND g.source = r.source AND g.parameter = r.parameter AND g.month = r.month
AND g.supersedes = r.filing) GROUP BY source, parameter ORDER BY source, parameter LIMIT $3`
)

// few is how many cells are looked up one by one; of more, their months are
// read whole.
const few = 20

// sheet is what filing into a site's months is decided by, within one
// transaction. What was filed in it already stands in it.
type sheet struct {
	tx       *sql.Tx
	site     string
	whole    bool // months are read whole
	months   map[string]filing.Month
	back     map[string]map[string]bool // rows given back, by month
	standing map[filing.Cell]filing.Filing
	read     map[string]bool
}

func newSheet(tx *sql.Tx, site string, cells int) *sheet {
	return &sheet{
		tx: tx, site: site, whole: cells > few, months: map[string]filing.Month{}, back: map[string]map[string]bool{},
		standing: map[filing.Cell]filing.Filing{}, read: map[string]bool{},
	}
}

// may tells why a filing can not be taken, if so.
func (d *sheet) may(ctx context.Context, f filing.Filing) error {
	if err := d.open(ctx, f.Cell); err != nil {
		return err
	}
	now, err := d.now(ctx, f.Cell)
	if err != nil {
		return err
	}
	if now.ID != f.Supersedes { // both empty for the first
		return filing.Overtaken(f.Cell, now)
	}
	return nil
}

// open tells whether a cell takes a value: its month is a draft, or a reviewer
// gave it back.
func (d *sheet) open(ctx context.Context, c filing.Cell) error {
	m, known := d.months[c.Month]
	if !known {
		var err error
		if m, err = readMonth(ctx, d.tx, d.site, c.Month); err != nil {
			return err
		}
		d.months[c.Month] = m
		rows, err := readBack(ctx, d.tx, d.site, c.Month)
		if err != nil {
			return err
		}
		d.back[c.Month] = map[string]bool{}
		for _, row := range rows {
			d.back[c.Month][row] = true
		}
	}
	err := m.Open()
	if err != nil && m.State != filing.Locked && d.back[c.Month][c.Row()] {
		return nil
	}
	return err
}

// now gives what stands in a cell; the zero filing is nothing.
func (d *sheet) now(ctx context.Context, c filing.Cell) (filing.Filing, error) {
	if !d.whole {
		f, err := scanFiling(d.tx.QueryRowContext(ctx, currentOfCell, c.Site, c.Source, c.Parameter, c.Month))
		if errors.Is(err, sql.ErrNoRows) {
			return filing.Filing{}, nil
		}
		return f, err
	}
	if !d.read[c.Month] {
		list, err := all(ctx, d.tx, scanFiling, currentOfMonth, d.site, c.Month)
		if err != nil {
			return filing.Filing{}, err
		}
		for _, f := range list {
			d.standing[f.Cell] = f
		}
		d.read[c.Month] = true
	}
	return d.standing[c], nil
}

// PutFilings records filings of one site in one transaction, each with an entry
// of its own. One that may not be is refused by itself: its place in the answer
// says why, and the others are kept.
func (s *Store) PutFilings(ctx context.Context, site string, list []filing.Filing) ([]filing.Outcome, error) {
	out := make([]filing.Outcome, len(list))
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, site)
		if err != nil {
			return err
		}
		d := newSheet(tx, site, len(list))
		for i, f := range list {
			f.At = stamp(f.At)
			if head, out[i], err = s.putOne(ctx, d, f, head); err != nil {
				return during(ledger.FilingPut+" "+f.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Store) putOne(ctx context.Context, d *sheet, f filing.Filing, head ledger.Head) (ledger.Head, filing.Outcome, error) {
	if err := d.may(ctx, f); fault.KindOf(err) == fault.Conflict {
		now, failed := d.now(ctx, f.Cell)
		if failed == nil && now.Says(f) && now.By == f.By && d.open(ctx, f.Cell) == nil { // sent again
			return head, filing.Outcome{Same: true}, nil
		}
		return head, filing.Outcome{Fault: err}, failed
	} else if err != nil {
		return head, filing.Outcome{}, err
	}
	entry, err := draft(f.By, f.Site, ledger.FilingPut, f.ID, f)
	if err != nil {
		return head, filing.Outcome{}, err
	}
	if head, err = s.chain(ctx, d.tx, head, entry); err != nil {
		return head, filing.Outcome{}, err
	}
	if err := insert(ctx, d.tx, f); err != nil {
		return head, filing.Outcome{}, err
	}
	if d.whole {
		d.standing[f.Cell] = f
	}
	return head, filing.Outcome{}, nil
}

// chain appends an entry behind head and gives the new head.
func (s *Store) chain(ctx context.Context, tx *sql.Tx, head ledger.Head, d ledger.Draft) (ledger.Head, error) {
	d.At, d.Address = s.Now(), ledger.AddressOf(ctx)
	entry, err := ledger.Chain(head, d)
	if err != nil {
		return head, err
	}
	return entry.Head(), appendEntry(ctx, tx, entry)
}

// FilingCounts tells how many filings each month has, corrected ones included:
// what was read of a month is all of it as long as the number is the same.
func (s *Store) FilingCounts(ctx context.Context, site, first, last string) (map[string]int64, error) {
	type count struct {
		month string
		n     int64
	}
	scan := func(row scanner) (c count, err error) { return c, row.Scan(&c.month, &c.n) }
	rows, err := all(ctx, s.reader, scan, countFilings, site, first, last)
	if err != nil {
		return nil, s.tell(err)
	}
	out := make(map[string]int64, len(rows))
	for _, c := range rows {
		out[c.month] = c.n
	}
	return out, nil
}

func readBack(ctx context.Context, db querier, site, month string) ([]string, error) {
	return all(ctx, db, func(row scanner) (string, error) {
		var c filing.Cell
		err := row.Scan(&c.Source, &c.Parameter)
		return c.Row(), err
	}, selectBack, site, month)
}
