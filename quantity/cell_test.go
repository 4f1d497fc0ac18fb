package quantity_test

import (
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/quantity"
)

func TestParseCell(t *testing.T) {
	f := func(text, row, want string) {
		t.Helper()
		got, err := quantity.ParseCell(text, quantity.MustUnit(row))
		if err != nil || got.String() != want {
			t.Errorf("ParseCell(%q, %s) = %v, %v, want %s", text, row, got, err, want)
		}
	}
	f("1250.5", "t", "1250.5 t")
	f(" 1,250.50\t", "t", "1250.5 t")
	f("1 250 300", "t", "1250300 t")
	f("1\u00a0250", "t", "1250 t")
	f("1'250.5", "t", "1250.5 t")
	f("１，２５０．５", "t", "1250.5 t")
	f("－35", "t", "-35 t")
	f("(35)", "t", "-35 t")
	f("(1,035.5) t", "t", "-1035.5 t")
	f("1.2万", "t", "12000 t")
	f("1.2 万", "t", "12000 t")
	f("1.2 万t", "t", "1.2 万t")
	f("1.2万吨", "t", "1.2 万t")
	f("3亿", "kWh", "300000000 kWh")
	f("3.5 亿千瓦时", "MWh", "3.5 亿kWh")
	f("5千", "t", "5000 t")
	f("5千克", "t", "5 kg")
	f("2千万", "t", "20000000 t")
	f("3.5", "万Nm3", "3.5 万Nm3")
	f("3.5 万", "万Nm3", "3.5 万Nm3")
	f("35千", "万t", "3.5 万t")
	f("1.2 亿", "万kWh", "12000 万kWh")
	f("1.25E+03", "t", "1250 t")
	f("12.", "t", "12 t")
	f(".5", "t", "0.5 t")
	f("0", "t", "0 t")
	f("98.5%", "%", "98.5 %")
	f("98.5 %", "", "98.5 %")
	f("\ufeff12\u200b", "t", "12 t")
	f("+7", "", "7")
}

func TestParseCellRefuses(t *testing.T) {
	f := func(text, row, en string) {
		t.Helper()
		got, err := quantity.ParseCell(text, quantity.MustUnit(row))
		if fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), en) {
			t.Errorf("ParseCell(%q, %s) = %v, %v, want a fault with %q", text, row, got, err, en)
		}
	}
	for _, text := range []string{
		"", " ", "-", "—", "/", "无", "n/a", "#REF!", "1,25", "12,34,567", "1,2500", "1234,5", "1.2.3", "1 25", "1/2", "1 / 2", "2026-01-05", "8:30", "--5", "(-5)", "(5", "1e999", "1e", "=1+1", "万",
		strings.Repeat("9", 31), "1e70", "1e-40", strings.Repeat("9", 28) + "千万", strings.Repeat("1", 201), "1;2",
	} {
		f(text, "t", "")
	}
	f("5 GJ", "t", "wrong dimension")
	f("5 m3@20C", "Nm3", "wrong gas state")
	f("5 tt", "t", "tt")
}

// FuzzParseCell: whatever is pasted, what is taken for a quantity is one of the
// row's kind and reads the same once more.
func FuzzParseCell(f *testing.F) {
	for _, text := range []string{"1,250.5", "1.2万吨", "(3)", "１２", "1e5 kg", "3 亿", "-0.0%", "1 234", "百万"} {
		f.Add(text)
	}
	row := quantity.MustUnit("t")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := quantity.ParseCell(text, row)
		if err != nil {
			return
		}
		if _, err := q.In(row); err != nil {
			t.Fatalf("ParseCell(%q) = %s, which is no amount in t", text, q)
		}
		again, err := quantity.ParseCell(q.String(), row)
		if err != nil || !again.Equal(q) {
			t.Fatalf("ParseCell(%q) = %s, which reads as %v, %v", text, q, again, err)
		}
	})
}
