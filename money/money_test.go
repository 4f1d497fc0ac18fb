package money_test

import (
	"math"
	"math/big"
	"testing"
	"time"
	_ "time/tzdata"

	"lingtan/money"
	"lingtan/quantity"
)

func TestTimesRoundsOnce(t *testing.T) {
	// 146,000,000 CNY × 3.85 % × 92/360 = 1,436,477.777… CNY
	rate := new(big.Rat).Mul(big.NewRat(385, 10000), big.NewRat(92, 360))
	got, err := money.Yuan(146_000_000).Times(rate, quantity.HalfUp)
	if err != nil || got.String() != "1436477.78 CNY" {
		t.Errorf("Times = %v, %v, want 1436477.78 CNY", got, err)
	}
	if got, _ := (money.Amount{Fen: 5, Currency: money.CNY}).Times(big.NewRat(1, 2), quantity.HalfEven); got.Fen != 2 {
		t.Errorf("half even of 2.5 fen = %d, want 2", got.Fen)
	}
	if _, err := (money.Amount{Fen: math.MaxInt64, Currency: money.CNY}).Times(big.NewRat(2, 1), quantity.HalfUp); err == nil {
		t.Error("an amount beyond int64 was accepted")
	}
}

func TestAdd(t *testing.T) {
	if _, err := money.Yuan(1).Add(money.Amount{Fen: 1, Currency: "USD"}); err == nil {
		t.Error("CNY + USD was accepted")
	}
	if _, err := (money.Amount{Fen: math.MaxInt64, Currency: money.CNY}).Add(money.Yuan(1)); err == nil {
		t.Error("an overflow was accepted")
	}
	if got, err := money.Yuan(2).Add(money.Yuan(3).Neg()); err != nil || got.String() != "-1.00 CNY" {
		t.Errorf("2 - 3 = %v, %v", got, err)
	}
}

func TestYearFraction(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, warsaw) }
	tests := []struct {
		count    money.DayCount
		from, to time.Time
		want     string
	}{
		{money.Act360, date(2024, 3, 21), date(2024, 6, 21), "23/90"}, // 92 days across the change to summer time
		{money.Act365, date(2024, 1, 1), date(2025, 1, 1), "366/365"},
		{money.D30360, date(2024, 1, 31), date(2024, 2, 28), "7/90"},
	}
	for _, tt := range tests {
		if got, err := tt.count.YearFraction(tt.from, tt.to); err != nil || got.RatString() != tt.want {
			t.Errorf("%s %v = %v, %v, want %s", tt.count, tt.from, got, err, tt.want)
		}
	}
	if _, err := money.DayCount("ACT/ACT").YearFraction(date(2024, 1, 1), date(2024, 2, 1)); err == nil {
		t.Error("an unknown day count was accepted")
	}
}
