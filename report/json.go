package report

import (
	"encoding/json"
	"io"
	"time"

	"lingtan/factor"
	"lingtan/lang"
	"lingtan/quantity"
)

func init() {
	registerFormat(Format{ID: "json", Media: "application/json", Title: lang.T("JSON 数据", "JSON data"), encode: encodeJSON})
}

// jsonSchema names the shape below; docs/formats.md describes it.
const jsonSchema = "lingtan.report/1"

type jsonDocument struct {
	Schema    string        `json:"schema"`
	Form      string        `json:"form"`
	Language  lang.Tag      `json:"language"`
	Title     string        `json:"title"`
	Subtitle  string        `json:"subtitle"`
	Inventory string        `json:"inventory"`
	Version   int           `json:"version"`
	Hash      string        `json:"hash"`
	ClosedAt  time.Time     `json:"closed_at"`
	Front     []jsonFact    `json:"front"`
	Chapters  []jsonChapter `json:"chapters"`
	Index     []jsonEntry   `json:"index"`
}

type jsonFact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

type jsonChapter struct {
	Title  string      `json:"title"`
	Blocks []jsonBlock `json:"blocks"`
}

type jsonBlock struct {
	Heading string     `json:"heading,omitempty"`
	Text    string     `json:"text,omitempty"`
	Table   *jsonTable `json:"table,omitempty"`
}

type jsonTable struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Columns []jsonColumn `json:"columns"`
	Rows    []jsonRow    `json:"rows"`
	Note    string       `json:"note,omitempty"`
}

type jsonColumn struct {
	Title string `json:"title"`
	Unit  string `json:"unit,omitempty"`
}

type jsonRow struct {
	Kind  string     `json:"kind"` // "body", "sum" or "span"
	Cells []jsonCell `json:"cells"`
}

type jsonCell struct {
	Text   string      `json:"text,omitempty"`
	Figure *jsonFigure `json:"figure,omitempty"`
}

type jsonFigure struct {
	Shown      string            `json:"shown"` // rounded for display, no grouping
	Exact      string            `json:"exact"` // a decimal, or a fraction where none ends
	Unit       string            `json:"unit"`
	Places     int               `json:"places"`
	Confidence factor.Confidence `json:"confidence"`
	Ref        string            `json:"ref"`
	IDs        []string          `json:"ids"`
}

type jsonEntry struct {
	Ref string   `json:"ref"`
	IDs []string `json:"ids"`
}

func encodeJSON(w io.Writer, d Document) error {
	in := func(t lang.Text) string { return t.In(d.Tag) }
	out := jsonDocument{
		Schema: jsonSchema, Form: d.Form, Language: d.Tag, Title: in(d.Title), Subtitle: in(d.Subtitle),
		Inventory: d.Inventory, Version: d.Version, Hash: d.Hash, ClosedAt: d.At,
	}
	for _, f := range d.Front {
		out.Front = append(out.Front, jsonFact{in(f.Label), in(f.Value)})
	}
	for _, c := range d.Chapters {
		chapter := jsonChapter{Title: in(c.Title)}
		for _, b := range c.Blocks {
			chapter.Blocks = append(chapter.Blocks, jsonBlock{in(b.Heading), in(b.Text), b.Table.json(d.Tag)})
		}
		out.Chapters = append(out.Chapters, chapter)
	}
	for _, e := range d.Index {
		out.Index = append(out.Index, jsonEntry(e))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func (t *Table) json(tag lang.Tag) *jsonTable {
	if t == nil {
		return nil
	}
	out := &jsonTable{ID: t.ID, Title: t.Title.In(tag), Note: t.Note.In(tag)}
	for _, c := range t.Columns {
		column := jsonColumn{Title: c.Title.In(tag)}
		if c.Unit != nil {
			column.Unit = c.Unit.String()
		}
		out.Columns = append(out.Columns, column)
	}
	for _, r := range t.Rows {
		row := jsonRow{Kind: [...]string{"body", "sum", "span"}[r.Weight]}
		for _, c := range r.Cells {
			row.Cells = append(row.Cells, c.json(tag))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (c Cell) json(tag lang.Tag) jsonCell {
	f := c.Figure
	if f == nil {
		return jsonCell{Text: c.Text.In(tag)}
	}
	return jsonCell{Figure: &jsonFigure{
		Shown: f.plain(), Exact: f.Value.Number(), Unit: f.Value.Unit().String(), Places: f.Places,
		Confidence: f.Mark, Ref: f.Ref, IDs: f.IDs,
	}}
}

// plain prints the figure rounded, as programs read numbers.
func (f Figure) plain() string {
	rounded := f.Value.Round(f.Places, quantity.HalfUp)
	return rounded.Rat().FloatString(f.Places)
}
