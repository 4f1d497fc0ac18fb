package standard

import (
	"math"
	"testing"
)

// TestSteamEnthalpy holds the check values of the release R7-97(2012), tables
// 15 and 36, and the saturated values of the reference (mark B).
func TestSteamEnthalpy(t *testing.T) {
	for _, tt := range []struct{ mpa, kelvin, want float64 }{
		{0.0035, 300, 2549.91145}, {0.0035, 700, 3335.68375}, {30, 700, 2631.49474},
	} {
		if got := steamEnthalpy(tt.mpa, tt.kelvin); math.Abs(got-tt.want) > 5e-6 {
			t.Errorf("steamEnthalpy(%v MPa, %v K) = %v, want %v", tt.mpa, tt.kelvin, got, tt.want)
		}
	}
	for mpa, want := range map[float64]float64{0.1: 372.755919, 1: 453.035632, 10: 584.149488} {
		if got := saturationKelvin(mpa); math.Abs(got-want) > 5e-7 {
			t.Errorf("saturationKelvin(%v MPa) = %v, want %v", mpa, got, want)
		}
	}
	for mpa, want := range map[float64]float64{0.5: 2748.1, 0.8: 2768.3, 1.0: 2777.1} {
		if got := steamEnthalpy(mpa, saturationKelvin(mpa)); math.Abs(got-want) > 0.05 {
			t.Errorf("saturated steam at %v MPa has %v kJ/kg, want %v", mpa, got, want)
		}
	}
}
