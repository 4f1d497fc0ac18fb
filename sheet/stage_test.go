package sheet_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/sheet"
)

var made = time.Date(2026, 4, 2, 4, 0, 0, 0, time.UTC)

func units(words ...string) (out []quantity.Unit) {
	for _, w := range words {
		out = append(out, quantity.MustUnit(w))
	}
	return out
}

// grid is three rows of two months: January is open, February is not, and what
// stands has every sort of number.
func grid() sheet.Grid {
	g := sheet.Grid{
		Site: "qingling", Name: lang.T("青岭矿", "Qingling"), Made: made,
		Months: []sheet.Month{{"2026-01", lang.T("草稿", "draft")}, {"2026-02", lang.T("已锁定", "locked")}},
		Rows: []sheet.Row{
			{ID: "boiler/amount", Group: lang.T("燃料", "Fuel"), Title: lang.T("锅炉用煤", "boiler coal"), Unit: quantity.MustUnit("t"), Units: units("t", "万t"), Decimals: 2, Note: lang.T("过磅单", "weighbill")},
			{ID: "grid/certificates", Group: lang.T("电力", "Power"), Title: lang.T("绿证", "certificates"), Unit: quantity.MustUnit("MWh"), Units: units("MWh"), Decimals: 3},
			{ID: "gas/vent", Group: lang.T("瓦斯", "Gas"), Title: lang.T(`=HYPERLINK("http://x","抽采")`, "=1+1"), Unit: quantity.MustUnit("万Nm3"), Units: units("万Nm3"), Decimals: 4},
		},
		Cells: map[sheet.Key]sheet.Cell{},
	}
	for i, text := range []string{"1250.57 t", "0.1 MWh", "123456789012345678.5 万Nm3"} {
		g.Cells[sheet.Key{Row: g.Rows[i].ID, Month: "2026-01"}] = sheet.Cell{Open: true, Filing: "f" + g.Rows[i].ID, Has: true, Value: quantity.MustParse(text)}
		g.Cells[sheet.Key{Row: g.Rows[i].ID, Month: "2026-02"}] = sheet.Cell{Filing: "g" + g.Rows[i].ID, Has: i != 1, Value: quantity.MustParse(text)}
	}
	third := g.Cells[sheet.Key{Row: "boiler/amount", Month: "2026-02"}]
	third.Value = quantity.MustParse("1/3 t")
	g.Cells[sheet.Key{Row: "boiler/amount", Month: "2026-02"}] = third
	return g
}

func write(tb testing.TB, g sheet.Grid, tag lang.Tag) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := sheet.Write(&out, g, tag); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// edit changes a workbook as its reader would.
func edit(tb testing.TB, data []byte, change func(book *excelize.File) error) []byte {
	tb.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	defer book.Close()
	if err := change(book); err != nil {
		tb.Fatal(err)
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func compare(data []byte, now sheet.Grid) (sheet.Diff, error) {
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return sheet.Diff{}, err
	}
	defer book.Close()
	return book.Compare(now)
}
