package site_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

func TestParse(t *testing.T) {
	s := small(t)
	if got := s.Calendar.DayStart; got != 8*time.Hour || s.Calendar.MonthDay != 26 || s.Calendar.Zone.String() != "Asia/Shanghai" {
		t.Errorf("Calendar = %+v", s.Calendar)
	}
	if got := s.Capacity.MustIn(s.Capacity.Unit()).String(); got != "1200000 t/a" {
		t.Errorf("Capacity = %s, want 1200000 t/a", got)
	}
	path := s.Path("vent")
	if len(path) != 2 || path[0].ID != "mine" || path[1].Name.In(lang.EN) != "Ventilation" {
		t.Errorf("Path(vent) = %+v", path)
	}
	if got := s.PlannedThrough(2025).String(); got != "120 tCO2e" {
		t.Errorf("PlannedThrough(2025) = %s, want 120 tCO2e", got)
	}
	if share, ok := s.Electrified(); !ok || share.RatString() != "1" {
		t.Errorf("Electrified() = %v, %v", share, ok)
	}
	if _, ok := (&site.Site{}).Electrified(); ok {
		t.Error("Electrified() of no fleet is known")
	}
	if p, _ := s.Point("vent-c"); p.Range.Contains(4.1) || !p.Range.Contains(4) {
		t.Errorf("Range = %+v", p.Range)
	}
	if got := s.Gases[0].Inputs(); strings.Join(got, " ") != "vent-q vent-c vent-p" {
		t.Errorf("Inputs() = %v", got)
	}
}

func TestLine(t *testing.T) {
	data, err := os.ReadFile("testdata/small.toml")
	if err != nil {
		t.Fatal(err)
	}
	// A byte order mark, as Windows' editors write it, moves nothing.
	doc, err := site.Open("small.toml", append([]byte("\ufeff"), data...))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(data, []byte("\n"))
	f := func(path, want string) {
		t.Helper()
		n := doc.Line(path)
		if n == 0 || !strings.HasPrefix(string(lines[n-1]), want) {
			t.Errorf("Line(%s) = %d, want the line of %q", path, n, want)
		}
	}
	f("site.zone", "zone =")
	f("site.name.en", "name = { zh")
	f("org[2]", "[[org]]")
	f("org[2].parent", "parent =")
	f("point[4].calibrations[1].due", "calibrations =")
	f("gas[1].flow", "flow =")
	if got := strings.Join(doc.Sections(), " "); got != "site entity org source point gas vehicle measure plot" {
		t.Errorf("Sections() = %s", got)
	}
}

func TestOpenRefusesLarge(t *testing.T) {
	_, err := site.Open("large.toml", make([]byte, site.MaxFile+1))
	if err == nil || !strings.Contains(err.Error(), "at most 16777216") {
		t.Errorf("Open of a large file = %v", err)
	}
}

func TestWarnings(t *testing.T) {
	s := small(t)
	on := func(day string) string {
		at, err := time.ParseInLocation(time.DateOnly, day, s.Calendar.Zone)
		if err != nil {
			t.Fatal(err)
		}
		warnings := s.Warnings(at)
		codes := make([]string, 0, len(warnings))
		for _, w := range warnings {
			codes = append(codes, w.Code+" "+w.Text.In(lang.EN))
		}
		return strings.Join(codes, "; ")
	}
	if got := on("2025-02-28"); got != "" {
		t.Errorf("Warnings before it is due = %s", got)
	}
	if got, want := on("2025-03-02"), "site.calibration_overdue the calibration of point feeder (Main feeder) ran out on 2025-03-01"; got != want {
		t.Errorf("Warnings = %s, want %s", got, want)
	}
}

func TestCheckCreditCode(t *testing.T) {
	// The codes are made up; the check characters follow GB 32100—2015.
	f := func(code string, ok bool) {
		t.Helper()
		if err := site.CheckCreditCode(code); (err == nil) != ok {
			t.Errorf("CheckCreditCode(%q) = %v, want ok %v", code, err, ok)
		}
	}
	f("91140000MA0QLK202H", true)
	f("91140000A00000001F", true)
	f("91140000MA0QLK20H2", false) // swapped
	f("91140000MA0QLK2O2H", false) // the letter O
	f("91140000ma0qlk202h", false)
	f("", false)
	f("91140000MA0QLK202H9", false)
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/small.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("[[point]]\nid = 'a'\n[point.meter]\nmodel = 1\n[[gas]]\nflow = [1]\n"))
	f.Add([]byte("site = 1\nentity = [[]]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := site.Parse("fuzz.toml", data)
		if (s == nil) != (err != nil) {
			t.Errorf("Parse = %v, %v", s, err)
		}
	})
}

// TestWarnsOfFailure holds that a meter which failed its calibration is told.
func TestWarnsOfFailure(t *testing.T) {
	data, err := os.ReadFile("testdata/small.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Parse("small.toml", bytes.Replace(data, []byte(`result = "pass"`), []byte(`result = "fail"`), 1))
	if err != nil {
		t.Fatal(err)
	}
	w := s.Warnings(time.Date(2024, 4, 1, 0, 0, 0, 0, s.Calendar.Zone))
	if len(w) != 1 || w[0].Code != "site.calibration_failed" || w[0].Place.Row == 0 || w[0].Hint.IsZero() {
		t.Errorf("Warnings = %+v, want the failed calibration with its place", w)
	}
}
