package source

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/reading"
)

// The points of the example file.
const (
	pumpFlow = "14000000000102MN0040PUMP1Q"
	pumpGas  = "14000000000102MN0022PUMP1C"
	shaftGas = "14000000000101MN0001RETURN"
	fanState = "14000000000101KG1010FAN1"
)

var batchAt = time.Date(2026, 3, 2, 8, 0, 0, 0, time.FixedZone("", 8*3600))

func kj(table string, minute int, records ...[]string) MTT1201File {
	return MTT1201File{Mine: "140000000001", Name: "青岭矿", Table: table, At: batchAt.Add(time.Duration(minute) * time.Minute), Records: records}
}

func live(code, value, unit, state string, minute int) []string {
	return []string{code, "", "泵站", value, unit, state, batchAt.Add(time.Duration(minute) * time.Minute).Format(time.DateTime)}
}

// kjBench is a mine with the example device on a folder of its own.
func kjBench(t *testing.T, replace ...string) (b *bench, l *Line, folder string) {
	t.Helper()
	b = newBench(t, "pump-1-q", "m3@work:wet/h", "pump-1-c", "fraction", "shaft-1-c", "%", "fan-1-state", "1", "station-1-run", "1")
	folder = t.TempDir()
	file, err := os.ReadFile("testdata/devices/mtt1201.toml")
	if err != nil {
		t.Fatal(err)
	}
	all := append([]string{"/srv/ftp/kj\"          #", folder + "\"\npoll = \"100 ms\" #"}, replace...)
	return b, b.line(t, "kj", strings.NewReplacer(all...).Replace(string(file))), folder
}

func drop(t *testing.T, folder string, files ...MTT1201File) {
	t.Helper()
	for _, f := range files {
		if err := f.Drop(folder); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMTT1201(t *testing.T) {
	b, l, folder := kjBench(t)
	// Definitions in GB18030, live values in UTF-8, statistics, states, and tables without values.
	define := kj("CDDY", 0,
		[]string{pumpFlow, "抽采", "S01", "管道流量", "MN", "m³/min", "200", "0"},
		slices.Concat([]string{fanState, "", "", "", "KG", ""}, make([]string, 10), []string{"开", "停"}))
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(define.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "vendor_"+define.FileName()), gb, 0o600); err != nil {
		t.Fatal(err)
	}
	day := filepath.Join(folder, "20260302")
	if err := os.Mkdir(day, 0o700); err != nil {
		t.Fatal(err)
	}
	at := func(minute int) string { return batchAt.Add(time.Duration(minute) * time.Minute).Format(time.DateTime) }
	drop(t, day,
		kj("CDSS", 1, live(pumpFlow, "120.5", "m3/min", "0", 1), live(pumpGas, "42", "%", "1", 1), live(fanState, "开", "", "0", 1),
			live("14000000000102MN0037PURE", "50.6", "m3/min", "0", 1), live("14000000000101MN0015VOLT", "660", "V", "0", 1)),
		kj("TJSJ", 5, []string{shaftGas, "环境瓦斯", "回风", "%", at(0), at(5), "0.5", at(2), "0.3", at(3), "0.4", at(5)}),
		kj("FZSS", 5, []string{"140000000001S01", "1", "0", at(5)}),
		kj("YCBJ", 5, []string{shaftGas, "", "", "%", "001"}, []string{shaftGas, "", "", "%", "002"}),
		kj("CDSS", 2, live(pumpFlow, "230", "m3/min", "0", 2), live(pumpGas, "0.5", "%", "132", 2), live(fanState, "停", "", "0", 2)))
	b.start(t, l)
	wait(t, "the folder to be empty", func() bool {
		left, err := l.Device.driver.(*mtt1201).list()
		return err == nil && len(left) == 0
	})
	type row struct {
		series reading.ID
		minute int
		v      float64
		q      reading.Quality
		why    reading.Reason
	}
	var got []row
	for _, r := range b.all() {
		got = append(got, row{r.Series, int(r.At().Sub(batchAt) / time.Minute), r.V, r.Q, r.Why})
	}
	want := []row{
		{1, 1, 7230, 0, 0},
		{2, 1, 0.42, 0, reading.DeviceAlarm},
		{4, 1, 1, 0, 0},
		{1000, 1, 50.6, 0, 0},
		{1, 2, 13800, reading.Bad, reading.OutOfRange}, // beyond the 200 of CDDY
		{2, 2, 0.005, reading.Bad, reading.Calibrating | reading.DeviceFault},
		{4, 2, 0, 0, 0},
		{5, 5, 1, 0, 0},
		{3, 0, 0.4, 0, 0},
	}
	if !slices.Equal(got, want) {
		t.Errorf("read\n%v, want\n%v", got, want)
	}
	// The voltage, the station's power, two extremes and two alarms are left out and counted.
	if h := l.Health(); h.Passed != 6 || h.Refused != 0 || h.Frames != 6 {
		t.Errorf("health %+v", h)
	}
	if done, err := os.ReadDir(filepath.Join(folder, "done", time.Now().In(l.Device.Zone).Format(time.DateOnly))); err != nil || len(done) != 6 {
		t.Errorf("%d files done, %v", len(done), err)
	}
}

// TestMTT1201Halves: a file dropped in two halves is read when it is whole, and
// told when it never becomes so.
func TestMTT1201Halves(t *testing.T) {
	b, l, folder := kjBench(t, `unfinished = "10 min"`, `unfinished = "1 s"`)
	b.start(t, l)
	f := kj("CDSS", 1, live(pumpFlow, "120", "m3/min", "0", 1))
	path, whole := filepath.Join(folder, f.FileName()), f.Bytes()
	for cut := range len(whole) {
		if !unfinished1201(whole[:cut], "||") {
			t.Fatalf("%q is taken for whole", whole[:cut])
		}
	}
	if err := os.WriteFile(path, whole[:60], 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, "being told", func() bool { return l.Health().Refused == 1 })
	time.Sleep(300 * time.Millisecond)
	if len(b.all()) != 0 || l.Health().Refused != 1 {
		t.Fatalf("read a half, or told twice: %+v", l.Health())
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	wait(t, "the file", func() bool { return len(b.all()) == 1 })
}

// TestMTT1201Once: a file that was read and still lies there, as after a crash
// between the commit and the move, is taken away and not read again.
func TestMTT1201Once(t *testing.T) {
	b, l, folder := kjBench(t)
	files := []MTT1201File{kj("CDDY", 0, []string{pumpFlow, "", "", "", "", "m3/min", "100", "0"}), kj("CDSS", 1, live(pumpFlow, "120", "", "0", 1)), kj("CDSS", 2, live(pumpFlow, "90", "", "0", 2))}
	drop(t, folder, files...)
	stop := b.start(t, l)
	wait(t, "both values", func() bool { return len(b.all()) == 2 })
	stop()
	drop(t, folder, files[1:]...)
	drop(t, folder, kj("CDSS", 3, live(pumpFlow, "130", "", "0", 3)))
	again, err := newLine(l.Device, b.mine)
	if err != nil {
		t.Fatal(err)
	}
	b.start(t, again)
	wait(t, "the third", func() bool { return len(b.all()) >= 3 })
	rs := b.all()
	if len(rs) != 3 || rs[2].V != 7800 || rs[2].Why != reading.OutOfRange { // of the definitions read before
		t.Errorf("read %+v", rs)
	}
}

// TestMTT1201Refuses: what is wrong is told, kept beside its reasons or where
// it was, and hinders no other file.
func TestMTT1201Refuses(t *testing.T) {
	b, l, folder := kjBench(t)
	for name, text := range map[string]string{
		"140000000002_CDSS_20260302080000.txt":      "140000000002;x;2026-03-02 08:00:00~||",
		"140000000001_CDSS_20260302080001.txt":      "a\x00b||",
		"readme.txt":                                "||",
		"140000000001_CDSS_20260302080002.txt":      strings.Repeat("~", maxRecords1201+1) + "||",
		"140000000001_CDSS_20260302080003.txt.part": "||",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	drop(t, folder,
		kj("CDSS", 1, live(pumpFlow, "1", "℃", "0", 1), live(pumpFlow, "1", "furlong", "0", 1), live(pumpGas, "many", "%", "0", 1), live(pumpGas, "1", "%", "0", 1), []string{"", "x"}),
		kj("CDSS", 2, []string{pumpGas, "", "", "2", "%", "0", "yesterday"}, []string{pumpGas, "", "", "NaN", "%", "0", ""}),
		kj("CDSS", 3, live(pumpGas, "3", "%", "0", 3)),
		kj("CDDY", 9, []string{pumpGas, "", "", "", "", "m/s", "", ""}))
	b.start(t, l)
	wait(t, "the good values", func() bool { return len(b.all()) == 2 })
	wait(t, "everything told", func() bool { return l.Health().Refused >= 10 })
	refused, err := b.mine.Refused.List(time.Time{}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, r := range refused {
		all.WriteString(r.Why.EN + "\n")
	}
	for _, want := range []string{"140000000002", "not text", "readme.txt", "100002 records", "℃", "furlong", "many", "no point", "yesterday", "NaN", "m/s"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("nothing told of %q in\n%s", want, all.String())
		}
	}
	why, err := os.ReadFile(filepath.Join(folder, "failed", "140000000002_CDSS_20260302080000.txt.errors.txt"))
	if err != nil || !strings.Contains(string(why), "文件属煤矿") {
		t.Errorf("%s, %v", why, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "readme.txt")); err != nil {
		t.Error(err)
	}
}

// TestMTT1201States goes through the states and their sums.
func TestMTT1201States(t *testing.T) {
	m := &mtt1201{states: states1201}
	for state, want := range map[string]verdict{
		"": {}, "0": {}, "1": {why: reading.DeviceAlarm}, "3": {why: reading.DeviceAlarm}, "9": {reading.Bad, reading.DeviceAlarm | reading.OverScale},
		"16": {reading.Bad, reading.LinkLost}, "192": {reading.Bad, reading.Maintenance | reading.DeviceFault}, "256": {reading.Bad, reading.Uncertain}, "well": {reading.Bad, reading.Uncertain},
	} {
		if got := m.verdict(state); got != want {
			t.Errorf("state %q: %v, want %v", state, got, want)
		}
	}
}

// TestMTT1201Vendors reads the same value in the forms of three vendors.
func TestMTT1201Vendors(t *testing.T) {
	for _, c := range []struct{ name, file, text, keys string }{
		{"of 2009", "KJ_20260302.dat", "KJ;AQSS|" + pumpGas + ";42;%;0;2026-03-02 08:01:00~||", "form = \"2009\"\ntables = { AQSS = \"CDSS\" }\nfields = { CDSS = [\"point\", \"value\", \"unit\", \"state\", \"time\"] }\n"},
		{"other separators", "x_CDSS_20260302080100_0001.txt", "140000000001,y,2026-03-02 08:01:00\n#" + pumpGas + ",,,42,%,0,#END", "field = \",\"\nrecord = \"#\"\nend = \"END\"\n"},
		{"line breaks within", "x_CDSS_20260302080100.txt", "140000000001;y;2026-03-02 08:01:00~\r\n" + pumpGas + ";;;4\r\n2;%;0;2026/3/2 08:01:00\r\n~\r\n||\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, l, folder := kjBench(t, "after = \"move\"", c.keys+"after = \"delete\"")
			if err := os.WriteFile(filepath.Join(folder, c.file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			b.start(t, l)
			wait(t, "the value", func() bool { return len(b.all()) == 1 })
			if r := b.all()[0]; r.V != 0.42 || !r.At().Equal(batchAt.Add(time.Minute)) {
				t.Errorf("%+v", r)
			}
			wait(t, "the file's end", func() bool {
				_, err := os.Stat(filepath.Join(folder, c.file))
				return os.IsNotExist(err)
			})
		})
	}
}

func TestMTT1201Points(t *testing.T) {
	p, ok := ParseMTT1201Point(pumpFlow)
	if !ok || p != (MTT1201Point{"140000000001", "02", "MN", "0040", "PUMP1Q"}) || p.String() != pumpFlow {
		t.Errorf("%+v", p)
	}
	if _, ok := ParseMTT1201Point("PUMP1"); ok {
		t.Error("a code that is none")
	}
	rows, err := csv.NewReader(strings.NewReader(strings.Join(strings.Split(mtt1201SensorsCSV, "\n")[2:], "\n"))).ReadAll()
	if err != nil || len(rows) != 79 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if got := carbon1201("", row[0]); got != (row[3] == "yes") || !strings.Contains("A C", row[4]) {
			t.Errorf("%v: carbon %v", row, got)
		}
	}
}

func TestMTT1201File(t *testing.T) {
	_, l, _ := kjBench(t)
	if got := len(l.Device.Channels); got != 5 {
		t.Fatalf("%d channels", got)
	}
	example, err := os.ReadFile("testdata/devices/mtt1201.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`folder = "/srv/ftp/kj" `, `folder = "kj" `, "whole path"},
		{`after = "move"`, `after = "burn"`, "one of move, delete"},
		{`# words = { "开" = "1"`, `words = { "开" = "yes"`, "texts"},
		{`# units = { "度" = "degC"`, `units = { "度" = "warm"`, "warm"},
		{`# states = { "32" = "suspect not_current"`, `states = { "32" = "dubious"`, "quality"},
		{"# [mtt1201.fields]              # 字段次序,不用的写空 | order of fields, empty where not wanted\n# CDSS = [\"point\"", "[mtt1201.fields]\nCDSS = [\"punkt\"", "names of fields"},
		{"[mtt1201]", "[mtt1201x]", "mtt1201"},
	} {
		if !strings.Contains(string(example), c.old) {
			t.Errorf("%q is not in the example", c.old)
		}
		if _, err := ReadDevice("kj", []byte(strings.Replace(string(example), c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.new, err)
		}
	}
}

// TestMTT1201Backlog takes a day's files, dropped while the platform was off,
// in the order of their instants.
func TestMTT1201Backlog(t *testing.T) {
	b, l, folder := kjBench(t)
	const n = 300
	for i := range n {
		drop(t, folder, kj("CDSS", (i*7)%n, live(pumpFlow, fmt.Sprint((i*7)%n), "m3/min", "0", (i*7)%n)))
	}
	b.start(t, l)
	wait(t, "the backlog", func() bool { return len(b.all()) == n })
	for i, r := range b.all() {
		if r.V != float64(60*i) {
			t.Fatalf("value %d is %v", i, r.V)
		}
	}
	if b.times > 10 {
		t.Errorf("%d commits", b.times)
	}
}

func FuzzMTT1201(f *testing.F) {
	f.Add(kj("CDSS", 1, live(pumpFlow, "1", "m3/min", "3", 1)).Bytes(), "140000000001_CDSS_20260302080000.txt")
	f.Add(kj("TJSJ", 1, []string{shaftGas, "", "", "%", "", "", "1", "", "2", "", "3", ""}).Bytes(), "x_TJSJ_20260302080000.txt")
	f.Add([]byte("KJ;CDDY|"+pumpFlow+";;;;;m3/min;9;1~||"), "a")
	f.Add([]byte("~||~||"), "_FZSS_00000000")
	b := &tray{marks: map[string]reading.Mark{}}
	d, err := ReadDevice("kj", []byte("[device]\nprotocol = \"mtt1201\"\n[mtt1201]\nfolder = \"/x\"\nkeep = \"all\"\n[[channel]]\nname = \""+pumpFlow+"\"\npoint = \"p\"\n"))
	if err != nil {
		f.Fatal(err)
	}
	mine := &Mine{Points: func(string) (Point, bool) { return Point{Series: 1}, true }, Sink: b, Marks: b, Now: time.Now}
	l, err := newLine(d, mine)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		m := *d.driver.(*mtt1201)
		m.form2009 = len(text)%2 == 1
		p, err := m.open(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		batches, err := m.decode1201(name, text)
		if err != nil {
			return
		}
		for _, batch := range batches {
			p.batch(batch)
		}
		for _, v := range p.values {
			if v.V != v.V || v.Channel == "" {
				t.Fatalf("%+v", v)
			}
		}
	})
}
