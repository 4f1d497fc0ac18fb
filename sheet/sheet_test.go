package sheet_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/sheet"
)

func TestComesBackUnchanged(t *testing.T) {
	g := grid()
	for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
		data := write(t, g, tag)
		if d, err := compare(data, g); err != nil || len(d.Changes) != 0 || d.Unchanged != 6 {
			t.Errorf("%s: %+v, %v, want no change and 6 cells as they were", tag, d, err)
		}
		if !bytes.Equal(write(t, g, tag), data) {
			t.Errorf("%s: the same grid is written as other bytes", tag)
		}
	}
}

// TestLibreOfficeSaves lets another program open the workbook and save it.
func TestLibreOfficeSaves(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("soffice is missing; install it with: apt-get install -y libreoffice-calc-nogui")
	}
	g, dir := grid(), t.TempDir()
	for _, text := range []string{"0.1", "1234.57", "0.000123", "99999999999.9999", "123456.789012345", "2.2", "1e-9", "7"} {
		row := sheet.Row{ID: "more/" + text, Title: lang.Same(text), Unit: quantity.MustUnit("t"), Units: units("t"), Decimals: 2}
		g.Rows = append(g.Rows, row)
		g.Cells[sheet.Key{Row: row.ID, Month: "2026-01"}] = sheet.Cell{Open: true, Filing: text, Has: true, Value: quantity.MustParse(text + " t")}
	}
	from := filepath.Join(dir, "grid.xlsx")
	if err := os.WriteFile(from, write(t, g, lang.ZH), 0o600); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "saved")
	run := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", saved, from)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(saved, "grid.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := compare(data, g)
	if err != nil || len(d.Changes) != 0 || d.Unchanged != 2*len(g.Rows) {
		t.Errorf("after LibreOffice saved it: %+v, %v", d, err)
	}
	changed := edit(t, data, func(book *excelize.File) error { return book.SetCellValue("填报", "F6", 1300.25) })
	if d, err := compare(changed, g); err != nil || len(d.Changes) != 1 || d.Changes[0].After.String() != "1300.25 t" {
		t.Errorf("changed after LibreOffice saved it: %+v, %v", d, err)
	}
}

func TestChanges(t *testing.T) {
	for _, tt := range []struct {
		name, cell string
		value      any
		want       string // row month before → after, stale, errors
	}{
		{"a number", "F6", 1300.5, "boiler/amount 2026-01 1250.57 t → 1300.5 t"},
		{"binary digits as Excel writes them", "F6", 1234.5699999999999, "boiler/amount 2026-01 1250.57 t → 1234.57 t"},
		{"groups of thousands", "F6", "1,300.5", "boiler/amount 2026-01 1250.57 t → 1300.5 t"},
		{"wide digits", "F6", "１３００．５", "boiler/amount 2026-01 1250.57 t → 1300.5 t"},
		{"in ten thousands", "F6", "1.2 万", "boiler/amount 2026-01 1250.57 t → 12000 t"},
		{"with its unit", "F6", "1.2 kt", "boiler/amount 2026-01 1250.57 t → 1.2 kt"},
		{"the same in other words", "F6", "1,250.570", ""},
		{"zero is a value", "F6", 0, "boiler/amount 2026-01 1250.57 t → 0 t"},
		{"emptied", "F6", "", "boiler/amount 2026-01 1250.57 t → none"},
		{"spaces are none", "F6", "  ", "boiler/amount 2026-01 1250.57 t → none"},
		{"a dash", "F6", "—", "boiler/amount 2026-01 1250.57 t → ?: is not a number"},
		{"words", "F6", "约 1300", "boiler/amount 2026-01 1250.57 t → ?: is not a number"},
		{"another kind of unit", "F6", "5 MWh", "boiler/amount 2026-01 1250.57 t → ?: MWh"},
		{"true", "F6", true, "boiler/amount 2026-01 1250.57 t → ?: holds no number"},
		{"a locked month", "G7", 5, "grid/certificates 2026-02 none → 5 MWh: takes no value now"},
		{"more digits than a number has", "F8", "123456789012345678.6", "gas/vent 2026-01 123456789012345678.5 万Nm3 → 123456789012345678.6 万Nm3"},
		{"another unit for the row", "E6", "万t", "boiler/amount 2026-01 1250.57 t → 1250.57 万t; boiler/amount 2026-02 1/3 t → 0.333333333333333 万t: takes no value now"},
		{"a unit that is none of the row's", "E6", "kg", "boiler/amount 2026-01 1250.57 t → ?: none of the row's; boiler/amount 2026-02 1/3 t → ?: takes no value now, none of the row's"},
		{"a row of somebody else's", "A6", "other/row", "other/row 2026-01 none → ?: no parameter; other/row 2026-02 none → ?: no parameter"},
	} {
		g := grid()
		data := edit(t, write(t, g, lang.ZH), func(book *excelize.File) error { return book.SetCellValue("填报", tt.cell, tt.value) })
		d, err := compare(data, g)
		if got := tell(d); err != nil || got != tt.want {
			t.Errorf("%s: %s, %v\nwant %s", tt.name, got, err, tt.want)
		}
		for _, c := range d.Changes {
			for _, e := range c.Errors {
				if !strings.Contains(e.Error(), c.Address) || !strings.HasPrefix(c.Address, "填报!") || fault.Tell(e, lang.ZH) == fault.Tell(e, lang.EN) {
					t.Errorf("%s: %v does not name %s in both languages", tt.name, e, c.Address)
				}
			}
		}
	}
}

// tell writes a difference in a line; of an error, what the row's fault says.
func tell(d sheet.Diff) string {
	var all []string
	for _, c := range d.Changes {
		before, after := "none", "none"
		if c.Before.Has {
			before = c.Before.Value.String()
		}
		switch {
		case !c.Cleared && c.After.Unit().IsOne():
			after = "?"
		case !c.Cleared:
			after = c.After.String()
		}
		s := fmt.Sprintf("%s %s %s → %s", c.Row, c.Month, before, after)
		if c.Stale {
			s += ", stale"
		}
		var errs []string
		for _, e := range c.Errors {
			for _, say := range []string{"is not a number", "MWh", "holds no number", "takes no value now", "none of the row's", "no parameter", "holds the error"} {
				if strings.Contains(e.Error(), say) {
					errs = append(errs, say)
					break
				}
			}
		}
		if len(c.Errors) > 0 {
			s += ": " + strings.Join(errs, ", ")
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

// TestStale: somebody filed another value since the workbook was written. What
// its reader left alone is no change; what they changed is told as stale.
func TestStale(t *testing.T) {
	g := grid()
	data := write(t, g, lang.ZH)
	now := grid()
	key := sheet.Key{Row: "boiler/amount", Month: "2026-01"}
	now.Cells[key] = sheet.Cell{Open: true, Filing: "newer", Has: true, Value: quantity.MustParse("1400 t")}
	if d, err := compare(data, now); err != nil || len(d.Changes) != 0 {
		t.Errorf("left alone: %s, %v", tell(d), err)
	}
	data = edit(t, data, func(book *excelize.File) error { return book.SetCellValue("填报", "F6", 1300) })
	if d, err := compare(data, now); err != nil || tell(d) != "boiler/amount 2026-01 1400 t → 1300 t, stale" {
		t.Errorf("changed: %s, %v", tell(d), err)
	}
	now.Cells[key] = sheet.Cell{Open: true, Filing: "newer", Has: true, Value: quantity.MustParse("1300 t")}
	if d, err := compare(data, now); err != nil || len(d.Changes) != 0 {
		t.Errorf("changed to what somebody filed meanwhile: %s, %v", tell(d), err)
	}
}

func TestFormulas(t *testing.T) {
	g := grid()
	data := write(t, g, lang.EN)
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if f, err := book.GetCellFormula("Filing", "C8"); err != nil || f != "" {
		t.Errorf("a row's name became the formula %q, %v", f, err)
	}
	if text, err := book.GetCellValue("Filing", "C8"); err != nil || text != "=1+1" {
		t.Errorf("a row's name is %q, %v", text, err)
	}
	id, err := book.GetCellStyle("Filing", "C8")
	if err != nil || book.Styles.CellXfs.Xf[id].QuotePrefix == nil || !*book.Styles.CellXfs.Xf[id].QuotePrefix {
		t.Errorf("the name would become a formula when it is edited: %v", err)
	}
	computed := edit(t, data, func(book *excelize.File) error {
		if err := book.SetCellValue("Filing", "F6", 1300); err != nil {
			return err
		}
		return book.SetCellFormula("Filing", "F6", "1000+300")
	})
	if d, err := compare(computed, g); err != nil || tell(d) != "boiler/amount 2026-01 1250.57 t → 1300 t" {
		t.Errorf("a formula with its value: %s, %v", tell(d), err)
	}
}

// TestProtected: all but what may be filed is locked, and nothing else is.
func TestProtected(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, grid(), lang.ZH)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for cell, open := range map[string]bool{"A6": false, "C6": false, "E6": true, "E7": false, "F6": true, "F7": true, "G6": false, "F4": false, "B2": false} {
		id, err := book.GetCellStyle("填报", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil || style.Protection.Locked == open {
			t.Errorf("%s: %+v, %v, want open %v", cell, style.Protection, err, open)
		}
	}
	lists, err := book.GetDataValidations("填报")
	if err != nil || len(lists) != 2 || lists[0].Sqref != "E6" || !strings.Contains(lists[0].Formula1, "t,万t") {
		t.Errorf("lists %+v, %v", lists, err)
	}
	if visible, err := book.GetSheetVisible("lingtan"); err != nil || visible {
		t.Errorf("the stamps are seen: %v, %v", visible, err)
	}
	if shown, err := book.GetColVisible("填报", "A"); err != nil || shown {
		t.Errorf("the keys are seen: %v, %v", shown, err)
	}
}

// TestMoved: rows and columns keep their keys wherever they go.
func TestMoved(t *testing.T) {
	g := grid()
	data := edit(t, write(t, g, lang.ZH), func(book *excelize.File) error {
		if err := book.UnprotectSheet("填报"); err != nil {
			return err
		}
		if err := book.InsertRows("填报", 7, 2); err != nil {
			return err
		}
		if err := book.InsertCols("填报", "F", 1); err != nil {
			return err
		}
		return book.SetCellValue("填报", "G9", 5)
	})
	if d, err := compare(data, g); err != nil || tell(d) != "grid/certificates 2026-01 0.1 MWh → 5 MWh" || d.Unchanged != 5 {
		t.Errorf("%s, %d unchanged, %v", tell(d), d.Unchanged, err)
	}
	twice := edit(t, write(t, g, lang.ZH), func(book *excelize.File) error { return book.SetCellValue("填报", "A7", "boiler/amount") })
	if _, err := compare(twice, g); err == nil || !strings.Contains(err.Error(), "rows 6 and 7") {
		t.Errorf("one parameter twice: %v", err)
	}
}

func TestRefused(t *testing.T) {
	g := grid()
	whole := write(t, g, lang.ZH)
	elsewhere := g
	elsewhere.Site = "beiyuan"
	stranger := edit(t, whole, func(book *excelize.File) error { return book.DeleteSheet("lingtan") })
	bare := edit(t, whole, func(book *excelize.File) error { return book.SetCellValue("填报", "A1", "") })
	wide := edit(t, whole, func(book *excelize.File) error { return book.SetCellValue("填报", "ZZ9", 1) })
	tall := edit(t, whole, func(book *excelize.File) error { return book.SetCellValue("填报", "F10001", 1) })
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"another mine's":   {write(t, elsewhere, lang.ZH), `"beiyuan", not of qingling`},
		"no stamps":        {stranger, "not a filing workbook"},
		"no keys":          {bare, "not a filing workbook"},
		"cut off":          {whole[:len(whole)/2], "damaged"},
		"no workbook":      {[]byte("1250.5"), "damaged"},
		"too many columns": {wide, "more than 10000 rows or 200 columns"},
		"too many rows":    {tall, "more than 10000 rows or 200 columns"},
		"beyond its size":  {make([]byte, sheet.MaxSize+1), "larger than 10 MB"},
	} {
		if _, err := compare(tt.data, g); err == nil || !strings.Contains(err.Error(), tt.says) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want %s", name, err, tt.says)
		}
	}
	macro := edit(t, whole, func(book *excelize.File) error { book.Pkg.Store("xl/vbaProject.bin", []byte("x")); return nil })
	if _, err := compare(macro, g); err == nil || !strings.Contains(err.Error(), "macros") {
		t.Errorf("macros: %v", err)
	}
}

// large is a grid of so many rows over a year.
func large(rows int) sheet.Grid {
	g := sheet.Grid{Site: "qingling", Name: lang.T("青岭矿", "Qingling"), Made: made, Cells: map[sheet.Key]sheet.Cell{}}
	for m := 1; m <= 12; m++ {
		g.Months = append(g.Months, sheet.Month{Month: fmt.Sprintf("2026-%02d", m), State: lang.T("草稿", "draft")})
	}
	for r := range rows {
		row := sheet.Row{ID: fmt.Sprintf("source-%d/amount", r), Group: lang.T("燃料", "Fuel"), Title: lang.Same(fmt.Sprint("row ", r)), Unit: quantity.MustUnit("t"), Units: units("t"), Decimals: 2}
		g.Rows = append(g.Rows, row)
		for _, m := range g.Months {
			g.Cells[sheet.Key{Row: row.ID, Month: m.Month}] = sheet.Cell{Open: true, Filing: fmt.Sprint("f", r), Has: true, Value: quantity.Int(int64(r)*100+int64(len(m.Month)), row.Unit)}
		}
	}
	return g
}

func BenchmarkWrite200x12(b *testing.B) {
	g := large(200)
	for b.Loop() {
		b.ReportMetric(float64(len(write(b, g, lang.ZH))), "bytes")
	}
}

func BenchmarkCompare200x12(b *testing.B) { benchmarkCompare(b, 200) }

func BenchmarkCompare9990x12(b *testing.B) { benchmarkCompare(b, 9_990) }

func benchmarkCompare(b *testing.B, rows int) {
	b.Helper()
	g := large(rows)
	data := write(b, g, lang.ZH)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := compare(data, g); err != nil || len(d.Changes) != 0 || d.Unchanged != 12*rows {
			b.Fatalf("%d changes, %d unchanged, %v", len(d.Changes), d.Unchanged, err)
		}
	}
}
