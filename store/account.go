package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lingtan/people"
)

// selectAccounts joins what a list of people shows: % and _ of the text are
// taken out of it before.
const selectAccounts = `SELECT a.id, a.name, a.email, a.subject, a.duties, a.disabled,
COALESCE(c.password, ''), COALESCE(c.once, 0), COALESCE(c.totp_on, 0), COALESCE(s.last_ms, 0)
FROM actors a LEFT JOIN credentials c ON c.actor = a.id
LEFT JOIN (SELECT actor, MAX(began_ms) AS last_ms FROM sessions GROUP BY actor) s ON s.actor = a.id
WHERE a.id > $1 AND (LOWER(a.id) LIKE $2 OR LOWER(a.name) LIKE $2 OR LOWER(a.email) LIKE $2) ORDER BY a.id LIMIT $3`

// Accounts lists people by id, behind one, whose id, name or address holds a
// text; an empty text is everybody.
func (s *Store) Accounts(ctx context.Context, text, after string, limit int) ([]people.Account, error) {
	text = "%" + strings.NewReplacer("%", "", "_", "").Replace(strings.ToLower(text)) + "%"
	out, err := collect(ctx, s.reader, scanAccount, selectAccounts, after, text, pageOf(limit))
	return out, s.tell(err)
}

func scanAccount(row scanner) (a people.Account, err error) {
	var duties string
	var disabled, once, on, last int64
	var c people.Credential
	if err := row.Scan(&a.ID, &a.Name, &a.Email, &a.Subject, &duties, &disabled, &c.Password, &once, &on, &last); err != nil {
		return a, err
	}
	c.Once = once != 0
	a.Disabled, a.Password, a.TOTP, a.LastSignIn = disabled != 0, c.State(), on != 0, instant(last)
	if err := json.Unmarshal([]byte(duties), &a.Duties); err != nil {
		return a, fmt.Errorf("actor %s: duties: %w", a.ID, err)
	}
	return a, nil
}
