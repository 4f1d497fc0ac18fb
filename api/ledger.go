package api

import (
	"context"
	"errors"
	"strconv"

	"lingtan/access"
	"lingtan/lang"
	"lingtan/ledger"
)

// Behind asks for entries behind a place.
type Behind struct {
	Languaged
	After   int64  `query:"after" minimum:"0" doc:"已读到的 seq | the last seq had"`
	Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	Subject string `query:"subject" maxLength:"512" doc:"只看某对象,如清单编号 | of one subject only, such as an inventory's id"`
}

func (s *server) listEntries(ctx context.Context, in *struct {
	Behind
	Site string `path:"site" maxLength:"64"`
},
) (*Listed[ledger.Entry], error) {
	return s.entries(ctx, in.Site, in.Behind)
}

// listPlatformEntries gives the chain of what belongs to no mine.
func (s *server) listPlatformEntries(ctx context.Context, in *Behind) (*Listed[ledger.Entry], error) {
	return s.entries(ctx, access.Platform, *in)
}

func (s *server) entries(ctx context.Context, site string, in Behind) (*Listed[ledger.Entry], error) {
	var rows []ledger.Entry
	var err error
	if in.Subject == "" {
		rows, err = s.Store.Entries(ctx, site, in.After, in.Limit)
	} else {
		rows, err = s.Store.EntriesAbout(ctx, site, in.Subject, in.After, in.Limit)
	}
	if err != nil {
		return nil, err
	}
	return follow(rows, Paged{Limit: in.Limit}, func(e ledger.Entry) string { return strconv.FormatInt(e.Seq, 10) }), nil
}

// Verified tells whether a chain holds, and where it does not.
type Verified struct {
	Holds bool       `json:"holds"`
	Upto  int64      `json:"upto" doc:"验证到第几条 | the last entry that holds"`
	Hash  string     `json:"hash" doc:"该条的哈希,与留存的比对 | its hash, to be compared with one kept elsewhere"`
	Fault *lang.Text `json:"fault,omitempty"`
}

func (s *server) verifyLedger(ctx context.Context, in *OfSite) (*struct{ Body Verified }, error) {
	return s.verified(ctx, in.Site)
}

func (s *server) verifyPlatformLedger(ctx context.Context, _ *Languaged) (*struct{ Body Verified }, error) {
	return s.verified(ctx, access.Platform)
}

// verified walks a chain from its beginning.
func (s *server) verified(ctx context.Context, site string) (*struct{ Body Verified }, error) {
	head, err := s.Store.VerifyLedger(ctx, site)
	out := Verified{Holds: err == nil, Upto: head.Seq, Hash: head.Hash.String()}
	if err != nil {
		var broken *ledger.Broken
		if !errors.As(err, &broken) {
			return nil, err
		}
		text := both(broken.Fault())
		out.Fault = &text
	}
	return &struct{ Body Verified }{out}, nil
}
