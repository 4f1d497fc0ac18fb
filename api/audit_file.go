package api

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
	"lingtan/report"
)

// maxActs is how many acts a file holds: a mine's year has some ten thousand.
const maxActs = 200_000

// actsFile makes the handler of a mine's acts as a file.
func (s *server) actsFile(format string) func(context.Context, *struct {
	Looked
	Site string `path:"site" maxLength:"64"`
}) (*Streamed, error) {
	return func(ctx context.Context, in *struct {
		Looked
		Site string `path:"site" maxLength:"64"`
	},
	) (*Streamed, error) {
		cal, err := s.calendar(ctx, in.Site)
		if err != nil {
			return nil, err
		}
		return s.auditFile(ctx, in.Site, cal, in.Looked, format)
	}
}

// platformActsFile is actsFile of what belongs to no mine.
func (s *server) platformActsFile(format string) func(context.Context, *Looked) (*Streamed, error) {
	return func(ctx context.Context, in *Looked) (*Streamed, error) {
		return s.auditFile(ctx, access.Platform, period.Calendar{Zone: time.UTC}, *in, format)
	}
}

// auditFile writes what a filter chooses, newest first.
func (s *server) auditFile(ctx context.Context, site string, cal period.Calendar, in Looked, format string) (*Streamed, error) {
	filter, err := in.filter(cal)
	if err != nil {
		return nil, err
	}
	tag := tagOf(ctx)
	list := report.List{
		Sheet: lang.T("审计记录", "audit").In(tag), Widths: []float64{8, 26, 16, 16, 20, 18, 30, 50, 50, 66},
		Rows: func(yield func([]string, error) bool) {
			for a, err := range s.acts(ctx, site, filter) {
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(actedOf(a).row(tag, cal.Zone), nil) {
					return
				}
			}
		},
	}
	for _, column := range []lang.Text{
		lang.T("序号", "seq"), lang.T("时间", "at"), lang.T("人员", "actor"), lang.T("来自", "address"), lang.T("事项", "act"),
		lang.T("事项代码", "kind"), lang.T("对象", "subject"), lang.T("此前", "before"), lang.T("此后", "after"), lang.T("哈希", "hash"),
	} {
		list.Columns = append(list.Columns, column.In(tag))
	}
	name := orElse(site, "platform") + ".audit." + format
	return &Streamed{func(c huma.Context) {
		out := &late{c: c, name: name, kind: kinds[format]}
		if err := report.EncodeList(out, list, format); err != nil {
			s.cut(ctx, out, fmt.Errorf("audit of %q: %w", site, err))
		}
	}}, nil
}

// acts walks what a filter chooses to its end. Who asks for more than a file
// holds is told, for half an answer looks like a whole one.
func (s *server) acts(ctx context.Context, site string, filter ledger.Filter) iter.Seq2[ledger.Act, error] {
	return func(yield func(ledger.Act, error) bool) {
		const page = 200
		for n, before := 0, int64(0); ; {
			acts, err := s.Store.Acts(ctx, site, filter, before, page)
			if n += len(acts); err == nil && n > maxActs {
				err = fault.Conflict.Say(lang.T("超过 %d 条", "more than %d acts"), maxActs).Do(lang.T("缩小时间范围", "ask for a shorter time"))
			}
			if err != nil {
				yield(ledger.Act{}, err)
				return
			}
			for _, a := range acts {
				if !yield(a, nil) {
					return
				}
			}
			if len(acts) < page {
				return
			}
			before = acts[len(acts)-1].Seq
		}
	}
}

// cut ends an answer that failed on its way: with a problem, or where its
// beginning has gone out already, by cutting the connection, so that no client
// takes what it has for whole.
func (*server) cut(ctx context.Context, out *late, err error) {
	if errors.Is(err, context.Canceled) || out.begun {
		visitOf(ctx).err = err
		panic(http.ErrAbortHandler)
	}
	refuse(out.c, problemOf(ctx, err))
}
