package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/site"
)

const (
	insertSite = `INSERT INTO sites (id, version, file, sha256, actor, recorded_ms) VALUES ($1, $2, $3, $4, $5, $6)`
	lastSite   = `SELECT id, version, file, sha256, actor, recorded_ms FROM sites WHERE id = $1 ORDER BY version DESC LIMIT 1`
	someSite   = `SELECT id, version, file, sha256, actor, recorded_ms FROM sites WHERE id = $1 AND version = $2`
	siteHist   = `SELECT id, version, '', sha256, actor, recorded_ms FROM sites WHERE id = $1 ORDER BY version LIMIT $2`
	allSites   = `SELECT s.id, s.version, '', s.sha256, s.actor, s.recorded_ms FROM sites s
WHERE s.id > $1 AND s.version = (SELECT MAX(t.version) FROM sites t WHERE t.id = s.id) ORDER BY s.id LIMIT $2`
)

// PutSite records a mine's file as its next version. The text that is current
// already makes no new one.
func (s *Store) PutSite(ctx context.Context, id, file, by string) (site.Version, error) {
	if id == "" || !utf8.ValidString(file) {
		return site.Version{}, fault.Invalid.Say(lang.T("站点文件须有编号并为 UTF-8", "a site's file has an id and is UTF-8"))
	}
	sum := sha256.Sum256([]byte(file))
	put := site.Version{ID: id, File: file, SHA256: hex.EncodeToString(sum[:]), By: by, At: stamp(s.Now())}
	d, err := draft(by, id, ledger.SitePut, id, map[string]string{"sha256": put.SHA256})
	if err != nil {
		return site.Version{}, err
	}
	err = s.recordOnce(ctx, d, func(tx *sql.Tx) error {
		last, err := scanSite(tx.QueryRowContext(ctx, lastSite, id))
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case last.SHA256 == put.SHA256:
			put = last
			return errSame
		}
		put.Version = last.Version + 1
		_, err = tx.ExecContext(ctx, insertSite, put.ID, put.Version, put.File, put.SHA256, put.By, millis(put.At))
		return err
	})
	return put, err
}

// Site gives the current file of a mine.
func (s *Store) Site(ctx context.Context, id string) (site.Version, error) {
	return s.oneSite(s.reader.QueryRowContext(ctx, lastSite, id), id)
}

// SiteVersion gives the file of a mine as it once was.
func (s *Store) SiteVersion(ctx context.Context, id string, version int64) (site.Version, error) {
	return s.oneSite(s.reader.QueryRowContext(ctx, someSite, id, version), fmt.Sprintf("%s@%d", id, version))
}

// SiteHistory lists the versions of a mine's file without their text, oldest first.
func (s *Store) SiteHistory(ctx context.Context, id string) ([]site.Version, error) {
	out, err := all(ctx, s.reader, scanSite, siteHist, id)
	return out, s.tell(err)
}

// Sites lists the current version of every mine without its text, by id, after
// one; a limit of 0 is the largest page.
func (s *Store) Sites(ctx context.Context, after string, limit int) ([]site.Version, error) {
	out, err := collect(ctx, s.reader, scanSite, allSites, after, pageOf(limit))
	return out, s.tell(err)
}

func (s *Store) oneSite(row scanner, name string) (site.Version, error) {
	out, err := scanSite(row)
	if errors.Is(err, sql.ErrNoRows) {
		return out, missing(lang.T("站点", "site"), name)
	}
	return out, s.tell(err)
}

func scanSite(row scanner) (r site.Version, err error) {
	var ms int64
	err = row.Scan(&r.ID, &r.Version, &r.File, &r.SHA256, &r.By, &ms)
	r.At = instant(ms)
	return r, err
}

// missing is the fault of a thing that is not there, or belongs to somebody else.
func missing(noun lang.Text, id string) error {
	return fault.NotFound.Say(lang.T("没有%s %s", "there is no %s %s"), noun, id)
}
