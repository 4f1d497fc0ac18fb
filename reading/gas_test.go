package reading

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s = %.7f, want %.7f", what, got, want)
	}
}

// The drainage example: 85 m³/min working, 28 °C, gauge −18.0 kPa, barometer
// 90.2 kPa, saturated, 34.5 % dry (worked through by hand from the formulas).
func TestDrainageWetToDry(t *testing.T) {
	s := State{Celsius: 28, AbsoluteKPa: GaugeSigned.AbsoluteKPa(-18, 90.2), Humidity: 1}
	near(t, "P", s.AbsoluteKPa, 72.2, 1e-9)
	near(t, "Psat", SaturationKPa(28), 3.773519, 1e-6)
	near(t, "x", s.Water(), 0.0522648, 1e-7)
	wet := s.To(At0C, 85)
	near(t, "wet", wet, 54.936103, 1e-6)
	near(t, "dry", s.Dry(wet), 52.064878, 1e-6)
	near(t, "pure CH4", Pure(s.Dry(wet), 34.5), 17.962383, 1e-6)
	near(t, "wet at 20 °C", s.To(At20C, 85), 58.958516, 1e-6)
	near(t, "wet again", s.Wet(s.Dry(wet)), wet, 1e-9)
	wrong := State{Celsius: 28, AbsoluteKPa: GaugeSigned.AbsoluteKPa(-18, StandardPressureKPa), Humidity: 1}
	near(t, "at the wrong barometer", Pure(wrong.Dry(wrong.To(At0C, 85)), 34.5), 20.882766, 1e-6)
}

// Ventilation air: 12,000 m³/min working, 0.35 %, 91.0 kPa, 22 °C, both wet.
func TestVentilationAir(t *testing.T) {
	s := State{Celsius: 22, AbsoluteKPa: 91, Humidity: 1}
	pure := Pure(s.To(At0C, 12000), 0.35)
	near(t, "pure CH4", pure, 34.908604, 1e-6)
	near(t, "10⁴ Nm³ a year", pure*60*24*365/1e4, 1834.796251, 1e-5)
}

// A KJ370 drainage system's case: 120 m³/min, suction 18.0 kPa, 35 °C, 42 %;
// 93.8788 m³/min at 20 °C by 293.15/273.15, 39.429 pure, 1.5777 t/h.
func TestSuctionGauge(t *testing.T) {
	for _, shown := range []float64{18, -18} {
		s := State{Celsius: 35, AbsoluteKPa: GaugeSuction.AbsoluteKPa(shown, StandardPressureKPa)}
		std := s.To(At20C, 120)
		near(t, "standard flow", std, 93.8788, 5e-5)
		near(t, "pure flow", Pure(std, 42), 39.429, 5e-4)
		near(t, "t/h", Pure(std, 42)*60*0.6669/1000, 1.5777, 5e-5)
	}
	near(t, "absolute sensor", Absolute.AbsoluteKPa(83.3, 90), 83.3, 0)
	near(t, "60 °F to 20 °C", State{Celsius: float64(At60F), AbsoluteKPa: StandardPressureKPa}.To(At20C, 1), 1.01539, 1e-5)
}

func TestImpossibleStates(t *testing.T) {
	for _, s := range []State{
		{Celsius: -274, AbsoluteKPa: 90},
		{Celsius: 20, AbsoluteKPa: 0},
		{Celsius: 20, AbsoluteKPa: -1},
		{Celsius: 99, AbsoluteKPa: 50, Humidity: 1},
		{Celsius: math.NaN(), AbsoluteKPa: 90},
		{Celsius: 20, AbsoluteKPa: 90, Humidity: -1},
	} {
		if s.Possible() {
			t.Errorf("%+v is called possible", s)
		}
	}
}
