package standard_test

import (
	"slices"
	"testing"

	"lingtan/activity"
)

// TestFindingsHaveAnOwner: the first of the activity's values that somebody
// answers for names who must mend it.
func TestFindingsHaveAnOwner(t *testing.T) {
	a := deed(t, "underground_ch4 mine 2023", "vent = 1 万Nm3", "drain = 100 万Nm3", "utilised = 130 万Nm3")
	for name, owner := range map[string]string{"utilised": "gas-engineer", "vent": "ventilation"} {
		v := a.Values[name]
		v.Owner = owner
		a.Values[name] = v
	}
	found := compute(t, "cn-coal-2014", a).Findings
	i := slices.IndexFunc(found, func(f activity.Finding) bool { return f.Code == "gas.utilised_over_drained" })
	if i < 0 || found[i].Owner != "gas-engineer" || found[i].Severity != activity.Hard {
		t.Errorf("findings = %+v, want a hard one on drained gas, owned by gas-engineer", found)
	}
}

// TestStateConversionIsAStep: the workings show both temperatures.
func TestStateConversionIsAStep(t *testing.T) {
	r := compute(t, "cn-coal-2014", deed(t, "underground_ch4 mine 2023", "vent = 1000000 m3@20C"))
	got := r.Lines[0].Steps[0].Numbers
	if want := "1,000,000 m3@20C × 273.15 K ÷ 293.15 K = 93.1775541532 万Nm3"; got != want {
		t.Errorf("step = %q, want %q", got, want)
	}
}
