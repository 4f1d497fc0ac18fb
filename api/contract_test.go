package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
)

// contract is the document of the interface, to hold answers against: what it
// promises the page relies on, whose types are made of it.
type contract struct {
	Paths map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]struct {
				Schema shape `json:"schema"`
			} `json:"content"`
		} `json:"responses"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]shape `json:"schemas"`
	} `json:"components"`

	routes *http.ServeMux // finds the path of a request
}

// shape is as much of a schema as tells whether a value is of it.
type shape struct {
	Ref        string           `json:"$ref"`
	Type       any              `json:"type"`
	Format     string           `json:"format"`
	Enum       []any            `json:"enum"`
	Items      *shape           `json:"items"`
	Properties map[string]shape `json:"properties"`
	Required   []string         `json:"required"`
	Additional json.RawMessage  `json:"additionalProperties"`
}

func (h *house) readContract() *contract {
	h.tb.Helper()
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, httptest.NewRequestWithContext(h.tb.Context(), http.MethodGet, "/openapi.json", http.NoBody))
	c := &contract{routes: http.NewServeMux()}
	if err := json.Unmarshal(w.Body.Bytes(), c); err != nil {
		h.tb.Fatal(err)
	}
	for path, methods := range c.Paths {
		for method := range methods {
			c.routes.HandleFunc(strings.ToUpper(method)+" "+path, http.NotFound)
		}
	}
	return c
}

// flaws tells where an answer is not what the document promises.
func (c *contract) flaws(r *http.Request, w *httptest.ResponseRecorder) []string {
	_, pattern := c.routes.Handler(r)
	method, path, _ := strings.Cut(pattern, " ")
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	if pattern == "" || !strings.HasSuffix(kind, "json") || w.Header().Get("Content-Encoding") != "" || w.Body.Len() == 0 {
		return nil
	}
	responses := c.Paths[path][strings.ToLower(method)].Responses
	if responses["200"].Content[kind].Schema.Format == "binary" {
		return nil // a report, or another protocol's: others hold it to theirs
	}
	promised, told := responses[strconv.Itoa(w.Code)]
	if !told {
		promised = responses["default"]
	}
	content, told := promised.Content[kind]
	if !told {
		return []string{fmt.Sprintf("status %d as %s", w.Code, kind)}
	}
	var out []string
	for values := json.NewDecoder(bytes.NewReader(w.Body.Bytes())); values.More(); { // lines have several
		var value any
		if err := values.Decode(&value); err != nil {
			return append(out, err.Error())
		}
		out = append(out, c.hold("", content.Schema, value)...)
	}
	return out
}

// hold tells where a value is not of a shape.
func (c *contract) hold(at string, f shape, value any) []string {
	if name, found := strings.CutPrefix(f.Ref, "#/components/schemas/"); found {
		f = c.Components.Schemas[name]
	}
	switch {
	case f.Type == nil: // anything
		return nil
	case !f.allows(value):
		return []string{fmt.Sprintf("%s is %.80v, not %v %v", at, value, f.Type, f.Enum)}
	}
	var out []string
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			out = append(out, c.hold(at+"["+strconv.Itoa(i)+"]", *f.Items, item)...)
		}
	case map[string]any:
		out = c.holdFields(at, f, value)
	}
	return out
}

func (c *contract) holdFields(at string, f shape, fields map[string]any) []string {
	var out []string
	for _, name := range f.Required {
		if _, there := fields[name]; !there {
			out = append(out, at+"."+name+" is missing")
		}
	}
	var rest shape
	open := len(f.Additional) > 0 && json.Unmarshal(f.Additional, &rest) == nil // false is no shape
	for name, value := range fields {
		field, known := f.Properties[name]
		switch {
		case known:
			out = append(out, c.hold(at+"."+name, field, value)...)
		case open:
			out = append(out, c.hold(at+"."+name, rest, value)...)
		default:
			out = append(out, at+"."+name+" is not told of")
		}
	}
	return out
}

// allows tells whether a value is of the shape's type and one of its words.
func (f shape) allows(value any) bool {
	types, several := f.Type.([]any)
	if !several {
		types = []any{f.Type}
	}
	is := ""
	switch value.(type) {
	case nil:
		is = "null"
	case string:
		is = "string"
	case bool:
		is = "boolean"
	case float64:
		is = "number"
	case []any:
		is = "array"
	case map[string]any:
		is = "object"
	}
	fits := slices.Contains(types, any(is)) || is == "number" && slices.Contains(types, any("integer"))
	return fits && (len(f.Enum) == 0 || value == nil || slices.Contains(f.Enum, value))
}
