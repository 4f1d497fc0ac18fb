package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

// MaxFilings is how many values one file may file: 200 sources of 20 parameters
// over two years. They are filed all or none, so they are held in memory.
const MaxFilings = 100_000

// monthSpelling is how people write a month: 2024-06, 2024/6, 2024.06, 202406, 2024年6月.
var monthSpelling = regexp.MustCompile(`^(\d{4})(?:[-/.年])?(\d{1,2})月?$`)

// filings turns rows into filings.
type filings struct {
	run   *run
	cells map[string]int // field to cell
	seen  map[filing.Cell]int
	out   []filing.Filing
	tally Tally
}

// importFilings reads the whole file and files what could be understood.
func (r *run) importFilings(ctx context.Context) error {
	f := filings{run: r, cells: map[string]int{}, seen: map[filing.Cell]int{}}
	at := header{file: r.Path, names: r.table.Columns()}
	for field, column := range r.Mapping.Filing.Columns {
		f.cells[field] = at.find(column)
	}
	if len(at.faults) > 0 {
		return errors.Join(at.faults...)
	}
	err := f.read(ctx)
	r.report.Tally, r.report.Filings = f.tally, len(f.out)
	if err != nil || r.DryRun {
		return err
	}
	if err := r.Filer.File(ctx, f.out); err != nil {
		return err
	}
	r.report.Delivered = int64(len(f.out))
	return r.remember(ctx, f.tally.Rows)
}

// remember marks the file as done. The filings are durable before: a kill in
// between files them once more under the same ids, which changes nothing.
func (r *run) remember(ctx context.Context, rows int64) error {
	if r.Sink == nil {
		return nil
	}
	mark, err := r.doneMark(rows)
	if err == nil {
		_, err = r.Sink.Accept(ctx, reading.Batch{Marks: []reading.Mark{mark}})
	}
	return err
}

func (f *filings) read(ctx context.Context) error {
	for {
		row, err := f.run.next(ctx)
		var bad *Malformed
		switch {
		case errors.Is(err, io.EOF):
			return f.run.whole()
		case errors.As(err, &bad):
			f.tally.Rows++
			err = f.refuse(&bad.Reject, row.Number, "")
		case err == nil:
			f.tally.Rows++
			err = f.row(row)
		}
		if err != nil {
			return err
		}
		if len(f.out) > MaxFilings {
			return fault.Invalid.Say(lang.T("填报值超过 %d 条", "more than %d filed values"), MaxFilings).
				Do(lang.T("按年或按矿拆分文件", "split the file by year or by mine")).At(fault.Place{File: f.run.Path})
		}
	}
}

// text gives a field of a row, from its column or from what is fixed.
func (f *filings) text(row Row, field string) string {
	if i, has := f.cells[field]; has {
		if s := fold(string(row.Cells[i])); s != "" {
			return s
		}
	}
	return f.run.Mapping.Filing.Fixed[field]
}

func (f *filings) refuse(bad *Reject, row int, field string) error {
	f.tally.Rejected++
	column := f.run.Mapping.Filing.Columns[field]
	if column == "" {
		column = field
	}
	return f.run.refused(bad.at(row, column))
}

// row reads one filed value, or says what is wrong with it.
func (f *filings) row(row Row) error {
	number := f.text(row, "quantity")
	if slices.Contains(missingTokens, number) || slices.Contains(f.run.Mapping.Missing, number) {
		f.tally.Missing++
		return nil
	}
	month, ok := monthOf(f.text(row, "month"))
	if !ok {
		return f.refuse(reject([]byte(f.text(row, "month")), lang.T("月份,如 2024-06", "a month such as 2024-06"), lang.T("改正该格", "correct the cell")), row.Number, "month")
	}
	q, err := f.quantity(number, f.text(row, "unit"))
	if err != nil {
		return f.refuse(fromFault(number+" "+f.text(row, "unit"), err), row.Number, "quantity")
	}
	v := filing.Filing{
		ID:       f.id(row),
		Cell:     filing.Cell{Site: f.run.Site, Source: f.text(row, "source"), Parameter: f.text(row, "parameter"), Month: month},
		Quantity: q,
		How:      activity.How(f.text(row, "how")),
		By:       f.run.By,
		At:       f.run.began,
		Note:     f.text(row, "note"),
	}
	if v.How == "" {
		v.How = activity.Filed
	}
	v.Evidence = append(evidence(f.text(row, "evidence")), activity.Evidence{
		Kind: "file", ID: f.run.rejects.file, SHA256: f.run.survey.sha256, Note: fmt.Sprintf("row %d", row.Number),
	})
	unit, err := f.run.Cells(v.Cell)
	if err != nil {
		return f.refuse(fromFault(v.Source+" "+v.Parameter, err), row.Number, "parameter")
	}
	if err := v.Validate(unit); err != nil {
		return f.refuse(fromFault(number+" "+f.text(row, "unit"), err), row.Number, "quantity")
	}
	if first, twice := f.seen[v.Cell]; twice {
		return f.refuse(reject([]byte(v.Source+" "+v.Parameter+" "+v.Month), lang.T("该月只填一次的值(第 %d 行已有)", "a value told once for the month (row %d has it)").Format(first),
			lang.T("删去其中一行", "delete one of the rows")), row.Number, "parameter")
	}
	f.seen[v.Cell] = row.Number
	f.out = append(f.out, v)
	return nil
}

// id names a filing by its file and row, so that a second try is the same one.
func (f *filings) id(row Row) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", f.run.key, row.Number))
	return hex.EncodeToString(sum[:16])
}

// quantity reads a number with the file's decimal mark and a unit, which stands
// in the same cell or in its own.
func (f *filings) quantity(number, unit string) (quantity.Quantity, error) {
	n := f.run.Mapping.Dialect.numeral
	end := strings.LastIndexAny(number, "0123456789") + 1
	if unit != "" || end == len(number) {
		plain, ok := n.ungroup(number)
		if !ok || !decimalText(plain) {
			return quantity.Quantity{}, fault.Invalid.Say(lang.T("读到 %q,应为数", "read %q, expected a number"), number).
				Do(lang.T("改正该格;千分位与小数点在 [file] 中写明", "correct the cell; state the thousands and decimal marks under [file]"))
		}
		number = plain
	}
	return quantity.Parse(strings.TrimSpace(number + " " + unit))
}

// fromFault makes a reject of a fault from another room.
func fromFault(read string, err error) *Reject {
	var first *fault.Fault
	do := lang.T("改正该行", "correct the row")
	if errors.As(err, &first) && !first.Hint.IsZero() {
		do = first.Hint
	}
	return reject(bytes.TrimSpace([]byte(read)), lang.T("可填报的值:%s", "a value that can be filed: %s").
		Format(lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN))), do)
}

func monthOf(s string) (string, bool) {
	m := monthSpelling.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	month := m[1] + "-" + m[2]
	if len(m[2]) == 1 {
		month = m[1] + "-0" + m[2]
	}
	return month, filing.CheckMonth(month) == nil
}

// evidence reads what proves a value: ids or file names, apart by semicolons.
func evidence(s string) []activity.Evidence {
	var out []activity.Evidence
	for id := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '；' }) {
		if id = strings.TrimSpace(id); id != "" {
			out = append(out, activity.Evidence{Kind: "filing", ID: id})
		}
	}
	return out
}
