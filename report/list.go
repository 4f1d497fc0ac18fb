package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"

	"lingtan/fault"
	"lingtan/lang"
)

// List is a long table of texts that is written as it is read: an auditor's
// acts, a verifier's sample.
type List struct {
	Sheet   string
	Columns []string
	Widths  []float64 // of the columns, in letters; 0 is as it comes
	Rows    iter.Seq2[[]string, error]
}

// What a spreadsheet program takes: letters of a cell, rows of a sheet.
const (
	maxCell     = 32_767
	maxListRows = 1_000_000
)

// EncodeList writes a list as "csv" or "xlsx". No cell of it is ever a formula,
// whatever somebody wrote into what is listed.
func EncodeList(w io.Writer, l List, format string) error {
	switch format {
	case "csv":
		return l.csv(w)
	case "xlsx":
		return l.xlsx(w)
	}
	return fault.Invalid.Say(lang.T("没有格式 %q", "there is no format %q"), format).Do(lang.T("可选 csv、xlsx", "choose csv or xlsx"))
}

func (l List) csv(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(l.Columns); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	for row, err := range l.Rows {
		if err != nil {
			return err
		}
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = harmless(cell)
		}
		if err := out.Write(safe); err != nil {
			return fmt.Errorf("write list: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// xlsx writes every cell as a text, which no program computes.
func (l List) xlsx(w io.Writer) (err error) {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName(book.GetSheetName(0), l.Sheet); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	out, err := book.NewStreamWriter(l.Sheet)
	if err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	for i, width := range l.Widths {
		if width > 0 {
			if err := out.SetColWidth(i+1, i+1, width); err != nil {
				return fmt.Errorf("write list: %w", err)
			}
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	if err := l.rows(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}

func (l List) rows(out *excelize.StreamWriter) error {
	n := 0
	put := func(row []string) error {
		n++
		cells := make([]any, len(row))
		for i, cell := range row {
			cells[i] = fitting(cell)
		}
		return out.SetRow(fmt.Sprint("A", n), cells)
	}
	if err := put(l.Columns); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	for row, err := range l.Rows {
		if err != nil {
			return err
		}
		if n > maxListRows {
			return fault.Conflict.Say(lang.T("超过 %d 行,一张工作表放不下", "more than %d rows, which a sheet does not hold"), maxListRows).
				Do(lang.T("缩小范围,或取 CSV", "ask for less, or take CSV"))
		}
		if err := put(row); err != nil {
			return fmt.Errorf("write list, row %d: %w", n, err)
		}
	}
	return nil
}

// fitting cuts a text to what a cell holds, between two letters, and says so.
func fitting(cell string) string {
	if len(cell) <= maxCell {
		return cell // bytes are never fewer than letters
	}
	return strings.ToValidUTF8(cell[:maxCell-len("…")], "") + "…"
}
