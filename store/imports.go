package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// ImportState is how far an import has come.
type ImportState string

// The states of an import.
const (
	ImportRunning ImportState = "running" // or was cut off: it may go on from Done
	ImportDone    ImportState = "done"
	ImportFailed  ImportState = "failed"
)

// Import is one run over one file.
type Import struct {
	ID         string      `json:"id"`
	Site       string      `json:"site"`
	File       string      `json:"file"`
	SHA256     string      `json:"sha256"`  // of the file
	Mapping    string      `json:"mapping"` // the mapping's SHA-256
	State      ImportState `json:"state"`
	Done       int64       `json:"done"` // rows durable so far
	Total      int64       `json:"total"`
	Accepted   int64       `json:"accepted"`
	Repeated   int64       `json:"repeated"`
	Refused    int64       `json:"refused"`
	ErrorsFile string      `json:"errors_file,omitempty"`
	By         string      `json:"by"`
	StartedAt  time.Time   `json:"started_at"`
	UpdatedAt  time.Time   `json:"updated_at"`
}

const (
	importColumns = `id, site, file, sha256, mapping, state, done, total, accepted, repeated, refused, errors_file, actor, started_ms, updated_ms`
	insertImport  = `INSERT INTO imports (` + importColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
	updateImport  = `UPDATE imports SET state = $3, done = $4, total = $5, accepted = $6, repeated = $7, refused = $8, errors_file = $9, updated_ms = $10
WHERE site = $1 AND id = $2 AND state = 'running'`
	selectImport = `SELECT ` + importColumns + ` FROM imports WHERE site = $1 AND id = $2`
	sameImport   = `SELECT ` + importColumns + ` FROM imports WHERE site = $1 AND sha256 = $2 AND mapping = $3
ORDER BY started_ms DESC, id DESC LIMIT 1`
	selectImports = `SELECT ` + importColumns + ` FROM imports WHERE site = $1 AND id > $2 ORDER BY id LIMIT $3`
)

// StartImport records that an import begins.
func (s *Store) StartImport(ctx context.Context, m Import) (Import, error) {
	m.State, m.StartedAt = ImportRunning, stamp(s.Now())
	m.UpdatedAt = m.StartedAt
	d, err := draft(m.By, m.Site, ledger.ImportStart, m.ID, m)
	if err != nil {
		return m, err
	}
	_, err = s.record(ctx, d, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, insertImport, m.ID, m.Site, m.File, m.SHA256, m.Mapping, string(m.State), m.Done, m.Total,
			m.Accepted, m.Repeated, m.Refused, m.ErrorsFile, m.By, millis(m.StartedAt), millis(m.UpdatedAt))
		return err
	})
	return m, err
}

// PutImport records how far an import has come. The last word, done or failed,
// goes into the ledger; after it there is none.
func (s *Store) PutImport(ctx context.Context, m Import) error {
	put := func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, updateImport, m.Site, m.ID, string(m.State), m.Done, m.Total, m.Accepted, m.Repeated, m.Refused,
			m.ErrorsFile, millis(s.Now()))
		return one(done, err, fault.Conflict.Say(lang.T("导入 %s 不存在或已结束", "import %s is not there or has ended"), m.ID))
	}
	if m.State == ImportRunning {
		return s.write(ctx, put)
	}
	d, err := draft(m.By, m.Site, ledger.ImportFinish, m.ID, m)
	if err != nil {
		return err
	}
	_, err = s.record(ctx, d, put)
	return err
}

// Import gives one import of a site.
func (s *Store) Import(ctx context.Context, site, id string) (Import, error) {
	m, err := scanImport(s.reader.QueryRowContext(ctx, selectImport, site, id))
	if errors.Is(err, sql.ErrNoRows) {
		return m, missing(lang.T("导入", "import"), id)
	}
	return m, s.tell(err)
}

// ImportOf finds the last run over a file with a mapping, to go on with it or
// to say that it is in already; false when there was none.
func (s *Store) ImportOf(ctx context.Context, site, fileSHA256, mapping string) (Import, bool, error) {
	m, err := scanImport(s.reader.QueryRowContext(ctx, sameImport, site, fileSHA256, mapping))
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, s.tell(err)
}

// Imports lists a site's imports by id.
func (s *Store) Imports(ctx context.Context, site string, p Page) ([]Import, error) {
	out, err := collect(ctx, s.reader, scanImport, selectImports, site, p.After, p.limit())
	return out, s.tell(err)
}

func scanImport(row scanner) (m Import, err error) {
	var started, updated int64
	err = row.Scan(&m.ID, &m.Site, &m.File, &m.SHA256, &m.Mapping, &m.State, &m.Done, &m.Total, &m.Accepted, &m.Repeated, &m.Refused,
		&m.ErrorsFile, &m.By, &started, &updated)
	m.StartedAt, m.UpdatedAt = instant(started), instant(updated)
	return m, err
}
