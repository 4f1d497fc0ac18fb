package dump

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestTableRoundTrip: every value comes back as it went, a text that is not
// UTF-8 and bytes that are none among them.
func TestTableRoundTrip(t *testing.T) {
	value := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return append([]byte{}, b...) }),
		rapid.Just[any]("\xff\xfe"), rapid.Just[any]("<&>\u2028"), rapid.Just[any](`{"bytes":"x"}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(value, 3, 3), 0, 20).Draw(t, "rows")
		var out bytes.Buffer
		w, err := NewTable(&out, "things", []string{"a", "b", "c"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := w.Close(); err != nil || n != int64(len(rows)) || bytes.Count(out.Bytes(), []byte("\n")) != len(rows)+1 {
			t.Fatalf("%d rows, %v", n, err)
		}
		r, err := OpenTable(&out)
		if err != nil || r.Table != "things" || len(r.Columns) != 3 {
			t.Fatal(r, err)
		}
		for _, want := range rows {
			got, err := r.Read()
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%#v came back as %#v, %v", want, got, err)
			}
		}
		if _, err := r.Read(); !errors.Is(err, io.EOF) {
			t.Fatalf("behind the last row: %v", err)
		}
	})
}

func TestTableRefuses(t *testing.T) {
	w, err := NewTable(io.Discard, "things", []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	if w.Write([]any{1.5}) == nil || w.Write([]any{"a", "b"}) == nil {
		t.Error("wrote a row that no table has")
	}
	for _, head := range []string{"", "{}", `{"table":"x"}`, `["x"]`} {
		if _, err := OpenTable(strings.NewReader(head)); err == nil {
			t.Errorf("took %q for a table", head)
		}
	}
	for _, row := range []string{`[1]`, `[1,2,3]`, `[1.5,2]`, `[true,2]`, `[[1],2]`, `{"a":1}`, `[1,`} {
		r, err := OpenTable(strings.NewReader("{\"table\":\"x\",\"columns\":[\"a\",\"b\"]}\n" + row))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Read(); err == nil || !strings.Contains(err.Error(), "row 1") {
			t.Errorf("%s was read as %v, %v", row, got, err)
		}
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("{\"table\":\"x\",\"columns\":[\"a\"]}\n[{\"bytes\":\"AA==\"}]\n[null]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := OpenTable(bytes.NewReader(data))
		if err != nil {
			return
		}
		for range 100 {
			row, err := r.Read()
			if err != nil {
				return
			}
			if len(row) != len(r.Columns) {
				t.Fatalf("%d values of %d columns", len(row), len(r.Columns))
			}
		}
	})
}
