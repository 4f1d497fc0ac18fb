package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"lingtan/lang"
)

// chapter is a part of the documentation page.
type chapter struct {
	Title   lang.Text
	Entries []entry
	Schemas []schema // of the last chapter
}

// entry documents a route.
type entry struct {
	ID, Method, Path, Action, Curl string
	Title                          lang.Text
	Params                         []param
	Takes, Gives                   []body
}

type param struct {
	Name, In, Type, Doc string
	Required            bool
}

// body is a content type with its schema.
type body struct{ Type, Schema, Link string }

type schema struct {
	Name, Doc string
	Fields    []param
}

// spec is as much of an OpenAPI document as the page shows.
type spec struct {
	Paths      map[string]map[string]specOperation `json:"paths"`
	Components struct {
		Schemas map[string]specSchema `json:"schemas"`
	} `json:"components"`
}

type specOperation struct {
	Parameters []struct {
		Name        string     `json:"name"`
		In          string     `json:"in"`
		Required    bool       `json:"required"`
		Description string     `json:"description"`
		Schema      specSchema `json:"schema"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]specMedia `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]specMedia `json:"content"`
	} `json:"responses"`
}

type specMedia struct {
	Schema specSchema `json:"schema"`
}

type specSchema struct {
	Ref         string                `json:"$ref"`
	Type        any                   `json:"type"`
	Format      string                `json:"format"`
	Enum        []any                 `json:"enum"`
	Description string                `json:"description"`
	Items       *specSchema           `json:"items"`
	Properties  map[string]specSchema `json:"properties"`
	Required    []string              `json:"required"`
	Additional  any                   `json:"additionalProperties"`
}

// bilingual reads "中文 | English", as the doc tags of this room are written.
func bilingual(s string) lang.Text {
	if zh, en, both := strings.Cut(s, " | "); both {
		return lang.T(zh, en)
	}
	return lang.Same(s)
}

// chaptersOf reads back the document that machines are given, so that the page
// for people tells the same.
func chaptersOf(document []byte, routes []route) []chapter {
	var doc spec
	if err := json.Unmarshal(document, &doc); err != nil {
		panic(err) // our own document: every start reads it
	}
	var out []chapter
	for _, r := range routes {
		if len(out) == 0 || out[len(out)-1].Title != r.tag {
			out = append(out, chapter{Title: r.tag})
		}
		last := &out[len(out)-1]
		last.Entries = append(last.Entries, entryOf(r, doc.Paths[prefix+r.path][strings.ToLower(r.method)]))
	}
	return append(out, schemasOf(doc))
}

func entryOf(r route, op specOperation) entry {
	e := entry{ID: r.id, Method: r.method, Path: prefix + r.path, Action: string(r.action), Title: r.title, Takes: bodies(op.RequestBody.Content)}
	for _, p := range op.Parameters {
		if p.Name != "lang" && p.In != "header" { // told once, at the top
			e.Params = append(e.Params, param{p.Name, p.In, p.Schema.told(), p.Description, p.Required})
		}
	}
	for status, answer := range op.Responses {
		if strings.HasPrefix(status, "2") {
			e.Gives = bodies(answer.Content)
		}
	}
	e.Curl = e.curl()
	return e
}

func bodies(content map[string]specMedia) []body {
	out := make([]body, 0, len(content))
	for _, t := range slices.Sorted(maps.Keys(content)) {
		s := content[t].Schema
		out = append(out, body{t, s.told(), s.link()})
	}
	return out
}

// curl writes the call as one would try it.
func (e entry) curl() string {
	address := e.Path
	for _, p := range e.Params {
		if p.In == "query" && p.Required {
			sep := "?"
			if strings.Contains(address, "?") {
				sep = "&"
			}
			address += sep + p.Name + "=…"
		}
	}
	call := `curl -H "Authorization: Bearer $LINGTAN_TOKEN"`
	if e.Method != http.MethodGet {
		call += " -X " + e.Method
	}
	if len(e.Takes) > 0 {
		call += ` -H "Content-Type: ` + e.Takes[0].Type + `" --data-binary @file`
	}
	return call + ` "http://127.0.0.1:8080` + address + `"`
}

func schemasOf(doc spec) chapter {
	c := chapter{Title: lang.T("数据结构", "schemas")}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		s := doc.Components.Schemas[name]
		out := schema{Name: name, Doc: s.Description}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			f := s.Properties[field]
			out.Fields = append(out.Fields, param{field, f.link(), f.told(), f.Description, slices.Contains(s.Required, field)})
		}
		c.Schemas = append(c.Schemas, out)
	}
	return c
}

// link is the name of the schema that a reader goes on to.
func (s specSchema) link() string {
	if s.Ref == "" && s.Items != nil {
		return s.Items.link()
	}
	return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
}

// told tells a type in a word.
func (s specSchema) told() string {
	switch {
	case s.Ref != "":
		return s.link()
	case s.Items != nil:
		return s.Items.told() + "[]"
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			words[i], _ = v.(string)
		}
		return strings.Join(words, " / ")
	}
	word := ""
	switch t := s.Type.(type) {
	case string:
		word = t
	case []any:
		word, _ = t[0].(string)
	}
	return strings.TrimSpace(word + " " + s.Format)
}
