package form_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/filing"
	"lingtan/form"
)

// whole files every row of a month but those named.
func (d *desk) whole(month string, but ...string) {
	d.tb.Helper()
	for row, amount := range map[string]string{
		"boiler/amount": "90 t", "boiler/ncv": "22 GJ/t", "boiler/opening": "10 t", "boiler/bought": "90 t", "boiler/closing": "10 t",
		"gas/vent": "100 万Nm3", "gas/drain": "50 万Nm3", "gas/utilised": "30 万Nm3", "gas/flared": "1 万Nm3", "grid/purchased": "100 MWh", "grid/bill": "100 MWh",
	} {
		if !slices.Contains(but, row) {
			d.file(row + " " + month + " = " + amount)
		}
	}
}

// remind asks as the hourly job does and keeps what is given. It tells what was
// told: "2025-02 heating remind.3 desk".
func (d *desk) remind(at string) string {
	d.tb.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", at, d.Site.Calendar.Zone)
	if err != nil {
		d.tb.Fatal(err)
	}
	d.now = now
	due, err := d.Remind(d.tb.Context())
	if err != nil {
		d.tb.Fatal(err)
	}
	var out []string
	for _, r := range due {
		d.given = append(d.given, r.Reminded)
		if r.Says.ZH == "" || r.Says.EN == "" || r.About.IsZero() {
			d.tb.Errorf("not told in both languages: %+v", r)
		}
		if !r.Silent {
			out = append(out, strings.Join([]string{r.Month, r.Node, r.Step, strings.Join(r.To, " ")}, " "))
		}
	}
	return strings.Join(out, "; ")
}

// TestRemind walks through the days of one month's form: due when the tenth
// day ends, reminded three days and a day before, escalated a day after.
func TestRemind(t *testing.T) {
	d := open(t, "2025-03-01 00:00")
	d.whole("2024-12")
	d.whole("2025-01")
	d.months["2024-12"] = filing.Month{Site: "small", Month: "2024-12", State: filing.Submitted}
	d.months["2025-01"] = filing.Month{Site: "small", Month: "2025-01", State: filing.Locked}
	d.whole("2025-02", "boiler/amount", "boiler/closing")
	for _, tt := range []struct{ at, told string }{
		{"2025-03-07 23:59", ""},
		{"2025-03-08 00:00", "2025-02 heating remind.3 desk"},
		{"2025-03-08 01:00", ""},
		{"2025-03-07 12:00", ""}, // the clock went back
		{"2025-03-08 02:00", ""},
		{"2025-03-10 00:30", "2025-02 heating remind.1 desk"},
		{"2025-03-11 23:00", ""},
		{"2025-03-12 00:00", "2025-02 heating escalate.1 chief"},
		{"2025-04-02 00:00", ""},
	} {
		if got := d.remind(tt.at); got != tt.told {
			t.Errorf("at %s told %q, want %q", tt.at, got, tt.told)
		}
	}
}

// TestRemindLate: who was asleep for a fortnight is told the last step alone,
// and a month that is full but not submitted is whoever submits it's.
func TestRemindLate(t *testing.T) {
	d := open(t, "2025-03-20 09:00")
	for _, month := range []string{"2024-12", "2025-01"} {
		d.months[month] = filing.Month{Site: "small", Month: month, State: filing.Locked}
	}
	d.whole("2025-02", "gas/vent")
	if got := d.remind("2025-03-20 09:00"); got != "2025-02 drainage escalate.1 chief" || len(d.given) != 3 {
		t.Errorf("told %q, wrote down %d steps", got, len(d.given))
	}
	d.file("gas/vent 2025-02 = 100 万Nm3")
	if got := d.remind("2025-03-20 10:00"); got != "2025-02  escalate.1 chief" {
		t.Errorf("of a month that waits to be submitted: %q", got)
	}
}

// TestDeadline: a deadline is at midnight of the mine's own clock, also when a
// night of 23 hours lies before it.
func TestDeadline(t *testing.T) {
	d := open(t, "2025-04-20 09:00")
	d.Plan.Due.Day = 40
	list, err := d.Forms(t.Context(), filler, 2025)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(list, func(f form.Form) bool { return f.Month == "2025-02" && f.Node == "heating" })
	if at < 0 {
		t.Fatalf("no form of heating among %d", len(list))
	}
	f := list[at]
	want := time.Date(2025, 4, 10, 0, 0, 0, 0, d.Site.Calendar.Zone)
	if !f.Deadline.Equal(want) || f.Deadline.UTC().Hour() != 22 || !f.Overdue || f.Of != 5 || f.Filled != 0 || f.MustExplain != 4 {
		t.Errorf("the form is %+v, want due at %s", f, want)
	}
	if len(f.Reminders) != 3 || f.Reminders[0].Step != "remind.3" || !f.Reminders[0].At.Equal(want.AddDate(0, 0, -3)) {
		t.Errorf("its reminders are %+v", f.Reminders)
	}
	if list[0].Month != "2025-04" || list[0].Overdue || list[0].MustExplain != 0 {
		t.Errorf("the month that runs is %+v", list[0])
	}
	if none, err := d.Forms(t.Context(), filler, 2026); err != nil || len(none) != 0 {
		t.Errorf("of a year to come: %v, %v", none, err)
	}
}
