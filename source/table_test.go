package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const wideMapping = `
[mapping]
kind = "readings"
[file]
%s
[time]
column = "时间"
layouts = ["excel", "yyyy-MM-dd HH:mm", "rfc3339"]
[[column]]
name = "主变 电量"
point = "main"
unit = "MWh"
`

func wide(tb testing.TB, file string) *Mapping {
	tb.Helper()
	return mapping(tb, strings.Replace(wideMapping, "%s", file, 1))
}

// bring imports a file and gives its readings.
func bring(tb testing.TB, path string, m *Mapping) (*book, Report, error) {
	tb.Helper()
	sink := &book{}
	report, err := Import{
		Path: path, Mapping: m, Sink: sink, Marks: sink, Now: time.Now, Lang: lang.ZH,
		Points: points(tb, []string{"main", "kWh"}),
	}.Run(tb.Context())
	return sink, report, err
}

// wantMain holds two readings of a quarter of an hour in kWh.
func wantMain(tb testing.TB, sink *book, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	start := time.Date(2024, 5, 31, 16, 15, 0, 0, time.UTC).UnixMilli()
	if len(sink.readings) != 2 || sink.readings[0].T != start || sink.readings[0].V != 1500 ||
		sink.readings[1].T != start+900_000 || sink.readings[1].V != 1750.5 {
		tb.Errorf("readings %+v, want 1500 and 1750.5 kWh from %d", sink.readings, start)
	}
}

const chineseCSV = "时间,主变 电量,备注\n2024-06-01 00:15,1.5,正常\n2024-06-01 00:30,1.7505,\"检修,已恢复\"\n"

func TestEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(chineseCSV)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, file string }{
		{"UTF-8", chineseCSV, ""},
		{"UTF-8 with its mark and CRLF", "\ufeff" + strings.ReplaceAll(chineseCSV, "\n", "\r\n"), ""},
		{"GB18030 found out", gb, ""},
		{"GB18030 told", gb, `encoding = "gb18030"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sink, _, err := bring(t, write(t, "a.csv", c.text), wide(t, c.file))
			wantMain(t, sink, err)
		})
	}
	// Chinese that begins only behind the first buffer is found out as well.
	late := strings.Repeat("#\n", 600<<10) + gb
	sink, _, err := bring(t, write(t, "late.csv", late), wide(t, `comment = ["#"]`))
	wantMain(t, sink, err)
	// A rune that the survey's buffer cuts in two is a rune all the same.
	for shift := range 3 {
		cut := "#" + strings.Repeat("x", shift) + strings.Repeat("中", 500_000) + "\n"
		_, report, err := bring(t, write(t, "cut.csv", strings.ReplaceAll(cut, "中中中中", "中\n#中")+chineseCSV), wide(t, `comment = ["#"]`))
		if err != nil || report.Encoding != "utf-8" || report.Readings != 2 {
			t.Errorf("shifted by %d: %s, %d readings (%v), want utf-8 and 2", shift, report.Encoding, report.Readings, err)
		}
	}
}

// workbook makes a workbook whose second sheet holds the table.
func workbook(tb testing.TB, from1904 bool) string {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewSheet("数据"); err != nil {
		tb.Fatal(err)
	}
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}); err != nil {
		tb.Fatal(err)
	}
	day := 45444.0
	if from1904 {
		day -= 1462 // days from 1899-12-30 to 1904-01-01
	}
	for cell, v := range map[string]any{
		"A1": "某矿电量", "A3": "时间", "B3": "主变 电量", "C3": "备注",
		"A4": day + 15.0/1440, "B4": 1.5, "C4": "正常", "A5": "2024-06-01 00:30", "B5": "1.7505", "A7": "2024-06-01 00:45",
	} {
		if err := f.SetCellValue("数据", cell, v); err != nil {
			tb.Fatal(err)
		}
	}
	path := filepath.Join(tb.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestWorkbook(t *testing.T) {
	for _, from1904 := range []bool{false, true} {
		sink, report, err := bring(t, workbook(t, from1904), wide(t, "sheet = \"数据\"\nskip = 2"))
		wantMain(t, sink, err)
		if report.Missing != 1 || report.Rows != 3 {
			t.Errorf("%d rows, %d missing, want 3 and 1", report.Rows, report.Missing)
		}
	}
}

// TestLongWorkbook reads an export of a monitoring system: times in two columns,
// the system's own names of points, marks of quality and of a silent sensor.
func TestLongWorkbook(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", "历史数据"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{
		{"安全监控系统历史数据"},
		{"导出时间 2024-06-02"},
		{"测点", "日期", "时刻", "数值", "状态"},
		{"001A01", "2024-06-01", "00:00:30", 0.31, "正常"},
		{"001A02", "2024-06-01", "00:00:30", 9999, "断线"},
		{"001A01", "2024/6/1", "0:01:00", "0.32", "标校"},
		{"001A02", "2024/6/1", "0:01:00", 0.5, "故障"},
	} {
		if err := f.SetSheetRow("历史数据", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	sink := &book{}
	r, err := Import{
		Path: path, Mapping: mappingFile(t, "long_xlsx.toml"), Sink: sink, Now: time.Now,
		Points: points(t, []string{"ch4-north", "%"}, []string{"ch4-south", "%"}),
	}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2024, 5, 31, 16, 0, 30, 0, time.UTC).UnixMilli()
	want := []reading.Reading{
		{Series: 1, T: first, V: 0.31}, {Series: 1, T: first + 30_000, V: 0.32, Q: reading.Suspect}, {Series: 2, T: first + 30_000, V: 0.5, Q: reading.Bad},
	}
	if !slices.Equal(sink.readings, want) || r.Missing != 1 {
		t.Errorf("readings %+v, %d missing, want %+v and one missing", sink.readings, r.Missing, want)
	}
}

// bomb is a packed file that claims to unpack into more than the limit.
func bomb(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, UncompressedSize64: MaxUnpacked + 1}); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestBadFiles(t *testing.T) {
	sheet, err := os.ReadFile(workbook(t, false))
	if err != nil {
		t.Fatal(err)
	}
	columns, err := os.ReadFile(parquetFile(t))
	if err != nil {
		t.Fatal(err)
	}
	damagedColumns := bytes.Clone(columns)
	for i := 4; i < 40; i++ {
		damagedColumns[i] ^= 0xff
	}
	for _, c := range []struct{ name, text, file, zh, en string }{
		{"empty", "", "", "空的", "empty"},
		{"binary", "\x7fELF\x02\x00\x01", "", "不是文本文件", "binary"},
		{"old workbook", "\xd0\xcf\x11\xe0 and so on", "", "旧式 XLS", "old XLS"},
		{"UTF-16", "\xff\xfea\x00", "", "UTF-16", "UTF-16"},
		{"gzip", "\x1f\x8b\x08", "", "gzip", "gzip"},
		{"cut-off workbook", string(sheet[:len(sheet)/2]), "", "截断", "cut off"},
		{"workbook that is none", "PK\x03\x04 nothing", "", "截断", "cut off"},
		{"bomb", string(bomb(t)), "", "解压后过大", "unpacks to too much"},
		{"no such sheet", string(sheet), `sheet = "另表"`, "没有工作表", "no sheet"},
		{"cut-off parquet", string(columns[:len(columns)/2]), "", "截断", "cut off"},
		{"damaged parquet", string(damagedColumns), "", "损坏", "damaged"},
		{"another format than the mapping says", chineseCSV, `format = "xlsx"`, "内容却是 csv", "content is csv"},
		{"another encoding than the mapping says", "\xb5\xe7,\xc1\xbf\n", `encoding = "utf-8"`, "内容却不是", "content is not"},
		{"no such column", "time,value\n1,2\n", "", "没有列", "no column"},
		{"a column twice", "时间,主变 电量,主变 电量\n1,2,3\n", "", "出现多次", "more than once"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, "a.dat", c.text)
			sink, _, err := bring(t, path, wide(t, c.file))
			if err == nil {
				t.Fatal("was not refused")
			}
			zh, en := fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN)
			if !strings.Contains(zh, c.zh) || !strings.Contains(en, c.en) || !strings.Contains(en, "a.dat") || fault.KindOf(err) != fault.Invalid {
				t.Errorf("said %q and %q, want %q and %q with the file's name", zh, en, c.zh, c.en)
			}
			if len(sink.readings) > 0 || len(sink.marks) > 0 {
				t.Errorf("%d readings were written", len(sink.readings))
			}
			if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestTooLarge refuses a file by its size, before it is read: a sparse one of 5 GB.
func TestTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(5 << 30); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, _, err = bring(t, path, wide(t, ""))
	if said := fault.Tell(err, lang.EN); !strings.Contains(said, "file of 5368709120 bytes, the limit is 4294967296") || !strings.Contains(said, "split") {
		t.Errorf("said %q", said)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %s, so it was read", took)
	}
	if _, _, err := bring(t, t.TempDir(), wide(t, "")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a folder: %v", err)
	}
	if _, _, err := bring(t, path+"x", wide(t, "")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
}
