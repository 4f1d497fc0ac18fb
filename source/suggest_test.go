package source

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/lang"
	"lingtan/quantity"
)

// mineOfFive are points as a mine names them.
func mineOfFive() []Known {
	kwh, flow := quantity.MustUnit("kWh"), quantity.MustUnit("m3/min")
	return []Known{
		{"main-1-import", lang.T("35 kV 进线 1 正向有功", "35 kV line 1 import"), kwh},
		{"main-2-import", lang.T("35 kV 进线 2 正向有功", "35 kV line 2 import"), kwh},
		{"north-flow", lang.T("北翼抽采混合流量", "north drainage, mixed flow"), flow},
		{"north-ch4", lang.T("北翼抽采甲烷浓度", "north drainage, methane"), quantity.MustUnit("%")},
		{"fans", lang.T("主通风机电量", "main fans"), kwh},
	}
}

func suggested(tb testing.TB, path string) (Head, Suggestion) {
	tb.Helper()
	h, err := Glance(tb.Context(), path, 1<<20)
	if err != nil {
		tb.Fatal(err)
	}
	return h, Suggest(h, mineOfFive(), "Asia/Shanghai")
}

// uses tells the columns short: "time", "north-ch4 %", "-".
func uses(s Suggestion) string {
	var out []string
	for _, c := range s.Columns {
		use := c.Use
		if use == "" {
			use = "-"
		}
		out = append(out, strings.Join(strings.Fields(strings.Join([]string{use, c.Point, c.Field, c.Unit}, " ")), " "))
	}
	return strings.Join(out, "; ")
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name, text string
		uses       string
		has        []string
		open       int
	}{
		{
			"ids as headers", "time,main-1-import,north-ch4,other\n2024-06-01 00:00:00,12.5,31.2,x\n2024-06-01 01:00:00,13.5,31.4,y\n",
			"time; point main-1-import kWh; point north-ch4 %; -",
			[]string{`layouts = ["yyyy-MM-dd HH:mm:ss"]`, `zone = "Asia/Shanghai"`},
			0,
		},
		{
			"Chinese names with units of the file", "采集时间;北翼抽采混合流量(m3/h);北翼甲烷浓度【%】;主通风机电量(MWh)\n2024/6/1 8:00;1200;31,2;5\n2024/6/1 9:15;1201;31;6\n",
			"time; point north-flow m3/h; point north-ch4 %; point fans MWh",
			[]string{`delimiter = ";"`, `yyyy/M/d H:mm`, `unit = "MWh"`},
			0,
		},
		{
			"a title above, numbers with commas", "35 kV 变电所日报\n打印:2024-06-02,,\n日期,时刻,35 kV 进线 1 正向有功\n2024-06-01,00:15,\"1,234.5\"\n2024-06-01,00:30,\"1,236.5\"\n2024-06-01,00:45,\"1,237.5\"\n",
			"time; time; point main-1-import kWh",
			[]string{"skip = 2", `column = ["日期", "时刻"]`, `"yyyy-MM-dd HH:mm"`, `thousands = ","`},
			0,
		},
		{
			"day and month alike", "date,fans\n1/2/2024 0:15,1\n2/2/2024 0:15,2\n", "time; point fans kWh",
			[]string{`# layouts = ["d/M/yyyy H:mm"]`, `# layouts = ["M/d/yyyy H:mm"]`},
			1,
		},
		{"day and month told by the 31st", "date,fans\n1/2/2024 0:15,1\n31/1/2024 0:15,2\n", "time; point fans kWh", []string{`layouts = ["d/M/yyyy H:mm"]`}, 0},
		{
			"long, by names", "测点,时间,数值,状态\n北翼抽采甲烷浓度,2024-06-01 00:00:00,31.2,正常\nfans,2024-06-01 00:00:00,5,断线\n",
			"label; time; value; quality",
			[]string{`points = { "北翼抽采甲烷浓度" = "north-ch4" }`, `good = ["正常"]`, `bad = ["断线"]`},
			0,
		},
		{
			"long, of unknown points and marks", "tag,time,value,quality\nA1,2024-06-01 00:00:00,31.2,weird\n", "label; time; value; quality",
			[]string{`point = "tag"`},
			2,
		},
		{
			"filed values", "月份,排放源,参数,数值,单位,说明\n2024年6月,boiler,fuel,1250.5,t,\n", "field month; field source; field parameter; field quantity; field unit; field note",
			[]string{`kind = "filings"`, `month = "月份"`},
			0,
		},
		{"a unit that does not convert", "time,fans (t)\n2024-06-01 00:00:00,1\n", "time; -", nil, 1},
		{"seconds since 1970", "timestamp,fans\n1717171200,1\n1717174800,2\n", "time; point fans kWh", []string{`layouts = ["unix"]`}, 0},
		{"no times and no points", "a,b\n1,2\n3,4\n", "-; -", []string{"# column"}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, s := suggested(t, write(t, "a.csv", c.text))
			if got := uses(s); got != c.uses {
				t.Errorf("columns are %s, want %s", got, c.uses)
			}
			for _, want := range c.has {
				if !strings.Contains(s.Mapping, want) {
					t.Errorf("the mapping has no %s:\n%s", want, s.Mapping)
				}
			}
			if len(s.Open) != c.open {
				t.Errorf("open are %v, want %d", s.Open, c.open)
			}
			if c.open > 0 {
				return
			}
			if _, err := ParseMapping("suggested.toml", []byte(s.Mapping)); err != nil {
				t.Errorf("the mapping is none: %v\n%s", err, s.Mapping)
			}
		})
	}
}

// TestSuggestedImports makes sure that a file is understood by what was
// suggested for it, encoding and all.
func TestSuggestedImports(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("时间,主通风机电量(MWh),备注\n2024-06-01 00:15,1.5,正常\n2024-06-01 00:30,1.75,检修\n")
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "a.csv", gb)
	_, s := suggested(t, path)
	m, err := ParseMapping("suggested.toml", []byte(s.Mapping))
	if err != nil {
		t.Fatal(err)
	}
	sink := &book{}
	report, err := Import{Path: path, Mapping: m, Sink: sink, Marks: sink, Now: time.Now, Points: points(t, []string{"fans", "kWh"})}.Run(t.Context())
	if err != nil || report.Readings != 2 || report.Rejected != 0 || sink.readings[0].V != 1500 {
		t.Errorf("import by the suggestion: %+v, %v", report, err)
	}
}

// TestGlanceCut makes sure that the beginning of a large file is enough, though
// it ends within a row.
func TestGlanceCut(t *testing.T) {
	var b strings.Builder
	b.WriteString("时间,主通风机电量\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "2024-06-%02d %02d:00:00,%d\n", 1+i/24%28, i%24, i)
	}
	whole := b.String()
	for _, size := range []int{len(whole), glanced, glanced - 1, 100} {
		h, s := suggested(t, write(t, "a.csv", whole[:size]))
		if got := uses(s); got != "time; point fans kWh" || len(h.Rows) > glanceRows {
			t.Errorf("of %d bytes: %s, %d rows", size, got, len(h.Rows))
		}
	}
}

func TestGlanceRefuses(t *testing.T) {
	for name, text := range map[string]string{"binary": "a,b\x00\n1,2\n", "empty": "", "blank": "\n\n"} {
		if h, err := Glance(t.Context(), write(t, "a.csv", text), 1<<20); err == nil {
			t.Errorf("%s: %+v", name, h)
		}
	}
	if _, err := Glance(t.Context(), filepath.Join(t.TempDir(), "none"), 1<<20); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestCutUnit(t *testing.T) {
	for in, want := range map[string][2]string{
		"电量(MWh)": {"电量", "MWh"}, "流量 [m3/min]": {"流量", "m3/min"}, "CH4 %": {"CH4", "%"}, "Usage_kWh": {"Usage", "kWh"}, "甲烷（%）": {"甲烷", "%"},
		"pump_A": {"pump_A", ""}, "进线(1)": {"进线(1)", ""}, "fans": {"fans", ""}, "瓦斯(纯)": {"瓦斯(纯)", ""},
	} {
		if name, unit := cutUnit(in); name != want[0] || unit != want[1] {
			t.Errorf("cutUnit(%q) = %q, %q, want %q", in, name, unit, want)
		}
	}
}

func TestGlanceSheet(t *testing.T) {
	book := excelize.NewFile()
	for cell, value := range map[string]any{
		"A1": "瓦斯抽采泵站 月报", "A3": "时间", "B3": "北翼抽采混合流量(m3/min)", "C3": "备注",
		"A4": 45444.0, "B4": 12.5, "A5": 45444.5, "B5": 12.75, "C5": "检修",
	} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	h, s := suggested(t, path)
	if got := uses(s); got != "time; point north-flow m3/min; -" || h.Skip != 2 || h.Format != XLSX || !strings.Contains(s.Mapping, `layouts = ["excel"]`) {
		t.Errorf("%s of %+v:\n%s", got, h, s.Mapping)
	}
}
