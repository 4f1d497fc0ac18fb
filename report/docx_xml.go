package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// element is a piece of XML: its name with its prefix, its attributes as
// name and value in turn, and what is in it.
type element struct {
	name  string
	attrs []string
	kids  []any // element, []element or string
}

// el makes an element without attributes.
func el(name string, kids ...any) element { return element{name: name, kids: kids} }

// with adds an attribute.
func (e element) with(name, value string) element {
	e.attrs = append(e.attrs[:len(e.attrs):len(e.attrs)], name, value)
	return e
}

// val makes an element that holds a single value, as most of WordprocessingML does.
func val(name, value string) element { return element{name: name, attrs: []string{"w:val", value}} }

// bytes writes the element as a part of a package.
func (e element) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	e.write(&b)
	return b.Bytes()
}

// write never fails: a buffer takes all, and names are the program's own.
func (e element) write(b *bytes.Buffer) {
	b.WriteString("<" + e.name)
	for i := 0; i+1 < len(e.attrs); i += 2 {
		fmt.Fprintf(b, ` %s="`, e.attrs[i])
		escape(b, e.attrs[i+1])
		b.WriteByte('"')
	}
	if len(e.kids) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, k := range e.kids {
		switch k := k.(type) {
		case element:
			k.write(b)
		case []element:
			for _, x := range k {
				x.write(b)
			}
		case string:
			escape(b, k)
		}
	}
	b.WriteString("</" + e.name + ">")
}

// escape writes text; what XML cannot hold becomes U+FFFD.
func escape(b *bytes.Buffer, s string) { _ = xml.EscapeText(b, []byte(s)) }

// face is how a run of text is set.
type face struct {
	style string // a character style
	bold  bool
}

// run sets a text, a new line where it has one.
func run(text string, f face) element {
	var props []any
	if f.style != "" {
		props = append(props, val("w:rStyle", f.style))
	}
	if f.bold {
		props = append(props, el("w:b"))
	}
	r := el("w:r")
	if len(props) > 0 {
		r.kids = append(r.kids, el("w:rPr", props...))
	}
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			r.kids = append(r.kids, el("w:br"))
		}
		r.kids = append(r.kids, el("w:t", line).with("xml:space", "preserve"))
	}
	return r
}

// paragraph sets runs in a style.
func paragraph(style string, kids ...any) element {
	return el("w:p", append([]any{el("w:pPr", val("w:pStyle", style))}, kids...)...)
}

// refer makes a run that leads to a bookmark of the document.
func refer(bookmark string, r element) element {
	return el("w:hyperlink", r).with("w:anchor", bookmark).with("w:history", "1")
}

// bookmarked marks runs as the target of references.
func bookmarked(id int, name string, kids ...any) []element {
	out := []element{el("w:bookmarkStart").with("w:id", fmt.Sprint(id)).with("w:name", name)}
	for _, k := range kids {
		if e, ok := k.(element); ok {
			out = append(out, e)
		}
	}
	return append(out, el("w:bookmarkEnd").with("w:id", fmt.Sprint(id)))
}
