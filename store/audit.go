package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"lingtan/ledger"
)

const (
	selectActs = `SELECT ` + entryColumns + ` FROM ledger WHERE `
	// stateBefore finds what was last written about a subject under a noun. All
	// kinds of a noun lie between "noun." and "noun/", which follows the point.
	stateBefore = `SELECT body FROM ledger WHERE site = $1 AND subject = $2 AND seq < $3 AND kind > $4 AND kind < $5
ORDER BY seq DESC LIMIT 1`
)

// Acts reads what a filter chooses of a chain, newest first, from before a
// place on (0 is the end): at most limit acts, at most 200.
func (s *Store) Acts(ctx context.Context, site string, f ledger.Filter, before int64, limit int) ([]ledger.Act, error) {
	q := &choice{}
	q.where("site = ?", site)
	if before > 0 {
		q.where("seq < ?", before)
	}
	q.filter(f)
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.tell(err)
	}
	defer tx.Rollback()
	entries, err := collect(ctx, tx, scanEntry, selectActs+q.text()+" ORDER BY seq DESC LIMIT "+q.next(entryPage(limit)), q.args...)
	if err != nil {
		return nil, fmt.Errorf("acts of %q: %w", site, s.tell(err))
	}
	out := make([]ledger.Act, len(entries))
	for i, e := range entries {
		if out[i], err = actOf(ctx, tx, e); err != nil {
			return nil, fmt.Errorf("act %d of %q: %w", e.Seq, site, s.tell(err))
		}
	}
	return out, nil
}

// actOf tells an entry with the state before it.
func actOf(ctx context.Context, db querier, e ledger.Entry) (ledger.Act, error) {
	act, whole := e.Act()
	if whole {
		return act, nil
	}
	var body string
	err := db.QueryRowContext(ctx, stateBefore, e.Site, e.Preceding(), e.Seq, e.Noun()+".", e.Noun()+"/").Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return act, nil
	case err != nil:
		return act, err
	}
	return act.Follows([]byte(body)), nil
}

// choice is a WHERE that is put together of what was asked for.
type choice struct {
	conditions []string
	args       []any
}

// where adds a condition, whose ? are the arguments in order.
func (c *choice) where(condition string, args ...any) {
	for _, a := range args {
		condition = strings.Replace(condition, "?", c.next(a), 1)
	}
	c.conditions = append(c.conditions, condition)
}

// next adds an argument and gives its place.
func (c *choice) next(arg any) string {
	c.args = append(c.args, arg)
	return "$" + strconv.Itoa(len(c.args))
}

func (c *choice) text() string { return strings.Join(c.conditions, " AND ") }

func (c *choice) filter(f ledger.Filter) {
	for _, equal := range []struct{ column, value string }{{"actor", f.Actor}, {"address", f.Address}, {"subject", f.Subject}} {
		if equal.value != "" {
			c.where(equal.column+" = ?", equal.value)
		}
	}
	switch {
	case strings.Contains(f.Kind, "."):
		c.where("kind = ?", f.Kind)
	case f.Kind != "":
		c.where("kind > ? AND kind < ?", f.Kind+".", f.Kind+"/")
	}
	if !f.From.IsZero() {
		c.where("recorded_ms >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		c.where("recorded_ms < ?", f.To.UnixMilli())
	}
	if f.Text != "" {
		c.where(`LOWER(actor || ' ' || kind || ' ' || subject || ' ' || body) LIKE ? ESCAPE '\'`, "%"+asWritten(f.Text)+"%")
	}
}

// asWritten lowers Latin letters, as both engines do it to text that is ordered
// by its bytes, and takes their meaning from the wildcards.
func asWritten(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text))
}
