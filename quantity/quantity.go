package quantity

import (
	"math/big"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// Quantity is an exact number with its unit. The zero Quantity is the number 0;
// a quantity that is not known is an absent one, never this.
type Quantity struct {
	r *big.Rat // in unit u; nil is 0; never changed in place
	u Unit
}

// New makes a quantity of a number of units.
func New(value *big.Rat, u Unit) Quantity { return Quantity{new(big.Rat).Set(value), u} }

// Int makes a quantity of a whole number of units.
func Int(value int64, u Unit) Quantity { return Quantity{big.NewRat(value, 1), u} }

// Nano makes a quantity of value × 10⁻⁹ units: the exact form in which
// amounts of readings arrive.
func Nano(value *big.Int, u Unit) Quantity {
	return Quantity{new(big.Rat).SetFrac(value, big.NewInt(1_000_000_000)), u}
}

// FromFloat makes a quantity of a measured float, exactly as the float stands.
// It fails on NaN and infinities.
func FromFloat(value float64, u Unit) (Quantity, error) {
	r := new(big.Rat).SetFloat64(value)
	if r == nil {
		return Quantity{}, fault.Invalid.Say(lang.T("%v 不是数", "%v is not a number"), value)
	}
	return Quantity{r, u}, nil
}

func (q Quantity) rat() *big.Rat {
	if q.r == nil {
		return new(big.Rat)
	}
	return q.r
}

// Rat gives a copy of the number, in the quantity's own unit.
func (q Quantity) Rat() *big.Rat { return new(big.Rat).Set(q.rat()) }

// Float gives the nearest float64, for charts and estimates only.
func (q Quantity) Float() float64 { f, _ := q.rat().Float64(); return f }

// Unit gives the unit.
func (q Quantity) Unit() Unit { return q.u }

// Sign is -1, 0 or 1.
func (q Quantity) Sign() int { return q.rat().Sign() }

// IsZero tells whether the number is zero.
func (q Quantity) IsZero() bool { return q.Sign() == 0 }

// In converts to another unit of the same dimension, substance and gas state.
func (q Quantity) In(u Unit) (Quantity, error) {
	if !q.u.Same(u) {
		return Quantity{}, mismatch(q.u, u)
	}
	base := q.rat()
	if q.u.offset != nil {
		base = new(big.Rat).Add(base, q.u.offset)
	}
	out := new(big.Rat).Mul(base, q.u.scaleRat())
	out.Quo(out, u.scaleRat())
	if u.offset != nil {
		out.Sub(out, u.offset)
	}
	return Quantity{out, u}, nil
}

// MustIn is In where the units are known to agree; it panics otherwise.
func (q Quantity) MustIn(u Unit) Quantity {
	out, err := q.In(u)
	if err != nil {
		panic(err)
	}
	return out
}

// Add adds a quantity of the same dimension; the sum has q's unit.
// Two temperatures do not add.
func (q Quantity) Add(o Quantity) (Quantity, error) {
	if q.u.offset != nil && o.u.offset != nil {
		return Quantity{}, fault.Invalid.Say(lang.T("两个温度不能相加", "two temperatures do not add"))
	}
	p, err := o.In(plain(q.u))
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{new(big.Rat).Add(q.rat(), p.rat()), q.u}, nil
}

// Sub subtracts; the difference of two temperatures is in kelvin's size.
func (q Quantity) Sub(o Quantity) (Quantity, error) {
	if q.u.offset != nil && o.u.offset != nil {
		kelvin := MustUnit("K")
		return q.MustIn(kelvin).Sub(o.MustIn(kelvin))
	}
	return q.Add(o.Neg())
}

func plain(u Unit) Unit { u.offset = nil; return u }

// Neg changes the sign.
func (q Quantity) Neg() Quantity { return Quantity{new(big.Rat).Neg(q.rat()), q.u} }

// Abs drops the sign.
func (q Quantity) Abs() Quantity { return Quantity{new(big.Rat).Abs(q.rat()), q.u} }

// Mul multiplies numbers and units; equal symbols cancel. A temperature is
// multiplied as an absolute one.
func (q Quantity) Mul(o Quantity) Quantity {
	q, o = q.absolute(), o.absolute()
	return Quantity{new(big.Rat).Mul(q.rat(), o.rat()), q.u.Mul(o.u)}
}

// Div divides; dividing by zero is an error.
func (q Quantity) Div(o Quantity) (Quantity, error) {
	q, o = q.absolute(), o.absolute()
	if o.IsZero() {
		return Quantity{}, fault.Invalid.Say(lang.T("除数为零", "division by zero"))
	}
	return Quantity{new(big.Rat).Quo(q.rat(), o.rat()), q.u.Div(o.u)}, nil
}

func (q Quantity) absolute() Quantity {
	if q.u.offset == nil {
		return q
	}
	return q.MustIn(MustUnit("K"))
}

// Cmp compares quantities of one dimension: -1, 0, 1.
func (q Quantity) Cmp(o Quantity) (int, error) {
	p, err := o.In(q.u)
	if err != nil {
		return 0, err
	}
	return q.rat().Cmp(p.rat()), nil
}

// Equal tells whether two quantities are the same amount of the same thing.
func (q Quantity) Equal(o Quantity) bool {
	c, err := q.Cmp(o)
	return err == nil && c == 0
}

// Sum adds quantities in a unit. The sum of none is zero of that unit.
func Sum(u Unit, qs ...Quantity) (Quantity, error) {
	total := Quantity{new(big.Rat), u}
	for _, q := range qs {
		var err error
		if total, err = total.Add(q); err != nil {
			return Quantity{}, err
		}
	}
	return total, nil
}

// String prints the quantity exactly, as Parse reads it.
func (q Quantity) String() string { return strings.TrimSpace(q.Number() + " " + q.u.String()) }

// Number prints the number exactly: a decimal where one ends, else a fraction.
func (q Quantity) Number() string {
	r := q.rat()
	if n, exact := decimals(r); exact {
		return r.FloatString(n)
	}
	return r.RatString()
}

// decimals tells how many decimal places print r exactly, if any number does.
func decimals(r *big.Rat) (int, bool) {
	den := new(big.Int).Set(r.Denom())
	count := func(p int64) (n int) {
		divisor, m := big.NewInt(p), new(big.Int)
		for {
			quo, _ := new(big.Int).QuoRem(den, divisor, m)
			if m.Sign() != 0 {
				return n
			}
			den, n = quo, n+1
		}
	}
	twos, fives := count(2), count(5)
	return max(twos, fives), den.IsInt64() && den.Int64() == 1
}

// MarshalText prints the quantity for JSON and TOML.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads what MarshalText printed.
func (q *Quantity) UnmarshalText(text []byte) error {
	p, err := Parse(string(text))
	if err != nil {
		return err
	}
	*q = p
	return nil
}
