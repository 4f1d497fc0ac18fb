package reading

import "math"

// StandardPressureKPa is the pressure of every reference state here.
const StandardPressureKPa = 101.325

// zeroCelsiusK is 0 °C in kelvin. Some Chinese instruments use 273, which moves
// a volume by 0.002 %; this project uses 273.15 throughout.
const zeroCelsiusK = 273.15

// Reference is the temperature, in °C, a standard volume is told at; the
// pressure is always 101.325 kPa.
type Reference float64

// The reference states in use: Nm³, US standard, Chinese mine safety.
const (
	At0C  Reference = 0
	At60F Reference = 140.0 / 9 // 15.5556 °C
	At20C Reference = 20
)

// Pressure says what a pressure sensor shows. Drainage recorders know four
// cases by site; with a signed gauge the two gauge cases are one.
type Pressure uint8

// The pressure modes.
const (
	Absolute     Pressure = iota // absolute already
	GaugeSigned                  // against the barometer, suction negative
	GaugeSuction                 // a suction told as a positive number
)

// AbsoluteKPa gives P_abs = P_baro + P_gauge, a suction being negative. The
// site's barometer matters: about 90 kPa at 1,000 m, not 101.325.
func (p Pressure) AbsoluteKPa(shownKPa, barometerKPa float64) float64 {
	switch p {
	case GaugeSigned:
		return barometerKPa + shownKPa
	case GaugeSuction:
		return barometerKPa - math.Abs(shownKPa)
	case Absolute:
	}
	return shownKPa
}

// SaturationKPa is the water vapour pressure over water in kPa by Magnus'
// formula, P = 0.61094·exp(17.625 t / (t + 243.04)), t in °C
// (Alduchov and Eskridge 1996; within 0.4 % from −40 to 50 °C).
func SaturationKPa(celsius float64) float64 {
	return 0.61094 * math.Exp(17.625*celsius/(celsius+243.04))
}

// State is the condition of a gas in a pipe or a shaft.
type State struct {
	Celsius     float64
	AbsoluteKPa float64
	Humidity    float64 // relative, 0 to 1; 1 in drainage pipes and upcast shafts
}

// Possible tells whether a gas can be in the state.
func (s State) Possible() bool {
	return s.Celsius > -zeroCelsiusK && s.AbsoluteKPa > 0 && s.Water() >= 0 && s.Water() < 1
}

// Water is the mole fraction of water vapour, x = RH·P_sat(t)/P_abs.
func (s State) Water() float64 {
	if s.Humidity == 0 {
		return 0
	}
	return s.Humidity * SaturationKPa(s.Celsius) / s.AbsoluteKPa
}

// To converts a working volume to a standard volume of the same wetness:
// V_std = V × P_abs/101.325 × T_std/(273.15 + t).
func (s State) To(ref Reference, working float64) float64 {
	return working * (s.AbsoluteKPa / StandardPressureKPa) * ((zeroCelsiusK + float64(ref)) / (zeroCelsiusK + s.Celsius))
}

// Dry takes the water out of a wet volume: V × (1 − x).
func (s State) Dry(wet float64) float64 { return wet * (1 - s.Water()) }

// Wet puts the water into a dry volume: V / (1 − x).
func (s State) Wet(dry float64) float64 { return dry / (1 - s.Water()) }

// Pure is the methane in a volume, V × C, the concentration in vol-% of the
// same basis, wet or dry, as the volume.
func Pure(volume, percent float64) float64 { return volume * (percent / 100) }
