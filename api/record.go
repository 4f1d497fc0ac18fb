package api

import (
	"context"

	"lingtan/inventory"
	"lingtan/reading"
)

func (s *server) listCertificates(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[inventory.CertificateUse], error) {
	rows, err := s.Store.Certificates(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return slice(rows, in.Paged, func(u inventory.CertificateUse) string { return u.ID })
}

func (s *server) listImports(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[reading.Import], error) {
	rows, err := s.Store.Imports(ctx, in.Site, in.Cursor, in.limit())
	if err != nil {
		return nil, err
	}
	return follow(rows, in.Paged, func(m reading.Import) string { return m.ID }), nil
}
