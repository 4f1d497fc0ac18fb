package source

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

// cellsOf reads a text to its end: good rows as "number:a|b", bad ones as "number!".
func cellsOf(tb testing.TB, in io.Reader, d Dialect) []string {
	tb.Helper()
	l := newLines(in, d)
	if err := l.head(); err != nil {
		return []string{"head"}
	}
	var out []string
	for {
		row, err := l.Next()
		var bad *Malformed
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.As(err, &bad):
			out = append(out, strconv.Itoa(bad.Reject.Row)+"!")
		case err != nil:
			tb.Fatal(err)
		default:
			cells := make([]string, len(row.Cells))
			for i, c := range row.Cells {
				cells[i] = string(c)
			}
			out = append(out, strconv.Itoa(row.Number)+":"+strings.Join(cells, "|"))
		}
	}
}

func TestLines(t *testing.T) {
	comma := Dialect{Delimiter: ',', Header: true}
	for _, c := range []struct {
		name string
		d    Dialect
		in   string
		want []string
	}{
		{"plain", comma, "a,b\n1,2\n3,4\n", []string{"2:1|2", "3:3|4"}},
		{"CRLF and no last line end", comma, "a,b\r\n1,2\r\n3,4", []string{"2:1|2", "3:3|4"}},
		{"blank lines", comma, "a,b\n\n1,2\n\r\n3,4\n\n", []string{"3:1|2", "5:3|4"}},
		{"empty cells", comma, "a,b,c\n,,\n1,,3\n", []string{"2:||", "3:1||3"}},
		{"quotes", comma, "a,b\n\"1,5\",\"say \"\"go\"\"\"\n", []string{`2:1,5|say "go"`}},
		{"a row of two lines", comma, "a,b\n\"x\ny\",2\n3,4\n", []string{"2:x\ny|2", "4:3|4"}},
		{"a quote inside a bare cell", comma, "a,b\n5\" pipe,2\n", []string{`2:5" pipe|2`}},
		{"comma at every line's end", comma, "a,b\n1,2,\n3,4,,\n", []string{"2:1|2", "3:3|4"}},
		{"too many cells", comma, "a,b\n1,2,3\n4,5\n", []string{"2!", "3:4|5"}},
		{"too few cells", comma, "a,b\n1\n4,5\n", []string{"2!", "3:4|5"}},
		{"cut off in the last row", comma, "a,b\n1,2\n3", []string{"2:1|2", "3!"}},
		{"a quote never closed costs one row", comma, "a,b\n1,2\n\"3,4\n5,6\n7,8\n", []string{"2:1|2", "3!", "4:5|6", "5:7|8"}},
		{"something behind a quote", comma, "a,b\n\"1\"x,2\n3,4\n", []string{"2!", "3:3|4"}},
		{"two odd quotes far apart", comma, "a,b\n\"1,2\n3,4\n5,\"6\n7,8\n", []string{"2!", "3:3|4", "4!", "5:7|8"}},
		{"comments", Dialect{Delimiter: ',', Names: []string{"a", "b"}, Comment: []string{"@", "%"}}, "@DATA\n% x\n1,2\n", []string{"3:1|2"}},
		{"lines before the header", Dialect{Delimiter: ',', Header: true, Skip: 2}, "title\n\na,b\n1,2\n", []string{"4:1|2"}},
		{"semicolons", Dialect{Delimiter: ';', Header: true}, "a;b\n1,5;2\n", []string{"2:1,5|2"}},
		{"no rows", comma, "a,b\n", nil},
		{"no header", comma, "\n", []string{"head"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				if got := cellsOf(t, in, c.d); !slices.Equal(got, c.want) {
					t.Errorf("rows of %q = %q, want %q", c.in, got, c.want)
				}
			}
		})
	}
}

// TestLongLine leaves a line beyond the limit out and goes on behind it.
func TestLongLine(t *testing.T) {
	long := strings.Repeat("9", 3*MaxRow)
	d := Dialect{Delimiter: ',', Header: true}
	got := cellsOf(t, strings.NewReader("a,b\n1,2\n"+long+"\n3,4\n"), d)
	if want := []string{"2:1|2", "3!", "4:3|4"}; !slices.Equal(got, want) {
		t.Errorf("rows = %q, want %q", got, want)
	}
	if got := cellsOf(t, strings.NewReader("a,b\n1,2\n\""+long), d); !slices.Equal(got, []string{"2:1|2", "3!"}) {
		t.Errorf("rows = %q, want row 2 and a bad row 3", got)
	}
}

// TestUnclosedQuotesStayQuick: each quote is given up after a few lines, so that
// a file full of them does not take the square of its length.
func TestUnclosedQuotesStayQuick(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,b\n")
	const rows = 20_000
	for range rows {
		b.WriteString("\"1,\"\"2\n")
	}
	if got := cellsOf(t, strings.NewReader(b.String()), Dialect{Delimiter: ',', Header: true}); len(got) != rows {
		t.Errorf("%d rows told, want %d", len(got), rows)
	}
}
