package rule

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/plan"
	"lingtan/quantity"
)

func TestMonth(t *testing.T) {
	for _, name := range []string{"0000-01", "1999-12", "2024-06", "9999-12"} {
		if got := MonthOf(name).String(); got != name {
			t.Errorf("%s reads back as %s", name, got)
		}
	}
	if before := MonthOf("2024-01") - 1; before.String() != "2023-12" {
		t.Errorf("before January is %s", before)
	}
}

func TestAsked(t *testing.T) {
	for _, tt := range []struct {
		frequency, month string
		asked            bool
	}{
		{"month", "2024-06", true},
		{"", "2024-06", true},
		{"15 min", "2024-06", true},
		{"quarter", "2024-06", true},
		{"quarter", "2024-05", false},
		{"year", "2024-12", true},
		{"year", "2024-06", false},
	} {
		if got := Asked(plan.Parameter{How: activity.Filed, Frequency: tt.frequency}, MonthOf(tt.month)); got != tt.asked {
			t.Errorf("each %q in %s: %v", tt.frequency, tt.month, got)
		}
	}
	if Asked(plan.Parameter{How: activity.Metered}, MonthOf("2024-06")) {
		t.Error("what a meter tells is asked of people")
	}
}

// TestHeats: every range is one, and the official default of the fuel lies in
// it, whichever table it is from: a rule must not fault what a guide prescribes.
func TestHeats(t *testing.T) {
	for fuel, h := range heats {
		low, high := quantity.MustParse(h.low), quantity.MustParse(h.high)
		if c, err := low.Cmp(high); err != nil || c >= 0 || h.source == "" || h.mark == "" {
			t.Errorf("%s: %+v, %v", fuel, h, err)
		}
	}
	seen := 0
	for _, f := range factor.Builtin().All() {
		table, fuel, _ := strings.Cut(f.Key, ":")
		h, known := heats[fuel]
		if f.Kind != "fuel_ncv" || !known || table != "S" && table != "G" {
			continue
		}
		seen++
		if h.outside(f.Value) {
			t.Errorf("the default of %s, %s, is out of its range %s to %s", f.Key, f.Value, h.low, h.high)
		}
	}
	if seen < 20 {
		t.Errorf("%d defaults were looked at", seen)
	}
}

// TestBeyond: the short way by floats decides as the exact numbers do.
func TestBeyond(t *testing.T) {
	unit := quantity.MustUnit("t")
	amount := func(thousandths int64) Amount {
		q := quantity.New(big.NewRat(thousandths, 1000), unit)
		return Amount{q, q.Float()}
	}
	rapid.Check(t, func(t *rapid.T) {
		b := amount(rapid.Int64Range(0, 1e12).Draw(t, "b"))
		share := big.NewRat(rapid.Int64Range(0, 100).Draw(t, "percent"), 100)
		edge := new(big.Rat).Mul(b.Rat(), new(big.Rat).Add(big.NewRat(1, 1), share))
		at, _ := new(big.Rat).Mul(edge, big.NewRat(1000, 1)).Float64()
		a := amount(int64(at) + rapid.Int64Range(-3, 3).Draw(t, "off"))
		if got, want := beyond(a, b, share), exactly(a.Quantity, b.Quantity, share); got != want {
			t.Errorf("%s against %s by %s: %v, want %v", a.Quantity, b.Quantity, share, got, want)
		}
	})
}
