package store

import (
	"context"
	"database/sql"
	"errors"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/reading"
)

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
func (s *Store) StartImport(ctx context.Context, m reading.Import) (reading.Import, error) {
	m.State, m.StartedAt = reading.ImportRunning, stamp(s.Now())
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
func (s *Store) PutImport(ctx context.Context, m reading.Import) error {
	put := func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, updateImport, m.Site, m.ID, string(m.State), m.Done, m.Total, m.Accepted, m.Repeated, m.Refused,
			m.ErrorsFile, millis(s.Now()))
		return one(done, err, fault.Conflict.Say(lang.T("导入 %s 不存在或已结束", "import %s is not there or has ended"), m.ID))
	}
	if m.State == reading.ImportRunning {
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
func (s *Store) Import(ctx context.Context, site, id string) (reading.Import, error) {
	m, err := scanImport(s.reader.QueryRowContext(ctx, selectImport, site, id))
	if errors.Is(err, sql.ErrNoRows) {
		return m, missing(lang.T("导入", "import"), id)
	}
	return m, s.tell(err)
}

// ImportOf finds the last run over a file with a mapping, to go on with it or
// to say that it is in already; false when there was none.
func (s *Store) ImportOf(ctx context.Context, site, fileSHA256, mapping string) (reading.Import, bool, error) {
	m, err := scanImport(s.reader.QueryRowContext(ctx, sameImport, site, fileSHA256, mapping))
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, s.tell(err)
}

// Imports lists a site's imports by id.
func (s *Store) Imports(ctx context.Context, site, after string, limit int) ([]reading.Import, error) {
	out, err := collect(ctx, s.reader, scanImport, selectImports, site, after, pageOf(limit))
	return out, s.tell(err)
}

func scanImport(row scanner) (m reading.Import, err error) {
	var started, updated int64
	err = row.Scan(&m.ID, &m.Site, &m.File, &m.SHA256, &m.Mapping, &m.State, &m.Done, &m.Total, &m.Accepted, &m.Repeated, &m.Refused,
		&m.ErrorsFile, &m.By, &started, &updated)
	m.StartedAt, m.UpdatedAt = instant(started), instant(updated)
	return m, err
}
