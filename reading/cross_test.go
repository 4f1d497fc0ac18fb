package reading

import (
	"math/big"
	"testing"
	"time"
)

func TestCross(t *testing.T) {
	const hour = int64(HourMS)
	leg := func(units string, coveredMinutes int64, scale ...int64) Leg {
		amount, _ := new(big.Rat).SetString(units)
		nano := new(big.Rat).Mul(amount, big.NewRat(1e9, 1))
		l := Leg{Total: Total{Amount: nano.Num(), CoveredMS: coveredMinutes * minuteMS}}
		if len(scale) == 2 {
			l.Scale = big.NewRat(scale[0], scale[1])
		}
		return l
	}
	if got := Cross([]Leg{leg("40", 60), leg("0.06", 60, 1000, 1)}, []Leg{leg("97", 60)}, big.NewRat(3, 100), 0, hour); got.Main.RatString() != "100" || got.Exceeds {
		t.Errorf("two mains: %+v, want 100 and 3 %%", got)
	}
	if got := Cross([]Leg{leg("40", 60), leg("60", 53)}, []Leg{leg("90", 60)}, big.NewRat(3, 100), 0, hour); got.Covered || got.Exceeds {
		t.Errorf("one of two mains was silent: %+v", got)
	}
	for _, c := range []struct {
		name             string
		main             Leg
		parts            []Leg
		tolerance        *big.Rat
		difference, part string // share; "" for none
		covered, exceeds bool
	}{
		{"even", leg("100", 60), []Leg{leg("60", 60), leg("40", 60)}, big.NewRat(3, 100), "0", "0", true, false},
		{"3 % off is within 3 %", leg("1000", 60), []Leg{leg("600", 60), leg("370", 60)}, big.NewRat(3, 100), "-30", "3/100", true, false},
		{"a nano more is not", leg("1000", 60), []Leg{leg("600", 60), leg("369.999999999", 60)}, big.NewRat(3, 100), "-30000000001/1000000000", "30000000001/1000000000000", true, true},
		{"told in another unit: MWh beside kWh", leg("2500", 60), []Leg{leg("1.2", 60, 1000, 1), leg("1.4", 60, 1000, 1)}, big.NewRat(3, 100), "100", "1/25", true, true},
		{"mixed 50 Nm³/min × 38 % beside 19.5 pure: 2.6 % off, within 2 % not", leg("19.5", 60), []Leg{leg("19", 60)}, big.NewRat(2, 100), "-1/2", "1/39", true, true},
		{"54 minutes are enough", leg("100", 54), []Leg{leg("110", 54)}, big.NewRat(3, 100), "10", "1/10", true, true},
		{"53 are not: nothing is said", leg("100", 60), []Leg{leg("50", 60), leg("20", 53)}, big.NewRat(3, 100), "-30", "3/10", false, false},
		{"a part of which nothing is known", leg("100", 60), []Leg{leg("50", 60), {}}, big.NewRat(3, 100), "-50", "1/2", false, false},
		{"nothing tolerates nothing beside it", leg("0", 60), []Leg{leg("0.001", 60)}, big.NewRat(3, 100), "1/1000", "", true, true},
		{"nothing beside nothing", leg("0", 60), []Leg{leg("0", 60)}, big.NewRat(3, 100), "0", "", true, false},
		{"flow back: the share is of the amount's size", leg("-100", 60), []Leg{leg("-96", 60)}, big.NewRat(3, 100), "4", "1/25", true, true},
		{"no parts", leg("100", 60), nil, big.NewRat(3, 100), "-100", "1", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Cross([]Leg{c.main}, c.parts, c.tolerance, 0, hour)
			if got.Difference.RatString() != c.difference || got.Covered != c.covered || got.Exceeds != c.exceeds {
				t.Errorf("Cross: difference %s, covered %v, exceeds %v; want %s, %v, %v", got.Difference.RatString(), got.Covered, got.Exceeds, c.difference, c.covered, c.exceeds)
			}
			if share := got.Share; (share == nil) != (c.part == "") || share != nil && share.RatString() != c.part {
				t.Errorf("Cross: share %v, want %q", share, c.part)
			}
		})
	}
}

func TestStale(t *testing.T) {
	f := func(rule Rule, ago time.Duration, want bool) {
		t.Helper()
		now := time.UnixMilli(dawn)
		if got := Stale(rule, Reading{Series: 1, T: now.Add(-ago).UnixMilli()}, now); got != want {
			t.Errorf("Stale(%+v) after %s = %v", rule, ago, got)
		}
	}
	minutely := Rule{Kind: Gauge, Step: time.Minute}
	f(minutely, 2*time.Minute, false)
	f(minutely, 2*time.Minute+time.Millisecond, true)
	f(Rule{Kind: Gauge, Step: time.Minute, MaxHold: time.Hour}, time.Hour, false)
	f(Rule{Kind: Gauge, Step: time.Hour, MaxHold: time.Minute}, 90*time.Minute, false)
	f(Rule{Kind: Counter, Step: 15 * time.Minute}, 30*time.Minute, false)
	f(Rule{Kind: Counter, Step: 15 * time.Minute}, 31*time.Minute, true)
	f(Rule{Kind: Delta, Step: time.Hour, Stamp: Start}, 3*time.Hour, false)
	f(Rule{Kind: Delta, Step: time.Hour}, 3*time.Hour, true)
	f(Rule{}, 2*time.Hour, false)
	f(minutely, -time.Hour, false)
	if !Stale(minutely, Reading{}, time.UnixMilli(dawn)) {
		t.Error("a series that never said anything is not stale")
	}
}

func TestUsable(t *testing.T) {
	for want, rs := range map[bool][]Reading{
		true:  {{Series: 1, T: Oldest}, {Series: 9, T: Newest}},
		false: {{T: dawn}, {Series: -1, T: dawn}, {Series: 1, T: Oldest - 1}, {Series: 1, T: Newest + 1}, {Series: 1, T: dawn / 1000}},
	} {
		for _, r := range rs {
			if Usable(r) != want {
				t.Errorf("Usable(%+v) = %v", r, !want)
			}
		}
	}
}
