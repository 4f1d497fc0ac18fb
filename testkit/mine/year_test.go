package mine_test

import (
	"context"
	"strings"
	"testing"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/standard"
)

func (b *book) gather(t *testing.T, p period.Period) ([]activity.Activity, []activity.Finding) {
	t.Helper()
	pl, err := plan.Parse(b.doc, b.site, nil)
	if err != nil {
		t.Fatal(err)
	}
	acts, findings, err := plan.Gather(context.Background(), plan.Inputs{
		Site: b.site, Plan: pl, Period: p, Meters: b, Filings: b,
		Series: func(point string) (reading.ID, bool) { id, ok := b.ids[point]; return id, ok },
	})
	if err != nil {
		t.Fatal(err)
	}
	return acts, findings
}

// total sums a value over a source's months.
func total(t *testing.T, acts []activity.Activity, source, name string) quantity.Quantity {
	t.Helper()
	sum := quantity.Quantity{}
	for _, a := range acts {
		v, ok := a.Values[name]
		if a.Source != source || !ok {
			continue
		}
		if sum.IsZero() {
			sum = v.Quantity
			continue
		}
		var err error
		if sum, err = sum.Add(v.Quantity); err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

// TestUtilisation computes the published rate from the data: utilised over
// drained, both pure methane.
func TestUtilisation(t *testing.T) {
	b := open(t)
	cal := b.site.Calendar
	for _, p := range []period.Period{cal.Year(2024), cal.Year(2025), b.mine.Period()} {
		acts, _ := b.gather(t, p)
		rate, err := total(t, acts, "underground", "utilised").Div(total(t, acts, "underground", "drain"))
		if err != nil {
			t.Fatal(err)
		}
		if got := rate.Fixed(2); got != "0.54" {
			t.Errorf("utilisation of %s = %s (%s), want 0.54", cal.Name(p), got, rate.Significant(6))
		}
	}
}

// TestYear closes both years under the coal producers' guideline and looks at
// what a mine of this sort must show.
func TestYear(t *testing.T) {
	for _, year := range []int{2024, 2025} {
		checkYear(t, open(t), year)
	}
}

func checkYear(t *testing.T, b *book, year int) {
	t.Helper()
	acts, findings := b.gather(t, b.site.Calendar.Year(year))
	if want := 12 * len(b.site.Sources); len(acts) != want {
		t.Errorf("%d activities, want %d", len(acts), want)
	}
	for _, f := range findings {
		if f.Severity == activity.Hard {
			t.Errorf("%s %s %s: %s", f.Source, f.Period, f.Code, f.Text.EN)
		}
		if f.Owner == "" || f.Text.ZH == "" || f.Text.EN == "" || f.Hint.IsZero() {
			t.Errorf("finding without owner or text: %+v", f)
		}
	}
	result, err := standard.Compute(standard.Request{
		Edition: "cn-coal-2014", Activities: acts, Factors: factor.Builtin(), Province: b.site.Province, Calendar: b.site.Calendar,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Severity != activity.Notice {
			t.Errorf("%s %s %s: %s", f.Source, f.Period, f.Code, f.Text.EN)
		}
	}
	ch4, co2 := 0.0, 0.0
	for _, l := range result.Lines {
		switch {
		case l.Gas == "CH4":
			ch4 += l.Mass.Float() * 21 // AR2, which the guideline prescribes
		case l.Basis == standard.Direct || l.Basis == standard.Location || l.Basis == standard.Energy:
			co2 += l.Mass.Float()
		}
	}
	if share := ch4 / (ch4 + co2); share < 0.90 || share > 0.96 {
		t.Errorf("methane is %.1f %% of %.0f tCO2e, want 90 to 96 %%", 100*share, ch4+co2)
	}
	if coal := total(t, acts, "post-mining", "raw_coal").Float(); coal < 3.8e6 || coal > 4.0e6 {
		t.Errorf("raw coal %v t, want just below 4 Mt", coal)
	}
}

// TestFindings holds that the flaws of the two years are found, and nothing else.
func TestFindings(t *testing.T) {
	b := open(t)
	_, findings := b.gather(t, b.mine.Period())
	got := map[string]int{}
	for _, f := range findings {
		got[f.Code+" "+f.Source+" "+f.Period]++
	}
	for _, want := range []string{
		"plan.substituted underground 2024-03", // a sensor lost for hours
		"plan.substituted underground 2024-11", // a broken one
		"plan.substituted underground 2025-02", // a flow meter lost for a day
		"plan.doubtful grid 2025-01",           // two values for one instant
		"plan.calibration_overdue underground 2025-12",
	} {
		if got[want] == 0 {
			t.Errorf("not found: %s", want)
		}
		delete(got, want)
	}
	for code := range got {
		// The flow meter of February 2025 serves CO2 as well, and the sensor
		// stays uncalibrated.
		if !strings.HasPrefix(code, "plan.calibration_overdue ") && code != "plan.substituted underground-co2 2025-02" {
			t.Errorf("found besides: %s", code)
		}
	}
}
