package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// xlsxText writes down what a workbook says: each cell as it is shown, with
// its comment and the place it leads to.
func xlsxText(t *testing.T, data []byte) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	for _, sheet := range f.GetSheetList() {
		fmt.Fprintf(&out, "== %s\n", sheet)
		notes := comments(t, f, sheet)
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if text == "" {
					continue
				}
				fmt.Fprintf(&out, "%s\t%s", cell, oneLine(text))
				if ok, target, _ := f.GetCellHyperLink(sheet, cell); ok {
					fmt.Fprintf(&out, "\t→ %s", target)
				}
				if notes[cell] != "" {
					fmt.Fprintf(&out, "\t[%s]", oneLine(notes[cell]))
				}
				out.WriteByte('\n')
			}
		}
	}
	return out.Bytes()
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ⏎ ") }

func comments(t *testing.T, f *excelize.File, sheet string) map[string]string {
	t.Helper()
	list, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, c := range list {
		var text strings.Builder
		text.WriteString(c.Text)
		for _, p := range c.Paragraph {
			text.WriteString(p.Text)
		}
		out[c.Cell] = text.String()
	}
	return out
}

// part reads one file of a package.
func part(t *testing.T, data []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// docxParagraph is a paragraph with what it leads to and is led to by.
type docxParagraph struct {
	style, text, anchor, bookmark string
}

// docxParagraphs walks the document's body; every part of the package has to
// be well-formed.
func docxParagraphs(t *testing.T, data []byte) []docxParagraph {
	t.Helper()
	var out []docxParagraph
	var now docxParagraph
	inText := false
	dec := xml.NewDecoder(bytes.NewReader(part(t, data, "word/document.xml")))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			switch tok.Name.Local {
			case "p":
				now = docxParagraph{}
			case "pStyle":
				now.style = attr(tok, "val")
			case "hyperlink":
				now.anchor = attr(tok, "anchor")
			case "bookmarkStart":
				now.bookmark = attr(tok, "name")
			case "br":
				now.text += "\n"
			case "t":
				inText = true
			}
		case xml.EndElement:
			switch tok.Name.Local {
			case "t":
				inText = false
			case "p":
				out = append(out, now)
			}
		case xml.CharData:
			if inText {
				now.text += string(tok)
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func docxText(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, p := range docxParagraphs(t, data) {
		if p.text != "" {
			fmt.Fprintf(&out, "%s\t%s\n", p.style, oneLine(p.text))
		}
	}
	return out.Bytes()
}
