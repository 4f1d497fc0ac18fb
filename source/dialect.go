package source

import (
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// The formats of a file.
const (
	Auto    = "auto" // by its content
	CSV     = "csv"
	XLSX    = "xlsx"
	Parquet = "parquet"
)

// Dialect is how a file writes its table.
type Dialect struct {
	Format    string
	Encoding  string // auto, utf-8, gb18030
	Delimiter byte
	Comment   []string // lines that begin so are left out
	Skip      int      // lines before the header
	Header    bool
	Names     []string // of the columns, where the file has no header
	Sheet     string   // of a workbook; "" is the first
	numeral   numeral
	qualities map[string]reading.Quality // what the file's marks of quality mean
}

// dialect reads [file], which may be left out.
func (m *Mapping) dialect(doc *site.Document, r *site.Reader) {
	d := &m.Dialect
	*d = Dialect{Format: Auto, Encoding: Auto, Delimiter: ',', Header: true, numeral: numeral{point: '.'}}
	if !present(doc, "file") {
		return
	}
	s := r.Table("file")
	if s == nil {
		return
	}
	defer s.Close()
	d.Format = s.Choice("format", Auto, CSV, XLSX, Parquet)
	d.Encoding = s.Choice("encoding", Auto, "utf-8", "gb18030")
	d.Delimiter = map[string]byte{"tab": '\t'}[s.Choice("delimiter", ",", ";", "|", "tab")]
	if d.Delimiter == 0 {
		d.Delimiter = s.Choice("delimiter", ",", ";", "|", "tab")[0]
	}
	d.Comment = s.Texts("comment")
	d.Skip = int(s.Int("skip", 0, 10_000))
	d.Names = s.Texts("names")
	d.Header = len(d.Names) == 0
	d.Sheet = s.Text("sheet")
	d.numeral.point = s.Choice("decimal", ".", ",")[0]
	d.numeral.group = map[string]rune{",": ',', ".": '.', "space": ' ', "'": '\''}[s.Choice("thousands", "none", ",", ".", "space", "'")]
	if rune(d.numeral.point) == d.numeral.group {
		s.Fail("thousands", fault.Invalid.Say(lang.T("decimal 与 thousands 相同", "decimal and thousands are the same")).
			Do(lang.T("两者须不同", "make them differ")))
	}
	for _, c := range d.Comment {
		if c == "" {
			s.Fail("comment", fault.Invalid.Say(lang.T("comment 为空:每一行都会被略过", "an empty comment would leave out every line")).
				Do(lang.T("写出注释行的开头,如 \"#\"", `write how such lines begin, as "#"`)))
		}
	}
}
