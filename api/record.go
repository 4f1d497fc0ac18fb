package api

import (
	"context"

	"lingtan/access"
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

// Me tells a reader who they are here.
type Me struct {
	access.Actor
	May []access.Action `json:"may" doc:"可执行的操作 | what they may do"`
}

func (*server) getMe(ctx context.Context, _ *Languaged) (*struct{ Body Me }, error) {
	me := Me{Actor: actorOf(ctx)}
	for _, a := range access.Actions() {
		if access.MayAnywhere(me.Actor, a) == nil {
			me.May = append(me.May, a)
		}
	}
	return &struct{ Body Me }{me}, nil
}
