package source

import (
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"lingtan/quantity"
)

func same(tb testing.TB) *ratio {
	tb.Helper()
	r, err := ratioOf(quantity.One, big.NewRat(1, 1), quantity.One)
	if err != nil {
		tb.Fatal(err)
	}
	return &r
}

func TestNumeral(t *testing.T) {
	chinese, german := numeral{point: '.', group: ','}, numeral{point: ',', group: '.'}
	plain, french := numeral{point: '.'}, numeral{point: ',', group: ' '}
	for _, c := range []struct {
		name string
		n    numeral
		in   string
		want string // "" is refused
	}{
		{"decimal", plain, "3.17", "3.17"},
		{"sign", plain, "-0.07", "-0.07"},
		{"plus", plain, "+4", "4"},
		{"no whole part", plain, ".5", "0.5"},
		{"no fraction", plain, "5.", "5"},
		{"minus zero keeps its sign", plain, "-0", "-0"},
		{"exponent", plain, "1.5E-3", "0.0015"},
		{"seventeen digits", plain, "0.30000000000000004", "0.30000000000000004"},
		{"full width", plain, "１２．５", "12.5"},
		{"full width minus and spaces", plain, "　−２", "-2"},
		{"thousands", chinese, "1,234,567.5", "1234567.5"},
		{"decimal comma", german, "1.234,5", "1234.5"},
		{"thousands of spaces", french, "1\u00a0234,5", "1234.5"},
		{"comma of unknown meaning", plain, "1,234", ""},
		{"groups of two", chinese, "12,34", ""},
		{"thousands in the fraction", chinese, "1.234,5", ""},
		{"point where a comma is the mark", numeral{point: ','}, "1.5", ""},
		{"unit in the cell", plain, "3.2 kWh", ""},
		{"two points", plain, "1.2.3", ""},
		{"infinity", plain, "inf", ""},
		{"hexadecimal", plain, "0x10", ""},
		{"fraction", plain, "1/3", ""},
		{"huge", plain, "1e400", ""},
		{"only a sign", plain, "-", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, bad := c.n.read([]byte(c.in), same(t))
			got := strconv.FormatFloat(v, 'f', -1, 64)
			if bad != nil {
				got = ""
			}
			if got != c.want {
				t.Errorf("read(%q) = %q, want %q (%v)", c.in, got, c.want, bad)
			}
		})
	}
}

func TestRatio(t *testing.T) {
	unit := quantity.MustUnit
	for _, c := range []struct {
		name     string
		from, to string
		scale    *big.Rat
		in       string
		want     float64
	}{
		{"MWh in kWh", "MWh", "kWh", big.NewRat(1, 1), "0.123456", 123.456},
		{"万Nm3 in Nm3", "万Nm3", "Nm3", big.NewRat(1, 1), "1.5", 15000},
		{"kWh in GJ", "kWh", "GJ", big.NewRat(1, 1), "1000", 3.6},
		{"°C in K, with an offset", "degC", "K", big.NewRat(1, 1), "25", 298.15},
		{"a scale", "kWh", "kWh", big.NewRat(1, 1000), "7", 0.007},
		{"hPa in kPa", "hPa", "kPa", big.NewRat(1, 1), "1013.25", 101.325},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ratioOf(unit(c.from), c.scale, unit(c.to))
			if err != nil {
				t.Fatal(err)
			}
			if got, bad := (numeral{point: '.'}).read([]byte(c.in), &r); bad != nil || got != c.want {
				t.Errorf("%s %s = %v %s, want %v (%v)", c.in, c.from, got, c.to, c.want, bad)
			}
		})
	}
	for _, c := range [][2]string{{"kWh", "t"}, {"Nm3", "m3@20C"}, {"kPa(g)", "kPa"}} {
		if _, err := ratioOf(unit(c[0]), big.NewRat(1, 1), unit(c[1])); err == nil {
			t.Errorf("%s in %s was not refused", c[0], c[1])
		}
	}
}

// TestNumeralIsExact holds the short way to the long one: the nearest float64 to
// the exact product.
func TestNumeralIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,15}(\.[0-9]{1,9})?`).Draw(t, "number")
		times := big.NewRat(rapid.Int64Range(1, 1_000_000_000).Draw(t, "num"), rapid.Int64Range(1, 1_000_000).Draw(t, "den"))
		r, err := ratioOf(quantity.One, times, quantity.One)
		if err != nil {
			t.Fatal(err)
		}
		exact, _ := new(big.Rat).SetString(text)
		want, _ := exact.Mul(exact, times).Float64()
		if got, bad := (numeral{point: '.'}).read([]byte(text), &r); bad != nil || got != want {
			t.Fatalf("%s × %s = %v, want %v (%v)", text, times, got, want, bad)
		}
	})
}
