package dump

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// TableWriter writes the rows of a table as lines of JSON: the table and its
// columns first, then each row as an array of numbers, texts and nulls. Bytes,
// and a text that is not UTF-8, are objects of base64.
type TableWriter struct {
	out     *bufio.Writer
	enc     *json.Encoder
	columns int
	rows    int64
}

// head is the first line of a table.
type head struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// octets is a value that is no text.
type octets struct {
	Bytes []byte `json:"bytes,omitempty"`
	Text  []byte `json:"text,omitempty"` // a text that is not UTF-8
}

// NewTable begins a table.
func NewTable(w io.Writer, table string, columns []string) (*TableWriter, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	t := &TableWriter{out: out, enc: json.NewEncoder(out), columns: len(columns)}
	t.enc.SetEscapeHTML(false)
	return t, t.enc.Encode(head{table, columns})
}

// Write writes a row: int64, string, []byte or nil for each column.
func (t *TableWriter) Write(row []any) error {
	if len(row) != t.columns {
		return fault.Internal.Errorf("dump: a row of %d values, %d columns", len(row), t.columns)
	}
	line := make([]any, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case nil, int64:
			line[i] = v
		case string:
			line[i] = v
			if !utf8.ValidString(v) {
				line[i] = octets{Text: []byte(v)}
			}
		case []byte:
			line[i] = octets{Bytes: v}
			if len(v) == 0 {
				line[i] = struct{}{}
			}
		default:
			return fault.Internal.Errorf("dump: a value of type %T", v)
		}
	}
	t.rows++
	return t.enc.Encode(line)
}

// Close ends the table and tells its rows.
func (t *TableWriter) Close() (int64, error) { return t.rows, t.out.Flush() }

// TableReader reads what a TableWriter wrote.
type TableReader struct {
	Table   string
	Columns []string
	dec     *json.Decoder
	row     int
}

// OpenTable reads the first line of a table.
func OpenTable(r io.Reader) (*TableReader, error) {
	dec := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	dec.UseNumber()
	var h head
	if err := dec.Decode(&h); err != nil || h.Table == "" || len(h.Columns) == 0 {
		return nil, fault.Invalid.Say(lang.T("不是备份的表:%v", "not a table of a backup: %v"), err)
	}
	return &TableReader{Table: h.Table, Columns: h.Columns, dec: dec}, nil
}

// Read gives the next row, or io.EOF.
func (t *TableReader) Read() ([]any, error) {
	t.row++
	var line []json.RawMessage
	if err := t.dec.Decode(&line); errors.Is(err, io.EOF) {
		return nil, io.EOF
	} else if err != nil {
		return nil, t.bad(err)
	}
	if len(line) != len(t.Columns) {
		return nil, t.bad(fmt.Errorf("%d values, %d columns", len(line), len(t.Columns)))
	}
	out := make([]any, len(line))
	for i, raw := range line {
		v, err := valueOf(raw)
		if err != nil {
			return nil, t.bad(err)
		}
		out[i] = v
	}
	return out, nil
}

func (t *TableReader) bad(err error) error {
	return fault.Invalid.Say(lang.T("表 %s 第 %d 行读不懂:%v", "table %s, row %d is not understood: %v"), t.Table, t.row, err)
}

func valueOf(raw json.RawMessage) (any, error) {
	switch {
	case bytes.Equal(raw, []byte("null")):
		return nil, nil //nolint:nilnil // the value is null
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case raw[0] == '{':
		var o octets
		if err := json.Unmarshal(raw, &o); err != nil {
			return nil, err
		}
		if o.Text != nil {
			return string(o.Text), nil
		}
		return append([]byte{}, o.Bytes...), nil
	}
	var n int64
	err := json.Unmarshal(raw, &n)
	return n, err
}

// EachRow walks a table, giving the named columns of each row in their order.
func EachRow(r io.Reader, columns []string, row func([]any) error) error {
	t, err := OpenTable(r)
	if err != nil {
		return err
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		if at[i] = slices.Index(t.Columns, c); at[i] < 0 {
			return fault.Invalid.Say(lang.T("表 %s 没有列 %s", "table %s has no column %s"), t.Table, c)
		}
	}
	picked := make([]any, len(columns))
	for {
		full, err := t.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, n := range at {
			picked[i] = full[n]
		}
		if err := row(picked); err != nil {
			return err
		}
	}
}
