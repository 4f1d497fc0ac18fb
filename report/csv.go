package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lingtan/lang"
)

func init() {
	registerFormat(Format{ID: "csv", Media: "text/csv; charset=utf-8", Title: lang.T("CSV 数据(每个数字一行)", "CSV data, one row a figure"), encode: encodeCSV})
}

// encodeCSV writes one row for each figure. The byte-order mark lets
// spreadsheet programs know the UTF-8.
func encodeCSV(w io.Writer, d Document) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	in := func(t lang.Text) string { return harmless(t.In(d.Tag)) }
	out := csv.NewWriter(w)
	out.UseCRLF = true
	records := [][]string{{"ref", "table", "table_title", "row", "column", "value", "unit", "exact", "confidence", "ids"}}
	for _, t := range d.Tables() {
		for _, r := range t.Rows {
			for i, c := range r.Cells {
				f := c.Figure
				if f == nil {
					continue
				}
				records = append(records, []string{
					f.Ref, t.ID, in(t.Title), harmless(r.label(d.Tag)), in(t.Columns[i].Title), f.plain(), harmless(f.Value.Unit().String()),
					f.Value.Number(), string(f.Mark), harmless(strings.Join(f.IDs, "; ")),
				})
			}
		}
	}
	if err := out.WriteAll(records); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// label tells a row by its texts before the first figure.
func (r Row) label(tag lang.Tag) string {
	var parts []string
	for _, c := range r.Cells {
		if c.Figure != nil {
			break
		}
		parts = append(parts, strings.ReplaceAll(c.Text.In(tag), "\n", " "))
	}
	return strings.Join(parts, " / ")
}

// harmless keeps a text from being read as a formula by a spreadsheet program;
// some take the wide signs of Chinese typing for the narrow ones.
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
