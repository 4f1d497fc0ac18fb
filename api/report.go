package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/fault"
	"lingtan/lang"
)

// document is an encoded answer that never changes.
type document struct {
	kind, disposition, etag string
	body                    []byte
}

// kinds are the types of the formats.
//
//nolint:gochecknoglobals // a table that is read only
var kinds = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"json": "application/json",
	"csv":  "text/csv; charset=utf-8",
}

// document makes what it was asked for once, and gives it again. The etag is
// weak because packing changes the bytes and not the document.
func (s *server) document(key string, encode func() (document, error)) (document, error) {
	if doc, ok := s.documents.get(key); ok {
		return doc, nil
	}
	doc, err := encode()
	if err != nil {
		return document{}, err
	}
	sum := sha256.Sum256(doc.body)
	doc.etag = `W/"` + hex.EncodeToString(sum[:16]) + `"`
	s.documents.put(key, doc, int64(len(doc.body)))
	return doc, nil
}

func (s *server) listForms(context.Context, *Languaged) (*Listed[Form], error) {
	return &Listed[Form]{Page[Form]{Items: s.Reports.Forms}}, nil
}

// getReport writes an inventory as a document. A closed inventory never
// changes, so neither does its report: it is encoded once.
func (s *server) getReport(ctx context.Context, in *struct {
	OfInventory
	Conditional
	Form   string `query:"form" maxLength:"64" doc:"报告格式,缺省为该标准的正式报告 | the form, otherwise the official one of the edition"`
	Format string `query:"format" default:"json" enum:"docx,xlsx,json,csv"`
},
) (*Raw, error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	if err := s.known(in.Form, in.Format); err != nil {
		return nil, err
	}
	tag := tagOf(ctx)
	doc, err := s.document(strings.Join([]string{in.ID, in.Form, in.Format, string(tag)}, "|"), func() (document, error) {
		var body bytes.Buffer
		err := s.Reports.Write(ctx, &body, inv, in.Form, in.Format, tag)
		name := strings.Join([]string{inv.ID, orElse(in.Form, "report"), string(tag), in.Format}, ".")
		return document{kind: kinds[in.Format], disposition: attachment(name), body: body.Bytes()}, err
	})
	if err != nil {
		return nil, fmt.Errorf("report %s of %s: %w", orElse(in.Form, in.Format), inv.ID, err)
	}
	return doc.answer(in.Conditional), nil
}

// known refuses a form that is not there, and a format that it has not. No form
// is the one written for the edition, which the reports know.
func (s *server) known(form, format string) error {
	for _, f := range s.Reports.Forms {
		switch {
		case form != "" && f.ID != form:
		case slices.Contains(f.Formats, format):
			return nil
		case form != "":
			return fault.Invalid.Say(lang.T("%s 没有 %s 格式", "%s has no format %s"), form, format).
				Do(lang.T("可选 %v", "choose one of %v"), f.Formats).At(fault.Place{Column: "format"})
		}
	}
	return fault.Invalid.Say(lang.T("没有报告格式 %.64q(%s)", "there is no report form %.64q (%s)"), form, format).
		Do(lang.T("见 GET …/report-forms", "GET …/report-forms lists them")).At(fault.Place{Column: "form"})
}

// Streamed is a body that is written as it is made.
type Streamed struct{ Body func(huma.Context) }

// getBundle streams the evidence bundle. What fails after the first byte can
// not be told any more: the connection is cut, and no client takes what it has
// for whole.
func (s *server) getBundle(ctx context.Context, in *OfInventory) (*Streamed, error) {
	inv, err := s.inventory(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &Streamed{func(c huma.Context) {
		out := &late{c: c, name: inv.ID + ".zip", kind: "application/zip"}
		if err := s.Bundle(ctx, out, inv); err != nil {
			visitOf(ctx).err = fmt.Errorf("bundle %s: %w", inv.ID, err)
			if out.begun {
				panic(http.ErrAbortHandler)
			}
			refuse(c, problemOf(ctx, err))
		}
	}}, nil
}

// late sends its headers with the first byte, so that a failure before it is
// still an answer.
type late struct {
	c     huma.Context
	name  string
	kind  string
	begun bool
}

func (l *late) Write(p []byte) (int, error) {
	if !l.begun {
		l.begun = true
		l.c.SetHeader("Content-Type", l.kind)
		l.c.SetHeader("Content-Disposition", attachment(l.name))
		l.c.SetStatus(http.StatusOK)
	}
	return l.c.BodyWriter().Write(p)
}

var _ io.Writer = (*late)(nil)

// attachment names a file for the browser to keep.
func attachment(name string) string { return disposition("attachment", name) }

// disposition names a file for the browser; letters beyond ASCII are written as
// RFC 5987 has it.
func disposition(how, name string) string {
	return mime.FormatMediaType(how, map[string]string{"filename": name})
}
