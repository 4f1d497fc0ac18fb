package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"lingtan/fault"
	"lingtan/lang"
)

// parquetRows is how many rows are decoded at once.
const parquetRows = 512

// stampLayouts are how a typed instant of a Parquet file is spelt as a cell:
// with Z where it is one, without where the file means a local clock.
var stampLayouts = []string{"rfc3339", "yyyy-MM-ddTHH:mm:ss", "unix_ms"} //nolint:gochecknoglobals // a constant table

// groups is a table of the row groups of a Parquet file, whose columns must be
// flat. Cells are spelt out, so that one reader of numbers and times serves
// all formats; the shortest spelling of a float64 reads back as that float64.
type groups struct {
	file    *os.File
	pending []parquet.RowGroup
	rows    parquet.Rows
	columns []string
	spell   []speller
	buf     []parquet.Row
	have    []parquet.Row // decoded and not yet handed out
	number  int
	text    []byte
	ends    []int
	cells   [][]byte
}

// speller appends a value of one column as text.
type speller func(text []byte, v parquet.Value) []byte

func openParquet(path string) (t *groups, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	defer recovered(&err)
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", path, err)
	}
	in, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return nil, damaged("Parquet", err)
	}
	t = &groups{file: f, pending: in.RowGroups(), buf: make([]parquet.Row, parquetRows)}
	return t, t.schema(in.Root())
}

// recovered makes a fault of a panic: the decoder trusts the lengths that a
// damaged page claims.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = damaged("Parquet", fmt.Errorf("%v", p))
	}
}

func (t *groups) schema(root *parquet.Column) error {
	for _, c := range root.Columns() {
		if !c.Leaf() || c.Repeated() {
			return fault.Invalid.Say(lang.T("列 %s 是嵌套或重复的", "column %s is nested or repeated"), c.Name()).
				Do(lang.T("导出为平表", "export a flat table")).At(fault.Place{Column: c.Name()})
		}
		t.columns = append(t.columns, c.Name())
		t.spell = append(t.spell, spellerOf(c.Type()))
	}
	return nil
}

// spellerOf tells how values of a type are spelt.
func spellerOf(t parquet.Type) speller {
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.TimestampType:
			return stampSpeller(l.Unit.Value.Duration(), l.IsAdjustedToUTC)
		case *format.DecimalType:
			if t.Kind() == parquet.Int32 || t.Kind() == parquet.Int64 {
				return decimalSpeller(int(l.Scale))
			}
		}
	}
	if old := t.ConvertedType(); old != nil && *old == deprecated.TimestampMillis {
		return stampSpeller(time.Millisecond, true)
	} else if old != nil && *old == deprecated.TimestampMicros {
		return stampSpeller(time.Microsecond, true)
	}
	switch t.Kind() {
	case parquet.Int32:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendInt(b, int64(v.Int32()), 10) }
	case parquet.Int64:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendInt(b, v.Int64(), 10) }
	case parquet.Float:
		return func(b []byte, v parquet.Value) []byte {
			return strconv.AppendFloat(b, float64(v.Float()), 'g', -1, 32)
		}
	case parquet.Double:
		return func(b []byte, v parquet.Value) []byte { return strconv.AppendFloat(b, v.Double(), 'g', -1, 64) }
	case parquet.Int96:
		return spellInt96
	case parquet.Boolean, parquet.ByteArray, parquet.FixedLenByteArray:
	}
	return func(b []byte, v parquet.Value) []byte { return v.AppendBytes(b) }
}

func stampSpeller(unit time.Duration, utc bool) speller {
	layout := "2006-01-02T15:04:05.000"
	if utc {
		layout += "Z"
	}
	perSecond := int64(time.Second / unit)
	return func(b []byte, v parquet.Value) []byte {
		n := v.Int64()
		return time.Unix(n/perSecond, n%perSecond*int64(unit)).UTC().AppendFormat(b, layout)
	}
}

func decimalSpeller(scale int) speller {
	return func(b []byte, v parquet.Value) []byte {
		n := v.Int64()
		if v.Kind() == parquet.Int32 {
			n = int64(v.Int32())
		}
		digits := strconv.FormatInt(n, 10)
		sign := ""
		if n < 0 {
			sign, digits = "-", digits[1:]
		}
		if lack := scale + 1 - len(digits); lack > 0 {
			digits = strings.Repeat("0", lack) + digits
		}
		whole := len(digits) - scale
		return append(b, sign+digits[:whole]+"."+digits[whole:]...)
	}
}

// spellInt96 spells the instant that older writers put into twelve bytes:
// nanoseconds of the day, then the Julian day (2,440,588 is 1970-01-01).
func spellInt96(b []byte, v parquet.Value) []byte {
	n := v.Int96()
	nanos := int64(n[1])<<32 | int64(n[0])
	at := time.Unix((int64(n[2])-2_440_588)*86_400, nanos)
	return at.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
}

// Columns are the names of the cells.
func (t *groups) Columns() []string { return t.columns }

// Next yields the next row.
func (t *groups) Next() (row Row, err error) {
	if len(t.have) == 0 {
		if err := t.fill(); err != nil {
			return Row{}, err
		}
	}
	values := t.have[0]
	t.have = t.have[1:]
	t.number++
	row.Number = t.number
	t.text, t.ends, t.cells = t.text[:0], t.ends[:0], t.cells[:0]
	for i, v := range values {
		if i >= len(t.spell) {
			break
		}
		if !v.IsNull() {
			t.text = t.spell[i](t.text, v)
		}
		t.ends = append(t.ends, len(t.text))
	}
	from := 0
	for _, end := range t.ends {
		t.cells = append(t.cells, t.text[from:end])
		from = end
	}
	if len(t.cells) != len(t.columns) {
		return row, malformed(t.number, nil, lang.T("%d 格", "%d cells").Format(len(t.columns)), lang.T("重新导出该文件", "export the file again"))
	}
	row.Cells = t.cells
	return row, nil
}

// fill decodes further rows.
func (t *groups) fill() (err error) {
	defer recovered(&err)
	for {
		if t.rows == nil {
			if len(t.pending) == 0 {
				return io.EOF
			}
			t.rows, t.pending = t.pending[0].Rows(), t.pending[1:]
		}
		n, err := t.rows.ReadRows(t.buf)
		if n > 0 {
			t.have = t.buf[:n]
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return damaged("Parquet", err)
		}
		if err := t.rows.Close(); err != nil {
			return damaged("Parquet", err)
		}
		t.rows = nil
	}
}

// Close closes the file.
func (t *groups) Close() error {
	if t.rows != nil {
		_ = t.rows.Close()
	}
	return t.file.Close()
}
