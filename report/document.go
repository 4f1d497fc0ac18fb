// Package report owns an inventory as a document: the forms that lay one out
// and the encoders that write it. A figure of a document always names what
// opens its calculation in the inventory; Build refuses one that does not.
package report

import (
	"time"

	"lingtan/factor"
	"lingtan/lang"
	"lingtan/quantity"
)

// Document is a report laid out for a reader: chapters of text and tables,
// and an index from the short reference beside each figure to what opens it.
type Document struct {
	Form      string
	Tag       lang.Tag
	Title     lang.Text
	Subtitle  lang.Text // the entity and the period
	Inventory string    // the inventory's id
	Version   int
	Hash      string
	At        time.Time // of the closing, the only time a document carries
	Front     []Fact
	Chapters  []Chapter
	Index     []Entry
}

// Fact is a line of the front matter.
type Fact struct {
	Label, Value lang.Text
}

// Chapter is a chapter; a wide one has tables that want the page turned.
type Chapter struct {
	Title  lang.Text
	Wide   bool
	Blocks []Block
}

// Block is one thing in a chapter: a heading, a paragraph or a table.
type Block struct {
	Heading lang.Text
	Text    lang.Text
	Table   *Table
}

// Table is a table with its caption.
type Table struct {
	ID      string
	Short   lang.Text // the name of its sheet, short and without punctuation
	Title   lang.Text
	Columns []Column
	Rows    []Row
	Note    lang.Text // beneath it
}

// Column is a column of a table. Where its unit is nil, a figure tells its own.
type Column struct {
	Title lang.Text
	Unit  *quantity.Unit
	Width int // in Chinese characters of the body, relative to the others
}

// Weight says how a row is set.
type Weight uint8

// The weights of rows.
const (
	Body Weight = iota
	Sum         // a total, set bold
	Span        // a single text over all columns
)

// Row is a row of a table.
type Row struct {
	Weight Weight
	Cells  []Cell
}

// Cell is a text or a figure.
type Cell struct {
	Text   lang.Text
	Figure *Figure
}

// Figure is a number of the inventory as it is shown.
type Figure struct {
	Value  quantity.Quantity // exact, in the unit shown
	Places int               // decimals shown; the value keeps all
	// IDs open the calculation: a line's own id, or one that begins with
	// total:, figure:, input:, factor: or bridge:. A year's figure has one
	// for each of its months.
	IDs  []string
	Ref  string // the short name in this document, set by Build: F001
	Mark factor.Confidence
}

// Entry is a row of the index.
type Entry struct {
	Ref string
	IDs []string
}

// Shown prints the figure rounded, thousands grouped.
func (f Figure) Shown() string { return f.Value.Fixed(f.Places) }

// Told prints the figure with its unit.
func (f Figure) Told(tag lang.Tag) string { return f.Value.Text(f.Places, tag) }

// Unverified tells whether the figure rests on a number that is not verified.
func (f Figure) Unverified() bool { return f.Mark == factor.Unverified }

// unverified is what stands beside such a figure.
var unverified = lang.T("待核实", "unverified") //nolint:gochecknoglobals // constant

// Figures lists the figures of the document, in its order.
func (d Document) Figures() []*Figure {
	var out []*Figure
	for _, t := range d.Tables() {
		for _, r := range t.Rows {
			for _, c := range r.Cells {
				if c.Figure != nil {
					out = append(out, c.Figure)
				}
			}
		}
	}
	return out
}

// Tables lists the tables of the document, in its order.
func (d Document) Tables() []*Table {
	var out []*Table
	for _, c := range d.Chapters {
		for _, b := range c.Blocks {
			if b.Table != nil {
				out = append(out, b.Table)
			}
		}
	}
	return out
}

// word makes a cell of a text.
func word(t lang.Text) Cell { return Cell{Text: t} }

// say makes a cell of a text in both languages.
func say(zh, en string) Cell { return word(lang.T(zh, en)) }

// name makes a cell of a name, which reads the same in both languages.
func name(s string) Cell { return word(lang.Same(s)) }

// dash stands where there is nothing to tell: missing is not zero.
const dash = "—"

func absent() Cell { return name(dash) }

// head is a column's title with its unit.
func (c Column) head(tag lang.Tag) string {
	if c.Unit == nil {
		return c.Title.In(tag)
	}
	t := lang.T("%s(%s)", "%s (%s)").Format(c.Title, c.Unit.In(tag))
	return lang.T(fullWidth(t.ZH), t.EN).In(tag)
}

// row adds a row.
func (t *Table) row(w Weight, cells ...Cell) { t.Rows = append(t.Rows, Row{w, cells}) }

// none tells that a table has nothing to list.
func (t *Table) none(text lang.Text) {
	if len(t.Rows) == 0 {
		t.row(Span, word(text))
	}
}

// column makes a column; an empty unit lets each figure tell its own.
func column(zh, en string, width int, unit string) Column {
	c := Column{Title: lang.T(zh, en), Width: width}
	if unit != "" {
		u := quantity.MustUnit(unit)
		c.Unit = &u
	}
	return c
}
