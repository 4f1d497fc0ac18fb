package inventory_test

import (
	"testing"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/quantity"
	"lingtan/testkit/house"
)

// TestCompare corrects June's coal by a tenth and reads the difference back by
// cause, by source and by value.
func TestCompare(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	first := h.close("2024-06")
	h.File("boiler", "amount", 6, "110 t", activity.Filed)
	second, err := h.Restate(t.Context(), ask("2024-06"), "磅单补录")
	if err != nil {
		t.Fatal(err)
	}
	got, err := inventory.Compare(first, second, factor.Builtin(), h.Described.Site)
	if err != nil {
		t.Fatal(err)
	}
	// 10 t × 23.736 GJ/t × 0.02618 tC/GJ × 0.99 × 44/12 = 22.557128 t CO2.
	const effect = "22.557"
	if got.Difference.Fixed(3) != effect || len(got.Steps) != 4 || got.Steps[3].Effect.Fixed(3) != effect {
		t.Errorf("difference %s by %+v, want %s by a correction", got.Difference.Fixed(3), got.Steps, effect)
	}
	c := got.Steps[3].Changes
	if len(c) != 1 || c[0].Source != "boiler" || c[0].Parameter != "amount" || c[0].Period != "2024-06" || c[0].Before.String() != "100 t" || c[0].After.String() != "110 t" {
		t.Errorf("changes = %+v", c)
	}
	if s := got.Sources[0]; s.Source != "boiler" || s.Difference.Fixed(3) != effect {
		t.Errorf("the source that moved most is %s by %s", s.Source, s.Difference.Fixed(3))
	}
	if len(got.Factors) != 0 {
		t.Errorf("no factor changed, told are %v", got.Factors)
	}
	back, err := inventory.Compare(second, first, factor.Builtin(), h.Described.Site)
	if err != nil || back.Difference.Fixed(3) != "-"+effect {
		t.Errorf("backwards the difference is %s, %v", back.Difference.Fixed(3), err)
	}
	if _, err := inventory.Compare(first, first, factor.Builtin(), h.Described.Site); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a version compared with itself: %v", err)
	}
}

// TestUnder asks what June would be with another GWP set, edition and factor.
func TestUnder(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	june := h.close("2024-06").Content
	same, err := june.Under(inventory.Otherwise{Factors: factor.Builtin()}, h.Described.Site)
	if err != nil || !same.Difference.IsZero() || same.Before.CO2e.String() != same.After.CO2e.String() {
		t.Errorf("nothing was changed, the total moved by %s, %v", same.Difference, err)
	}
	got, err := june.Under(inventory.Otherwise{GWP: "AR5", Factors: factor.Builtin()}, h.Described.Site)
	if err != nil {
		t.Fatal(err)
	}
	// 157.74 t CH4 weigh 28 instead of 21.
	want := quantity.MustParse("1104.18 tCO2e")
	if !got.Difference.Equal(want) || got.Sources[0].Source != "gas" || !got.Sources[0].Difference.Equal(want) || got.Before.GWP != "AR2" || got.After.GWP != "AR5" {
		t.Errorf("AR5 instead of AR2 is %s of %+v, want %s of the gas", got.Difference, got.Sources, want)
	}
	if _, err := june.Under(inventory.Otherwise{Edition: "none", Factors: factor.Builtin()}, h.Described.Site); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an edition that is not there: %v", err)
	}
}
