package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"lingtan/filing"
)

const (
	remarkColumns = `id, site, source, parameter, month, kind, rule, filing, said, evidence, actor, recorded_ms`
	insertRemark  = `INSERT INTO remarks (` + remarkColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	selectRemarks = `SELECT ` + remarkColumns + ` FROM remarks WHERE site = $1 AND month BETWEEN $2 AND $3
ORDER BY month, recorded_ms, id LIMIT $4`
)

// PutRemark keeps what somebody said of a cell. It is about the value that
// stands at that moment, whose id it is given here.
func (s *Store) PutRemark(ctx context.Context, r filing.Remark) (filing.Remark, error) {
	r.At = stamp(r.At)
	err := s.write(ctx, func(tx *sql.Tx) error {
		head, err := lockHead(ctx, tx, r.Site)
		if err != nil {
			return err
		}
		now, err := newSheet(tx, r.Site, 1).now(ctx, r.Cell)
		if err != nil {
			return err
		}
		r.Filing = now.ID
		d, err := draft(r.By, r.Site, saidAs[r.Kind], r.ID, r)
		if err != nil {
			return err
		}
		if _, err := s.chain(ctx, tx, head, d); err != nil {
			return err
		}
		return addRemark(ctx, tx, r)
	})
	if err != nil {
		return filing.Remark{}, during(saidAs[r.Kind]+" "+r.ID, err)
	}
	return r, nil
}

// ReturnCell gives one cell back and keeps why: the other cells stay as they
// are, and whoever had accepted the month looks at it again.
func (s *Store) ReturnCell(ctx context.Context, r filing.Remark, w filing.Move) (filing.Month, error) {
	r.At, w.At, w.Reason = stamp(r.At), stamp(w.At), r.Text
	var moved filing.Month
	d, err := draft(r.By, r.Site, filing.ActReturn, r.ID, nil)
	if err != nil {
		return moved, err
	}
	err = s.recordChange(ctx, d, func(tx *sql.Tx) (change, error) {
		m, err := readMonth(ctx, tx, r.Site, r.Month)
		if err != nil {
			return change{}, err
		}
		if moved, err = m.GiveBack(w); err != nil {
			return change{}, err
		}
		now, err := newSheet(tx, r.Site, 1).now(ctx, r.Cell)
		if err != nil {
			return change{}, err
		}
		r.Filing = now.ID
		if err := addRemark(ctx, tx, r); err != nil {
			return change{}, err
		}
		return change{Before: stateOf{State: m.State}, After: r}, writeMonth(ctx, tx, m, moved, filing.Return)
	})
	return moved, err
}

// saidAs is the kind of a remark's entry.
//
//nolint:gochecknoglobals // a table that is read only
var saidAs = map[filing.RemarkKind]string{filing.Explained: filing.ActExplain, filing.Returned: filing.ActReturn, filing.Commented: filing.ActComment}

// Remarks lists what was said of the cells of the months from first to last, in order.
func (s *Store) Remarks(ctx context.Context, site, first, last string) ([]filing.Remark, error) {
	out, err := all(ctx, s.reader, scanRemark, selectRemarks, site, first, last)
	if err != nil {
		return nil, fmt.Errorf("remarks of %s: %w", site, s.tell(err))
	}
	return out, nil
}

func addRemark(ctx context.Context, tx *sql.Tx, r filing.Remark) error {
	evidence, err := json.Marshal(r.Evidence)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertRemark, r.ID, r.Site, r.Source, r.Parameter, r.Month, string(r.Kind), r.Rule, r.Filing, r.Text,
		string(evidence), r.By, millis(r.At))
	return err
}

func scanRemark(row scanner) (r filing.Remark, err error) {
	var kind, evidence string
	var ms int64
	if err := row.Scan(&r.ID, &r.Site, &r.Source, &r.Parameter, &r.Month, &kind, &r.Rule, &r.Filing, &r.Text, &evidence, &r.By, &ms); err != nil {
		return r, err
	}
	r.Kind, r.At = filing.RemarkKind(kind), instant(ms)
	if err := json.Unmarshal([]byte(evidence), &r.Evidence); err != nil {
		return r, fmt.Errorf("remark %s: evidence: %w", r.ID, err)
	}
	return r, nil
}
