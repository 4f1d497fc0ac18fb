package verification

import (
	"strings"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/quantity"
)

var march = time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)

func effect(text string) *quantity.Quantity {
	q := quantity.MustParse(text)
	return &q
}

func raised(t *testing.T, v Severity, amount *quantity.Quantity) Finding {
	t.Helper()
	f, err := Finding{ID: "f1", Severity: v, Effect: amount, Text: "倍率用错"}.Raised("wang", march)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestTake walks from every state by every act: ways has the only ones there are.
func TestTake(t *testing.T) {
	may := map[Kind]map[State]State{
		Answer: {Open: Answered}, Close: {Open: Closed, Answered: Closed}, Reopen: {Answered: Open, Closed: Open},
	}
	for _, from := range []State{Open, Answered, Closed} {
		for _, kind := range []Kind{Raise, Answer, Close, Reopen, "burn"} {
			f := raised(t, Misstatement, nil)
			f.State = from
			got, err := f.Take(Act{Kind: kind, By: "li", At: march, Text: "x"})
			want, allowed := may[kind][from]
			switch {
			case allowed && (err != nil || got.State != want || got.Version != 2 || len(got.Thread) != 2 || len(f.Thread) != 1):
				t.Errorf("%s of an %s finding: %+v, %v", kind, from, got, err)
			case !allowed && fault.KindOf(err) != fault.Conflict:
				t.Errorf("%s of an %s finding: %v, want a conflict", kind, from, err)
			}
		}
	}
}

func TestTakeRefuses(t *testing.T) {
	for _, tt := range []struct {
		name     string
		severity Severity
		act      Act
	}{
		{"without a word", Misstatement, Act{Kind: Answer, Text: " \n"}},
		{"a book", Misstatement, Act{Kind: Answer, Text: strings.Repeat("x", MaxText+1)}},
		{"no outcome", Misstatement, Act{Kind: Close, Text: "x", Outcome: "burnt"}},
		{"the mine sets the effect", Misstatement, Act{Kind: Answer, Text: "x", Effect: effect("1 tCO2e")}},
		{"an effect of an observation", Observation, Act{Kind: Close, Text: "x", Effect: effect("1 tCO2e")}},
		{"an effect in metres", Misstatement, Act{Kind: Close, Text: "x", Effect: effect("1 m")}},
	} {
		if got, err := raised(t, tt.severity, nil).Take(tt.act); fault.KindOf(err) != fault.Invalid || got.Version != 1 {
			t.Errorf("%s: version %d, %v", tt.name, got.Version, err)
		}
	}
	bad := Finding{Severity: "grave", Cell: "nowhere", Effect: effect("1 kWh")}
	if _, err := bad.Raised("wang", march); len(fault.Split(err)) != 5 {
		t.Errorf("%d faults of a wrong finding, want 5: %v", len(fault.Split(err)), err)
	}
}

// TestWeigh: what is corrected or withdrawn weighs nothing, what stands weighs
// without its sign, and one unknown is not zero.
func TestWeigh(t *testing.T) {
	closed := func(f Finding, o Outcome) Finding {
		got, err := f.Take(Act{Kind: Close, By: "wang", At: march, Text: "x", Outcome: o})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	big, low := raised(t, Misstatement, effect("30 tCO2e")), raised(t, Misstatement, effect("-20000 kgCO2e"))
	total := quantity.MustParse("1000 tCO2e")
	for _, tt := range []struct {
		name     string
		findings []Finding
		sum, net string
		unknown  int
		exceeds  bool
	}{
		{"nothing", nil, "0", "0", 0, false},
		{"just at the threshold", []Finding{big, low}, "50", "10", 0, false},
		{"above it, though they cancel out", []Finding{big, low, low, raised(t, Misstatement, effect("10 tCO2e"))}, "80", "0", 0, true},
		{"corrected and withdrawn", []Finding{closed(big, ""), closed(low, Withdrawn)}, "0", "0", 0, false},
		{"accepted as it is", []Finding{closed(big, Accepted)}, "30", "30", 0, false},
		{"unknown", []Finding{raised(t, Misstatement, nil), raised(t, Nonconformity, nil)}, "0", "0", 1, false},
	} {
		w, err := Weigh(total, tt.findings)
		if err != nil || w.Sum.Number() != tt.sum || w.Net.Number() != tt.net || w.Unknown != tt.unknown || w.Exceeds != tt.exceeds || w.Threshold.Number() != "50" {
			t.Errorf("%s: %+v, %v", tt.name, w, err)
		}
	}
}

func TestSign(t *testing.T) {
	desk := func(change func(*Desk)) Desk {
		d := Desk{Inventory: inventory.Head{ID: "i.v2", Site: "qingling", Hash: "ab"}, Latest: "i.v2", Hands: []string{"zhang"}}
		w, err := Weigh(quantity.MustParse("1000 tCO2e"), nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Weight = w
		if change != nil {
			change(&d)
		}
		return d
	}
	heavy := func(d *Desk) { d.Weight.Exceeds = true }
	for _, tt := range []struct {
		name      string
		desk      Desk
		verdict   Verdict
		by, words string
		kind      fault.Kind
		signed    bool
	}{
		{"reasonable", desk(nil), Reasonable, "wang", "x", 0, true},
		{"limited", desk(nil), Limited, "wang", "x", 0, true},
		{"no opinion", desk(nil), "fine", "wang", "x", fault.Invalid, false},
		{"without a word", desk(nil), Reasonable, "wang", "", fault.Invalid, false},
		{"who filed", desk(nil), Reasonable, "zhang", "x", fault.Forbidden, false},
		{"restated", desk(func(d *Desk) { d.Latest = "i.v3" }), Reasonable, "wang", "x", fault.Conflict, false},
		{"material, reasonable", desk(heavy), Reasonable, "wang", "x", fault.Conflict, false},
		{"material, limited", desk(heavy), Limited, "wang", "x", fault.Conflict, false},
		{"material, modified", desk(heavy), Qualified, "wang", "x", 0, true},
		{"material, adverse", desk(heavy), Adverse, "wang", "x", 0, true},
		{"unknown", desk(func(d *Desk) { d.Weight.Unknown = 1 }), Reasonable, "wang", "x", fault.Conflict, false},
	} {
		o, err := tt.desk.Sign(tt.verdict, tt.words, tt.by, march)
		if (err == nil) != tt.signed || err != nil && fault.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil && (o.Hash != "ab" || o.Inventory != "i.v2" || o.Findings == nil) {
			t.Errorf("%s: %+v", tt.name, o)
		}
	}
}
