// Package money owns whole fen of a currency, day counts and exact rates.
package money

import (
	"math/big"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Currency is an ISO 4217 code.
type Currency string

// CNY is the renminbi, whose hundredth is the fen.
const CNY Currency = "CNY"

// Amount is a whole number of hundredths of a currency.
type Amount struct {
	Fen      int64
	Currency Currency
}

// Yuan makes an amount of whole yuan.
func Yuan(n int64) Amount { return Amount{n * 100, CNY} }

// Add adds amounts of one currency; another currency, or a sum beyond int64,
// is an error.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fault.Invalid.Say(lang.T("币种不同:%s 与 %s", "different currencies: %s and %s"), a.Currency, b.Currency)
	}
	sum := a.Fen + b.Fen
	if (a.Fen > 0) == (b.Fen > 0) && (sum > 0) != (a.Fen > 0) && a.Fen != 0 {
		return Amount{}, fault.Invalid.Say(lang.T("金额超出范围", "amount out of range"))
	}
	return Amount{sum, a.Currency}, nil
}

// Neg changes the sign.
func (a Amount) Neg() Amount { return Amount{-a.Fen, a.Currency} }

// Times multiplies by an exact number and rounds once to the fen.
func (a Amount) Times(r *big.Rat, mode quantity.Mode) (Amount, error) {
	exact := new(big.Rat).Mul(new(big.Rat).SetInt64(a.Fen), r)
	fen := quantity.RoundInt(exact, mode)
	if !fen.IsInt64() {
		return Amount{}, fault.Invalid.Say(lang.T("金额超出范围", "amount out of range"))
	}
	return Amount{fen.Int64(), a.Currency}, nil
}

// String prints "1234.05 CNY".
func (a Amount) String() string {
	return new(big.Rat).SetFrac64(a.Fen, 100).FloatString(2) + " " + string(a.Currency)
}

// DayCount is a convention for the share of a year between two dates.
type DayCount string

// The day counts of Chinese and international loans.
const (
	Act360 DayCount = "ACT/360"
	Act365 DayCount = "ACT/365F"
	D30360 DayCount = "30E/360"
)

// YearFraction is the exact share of a year from one date to another, by
// calendar dates as they stand in their own zone.
func (d DayCount) YearFraction(from, to time.Time) (*big.Rat, error) {
	switch d {
	case Act360:
		return big.NewRat(days(from, to), 360), nil
	case Act365:
		return big.NewRat(days(from, to), 365), nil
	case D30360:
		y1, m1, d1 := from.Date()
		y2, m2, d2 := to.Date()
		n := 360*(y2-y1) + 30*(int(m2)-int(m1)) + min(d2, 30) - min(d1, 30)
		return big.NewRat(int64(n), 360), nil
	}
	return nil, fault.Invalid.Say(lang.T("计息基准 %q 不认识", "unknown day count %q"), string(d))
}

// days counts calendar days, so that a change to summer time loses none.
func days(from, to time.Time) int64 {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int64(day(to).Sub(day(from)) / (24 * time.Hour))
}
