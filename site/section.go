package site

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// Reader reads the sections of a document and keeps every fault it meets, so
// that a file's author sees all of them at once.
type Reader struct {
	Zone   *time.Location // of dates without one; UTC until it is known
	doc    *Document
	faults []error
}

// Read begins a reading of the document.
func (d *Document) Read() *Reader { return &Reader{Zone: time.UTC, doc: d} }

// Err joins the faults met so far, in the file's order.
func (r *Reader) Err() error {
	slices.SortStableFunc(r.faults, func(a, b error) int { return cmp.Compare(rowOf(a), rowOf(b)) })
	return errors.Join(r.faults...)
}

func rowOf(err error) int {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Place.Row
	}
	return 0
}

// Fail keeps a fault found at a place.
func (r *Reader) Fail(err error, at fault.Place) {
	r.faults = append(r.faults, fault.Split(fault.At(err, at))...)
}

// Table reads a section written once, [name]. It is nil, with a fault, where
// the file has none and it is needed.
func (r *Reader) Table(name string) *Section {
	switch v := r.doc.values[name].(type) {
	case map[string]any:
		return r.section(name, v)
	case nil:
		r.Fail(fault.Invalid.Say(lang.T("缺少小节 [%s]", "section [%s] is missing"), name).
			Do(lang.T("补上该小节,见 docs/formats.md", "add it, see docs/formats.md")), fault.Place{File: r.doc.Name})
	default:
		r.Fail(fault.Invalid.Say(lang.T("%s 应为一个小节 [%s]", "%s must be one section [%s]"), name, name).
			Do(lang.T("只写一次,用单方括号", "write it once, in single brackets")), r.doc.Place(name))
	}
	return nil
}

// Tables reads a section written any number of times, [[name]].
func (r *Reader) Tables(name string) []*Section {
	return r.tables(name, r.doc.values[name])
}

func (r *Reader) tables(path string, value any) []*Section {
	if value == nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		r.Fail(fault.Invalid.Say(lang.T("%s 应为数组:[[%s]] 或 [{…}, …]", "%s must be a list: [[%s]] or [{…}, …]"), path, path).
			Do(lang.T("小节用双方括号,可写多次", "write the section in double brackets, any number of times")), r.doc.Place(path))
		return nil
	}
	var out []*Section
	for i, v := range list {
		p := member(path, i+1)
		fields, ok := v.(map[string]any)
		if !ok {
			r.Fail(wrong(v, lang.T("一个表 {…}", "a table {…}")), r.doc.Place(p))
			continue
		}
		out = append(out, r.section(p, fields))
	}
	return out
}

func (r *Reader) section(path string, fields map[string]any) *Section {
	return &Section{reader: r, path: path, fields: fields, asked: map[string]bool{}}
}

// Unknown faults every top-level section that is not among the known ones.
func (r *Reader) Unknown(known ...string) {
	for _, name := range r.doc.order {
		if !slices.Contains(known, name) {
			r.Fail(unknownKey(name, known), r.doc.Place(name))
		}
	}
}

// Section is one table of the file under reading: whoever reads it asks for its
// keys and closes it; what was never asked for is unknown.
type Section struct {
	reader *Reader
	path   string
	fields map[string]any
	asked  map[string]bool
}

// Has tells whether a key is written.
func (s *Section) Has(key string) bool {
	_, has := s.ask(key)
	return has
}

func (s *Section) ask(key string) (any, bool) {
	s.asked[key] = true
	v, has := s.fields[key]
	return v, has
}

// Place gives the place of a key, or of the section where the key is not written.
func (s *Section) Place(key string) fault.Place {
	path := s.path
	if key != "" {
		path = join(s.path, key)
	}
	p := s.reader.doc.Place(path)
	if p.Row == 0 {
		p.Row = s.reader.doc.Line(s.path)
	}
	return p
}

// Fail keeps a fault found at a key.
func (s *Section) Fail(key string, err error) { s.reader.Fail(err, s.Place(key)) }

// Wrong keeps the fault of a key that reads otherwise than expected.
func (s *Section) Wrong(key string, expected lang.Text) {
	s.Fail(key, wrong(s.fields[key], expected))
}

func wrong(read any, expected lang.Text) *fault.Fault {
	if expected.ZH != "" && expected.ZH[0] < utf8.RuneSelf {
		expected.ZH = " " + expected.ZH // a Latin word is set apart
	}
	return fault.Invalid.Say(lang.T("读到 %s,应为%s", "read %s, expected %s"), shown(read), expected).
		Do(lang.T("改正该项,见 docs/formats.md", "mend it, see docs/formats.md"))
}

// shown prints a value as the file's author would recognise it.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", shorten(v))
	case map[string]any:
		return "{…}"
	case []any:
		return "[…]"
	}
	return fmt.Sprint(v)
}

// Need faults each key that is not written.
func (s *Section) Need(keys ...string) {
	for _, key := range keys {
		if !s.Has(key) {
			s.Fail(key, fault.Invalid.Say(lang.T("缺少 %s", "%s is missing"), key).
				Do(lang.T("补上该项,见 docs/formats.md", "add it, see docs/formats.md")))
		}
	}
}

// Close faults what was written and never asked for.
func (s *Section) Close() {
	known := slices.Sorted(maps.Keys(s.asked))
	for _, key := range slices.Sorted(maps.Keys(s.fields)) {
		if !s.asked[key] {
			s.Fail(key, unknownKey(key, known))
		}
	}
}

func unknownKey(key string, known []string) *fault.Fault {
	f := fault.Invalid.Say(lang.T("不认识的键 %q", "unknown key %q"), key)
	for _, k := range known {
		if strings.EqualFold(k, key) || near(k, key) {
			return f.Do(lang.T("是否指 %s?", "did you mean %s?"), k)
		}
	}
	return f.Do(lang.T("可用的键:%s", "keys here: %s"), strings.Join(known, ", "))
}

// near tells whether one letter added, dropped, changed or swapped makes b of a.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) == 1:
		return a[i:] == b[i+1:]
	case len(a) != len(b) || i == len(a):
		return false
	}
	swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	return a[i+1:] == b[i+1:] || swapped
}
