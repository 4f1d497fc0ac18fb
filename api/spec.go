package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// annotate tells the document what huma can not see: bodies that we read and
// write ourselves, and errors in our own form.
func annotate(doc *huma.OpenAPI, r route) {
	op := operation(doc, r)
	if r.takes.types != nil {
		if op.RequestBody == nil { // a handler that reads its body itself has told huma of none
			op.RequestBody = &huma.RequestBody{Required: true}
		}
		op.RequestBody.Content = r.takes.content(doc.Components.Schemas)
	}
	ok := op.Responses[strconv.Itoa(orElse(r.status, http.StatusOK))]
	if r.gives.types != nil {
		ok.Content = r.gives.content(doc.Components.Schemas)
	}
	problem := doc.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	op.Responses["default"] = &huma.Response{
		Description: "problem", Content: map[string]*huma.MediaType{(*Problem)(nil).ContentType(""): {Schema: problem}},
	}
}

func (m media) content(schemas huma.Registry) map[string]*huma.MediaType {
	schema := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	if m.schema != nil {
		schema = schemas.Schema(reflect.TypeOf(m.schema), true, "")
	}
	out := map[string]*huma.MediaType{}
	for _, t := range m.types {
		out[t] = &huma.MediaType{Schema: schema}
	}
	return out
}

// operation finds a route in the document.
func operation(doc *huma.OpenAPI, r route) *huma.Operation {
	item := doc.Paths[r.address()]
	switch r.method {
	case http.MethodGet:
		return item.Get
	case http.MethodPut:
		return item.Put
	case http.MethodDelete:
		return item.Delete
	default:
		return item.Post
	}
}

// specification writes the document, once.
func specification(doc *huma.OpenAPI) ([]byte, error) {
	schemas := doc.Components.Schemas.Map()
	for _, s := range schemas {
		listed(s)
	}
	for _, foreign := range []string{"HumaErrorModel", "HumaErrorDetail"} {
		delete(schemas, foreign) // no route answers with them: see translate
	}
	out, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("write openapi: %w", err)
	}
	return out, nil
}

// listed says that a list is a list: where there is nothing an answer holds an
// empty one, and huma's null stands for what no reader has to expect.
func listed(s *huma.Schema) {
	if s == nil {
		return
	}
	s.Nullable = s.Nullable && s.Type != huma.TypeArray
	listed(s.Items)
	for _, property := range s.Properties {
		listed(property)
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		listed(values)
	}
}

// schemaName names a type with its room, for several rooms have a Site and a
// Line; this room's own stand bare, and Page[ledger.Entry] is PageLedgerEntry.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" { // a body with no name of its own is its operation's: "approve-monthsRequest"
		var out strings.Builder
		for word := range strings.FieldsFuncSeq(hint, func(r rune) bool { return r == '-' }) {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
		return out.String()
	}
	var out strings.Builder
	for _, part := range strings.FieldsFunc(t.String(), func(r rune) bool { return strings.ContainsRune("[]*,", r) }) {
		part = part[strings.LastIndexByte(part, '/')+1:]
		room, name, found := strings.Cut(part, ".")
		if !found {
			room, name = "api", part
		}
		if room != "api" {
			out.WriteString(capital(room))
		}
		out.WriteString(capital(name))
	}
	return out.String()
}

func capital(word string) string {
	for i, r := range word {
		return string(unicode.ToUpper(r)) + word[i+len(string(r)):]
	}
	return word
}
