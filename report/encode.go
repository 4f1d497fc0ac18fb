package report

import (
	"io"
	"maps"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// Format is a way of writing a document.
type Format struct {
	ID     string // as it is asked for, and the file's extension
	Media  string // MIME type
	Title  lang.Text
	encode func(w io.Writer, d Document) error
}

var formats = map[string]Format{} //nolint:gochecknoglobals // the registry, written once by init functions

// registerFormat adds a format; a duplicate is a mistake in the program.
func registerFormat(f Format) {
	if _, dup := formats[f.ID]; dup {
		panic("report: format registered twice: " + f.ID)
	}
	formats[f.ID] = f
}

// Formats lists the formats, by id.
func Formats() []Format {
	return slices.SortedFunc(maps.Values(formats), func(a, b Format) int { return strings.Compare(a.ID, b.ID) })
}

// FindFormat gives a format by its id.
func FindFormat(id string) (Format, error) {
	if f, ok := formats[id]; ok {
		return f, nil
	}
	return Format{}, fault.NotFound.Say(lang.T("格式 %q 不认识", "unknown format %q"), id).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(slices.Sorted(maps.Keys(formats)), ", "))
}

// Encode writes a document in a format. Equal documents give equal bytes.
func Encode(w io.Writer, d Document, format string) error {
	f, err := FindFormat(format)
	if err != nil {
		return err
	}
	return f.encode(w, d)
}
