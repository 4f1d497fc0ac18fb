package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
)

const (
	insertCertificate = `INSERT INTO certificates (id, site, period, inventory, used_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO NOTHING`
	selectCertificate  = `SELECT id, site, period, inventory, used_ms FROM certificates WHERE id = $1`
	selectCertificates = `SELECT id, site, period, inventory, used_ms FROM certificates WHERE site = $1 ORDER BY period, id LIMIT $2`
)

// CertificateUses tells which of the certificates are used already, as a site
// may know it.
func (s *Store) CertificateUses(ctx context.Context, site string, ids []string) ([]inventory.CertificateUse, error) {
	if len(ids) > maxAll {
		return nil, fault.Invalid.Say(lang.T("证书 %d 张,至多 %d", "%d certificates, at most %d"), len(ids), maxAll)
	}
	var out []inventory.CertificateUse
	for _, id := range slices.Sorted(slices.Values(ids)) {
		use, err := scanCertificate(s.reader.QueryRowContext(ctx, selectCertificate, id))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return nil, s.tell(err)
		case use.Site != site:
			use = inventory.CertificateUse{ID: use.ID}
		}
		out = append(out, use)
	}
	return out, nil
}

// Certificates lists what a site has used, by period.
func (s *Store) Certificates(ctx context.Context, site string) ([]inventory.CertificateUse, error) {
	out, err := all(ctx, s.reader, scanCertificate, selectCertificates, site)
	return out, s.tell(err)
}

// useCertificates takes the certificates of an inventory. A month may take its
// own again: for another edition or version, and for its year.
func (s *Store) useCertificates(ctx context.Context, tx *sql.Tx, doc InventoryRow) error {
	var faults []error
	byID := func(a, b inventory.Use) int { return strings.Compare(a.Certificate, b.Certificate) }
	for _, c := range slices.SortedFunc(slices.Values(doc.Certificates), byID) { // in one order, so that two sites do not wait for each other
		if _, err := tx.ExecContext(ctx, insertCertificate, c.Certificate, doc.Site, c.Month, doc.ID, millis(doc.ClosedAt)); err != nil {
			return err
		}
		use, err := scanCertificate(tx.QueryRowContext(ctx, selectCertificate, c.Certificate))
		if err != nil {
			return err
		}
		if use.Site == doc.Site && use.Period == c.Month {
			continue
		}
		where := lang.T("另一站点", "another site")
		if use.Site == doc.Site {
			where = lang.Same(use.Period)
		}
		faults = append(faults, fault.Conflict.Say(lang.T("%s 的绿证 %s 已用于 %s", "green certificate %[2]s of %[1]s is used for %[3]s"), c.Month, c.Certificate, where).
			Do(lang.T("从该月去掉它,或核对编号", "take it out of that month, or check its number")))
	}
	return errors.Join(faults...)
}

func scanCertificate(row scanner) (u inventory.CertificateUse, err error) {
	var ms int64
	err = row.Scan(&u.ID, &u.Site, &u.Period, &u.Inventory, &ms)
	u.At = instant(ms)
	return u, err
}
