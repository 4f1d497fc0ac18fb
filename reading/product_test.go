package reading

import (
	"math"
	"slices"
	"testing"
	"time"
)

func series(id ID, rs ...Reading) []Reading {
	out := slices.Clone(rs)
	for i := range out {
		out[i].Series = id
	}
	return out
}

func hoursOfProduct(p Product, inputs map[ID][]Reading) []row {
	return rows(p.Hours(inputs, h0-5, h0+50))
}

// Flow and concentration fall together here, so the product of the means is
// 12.5 % too low; the integral at the common step is right.
func TestProductIsNotMeanTimesMean(t *testing.T) {
	p := Product{ID: 9, Flow: Signal{Series: 1, MaxHold: time.Hour}, Percent: &Signal{Series: 2, MaxHold: time.Hour}}
	inputs := map[ID][]Reading{
		1: series(1, at(0, 120), at(30, 40)), // mean 80 m³/min
		2: series(2, at(0, 50), at(30, 30)),  // mean 40 %
	}
	got := p.Hours(inputs, h0, h0+1)
	if len(got) != 1 || got[0].Amount != (60*30+12*30)*1e9 || got[0].CoveredMS != HourMS || got[0].N != 2 {
		t.Fatalf("Hours = %+v, want 2160 m³ over a whole hour", got)
	}
	means := 80.0 * 40 / 100 * 60
	near(t, "mean × mean against the integral", means/(float64(got[0].Amount)/1e9), 0.888889, 1e-6)
}

func TestProduct(t *testing.T) {
	pipe := Product{
		ID: 9, Flow: Signal{Series: 1}, Percent: &Signal{Constant: 34.5}, Working: true, To: At0C, PercOn: OnDry,
		Celsius: &Signal{Constant: 28}, KPa: &Signal{Constant: -18}, Baro: &Signal{Constant: 90.2}, Pressure: GaugeSigned, Humidity: &Signal{Constant: 100},
	}
	for _, c := range []struct {
		name    string
		product Product
		inputs  map[ID][]Reading
		want    []row
	}{
		{
			"plain flow, steps of any length, clipped at the hour",
			Product{ID: 9, Flow: Signal{Series: 1, MaxHold: 30 * time.Minute}, FlowPer: time.Hour},
			map[ID][]Reading{1: series(1, at(50, 60), at(55, 120), at(80, 30))},
			[]row{{0, 5 + 10, 10, 0}, {1, 40 + 15, 50, 0}},
		},
		{
			"where one input is not known, nothing is covered",
			Product{ID: 9, Flow: Signal{Series: 1, MaxHold: 10 * time.Minute}, Percent: &Signal{Series: 2, MaxHold: 20 * time.Minute}},
			map[ID][]Reading{1: series(1, at(0, 100), at(5, 100), at(40, 100)), 2: series(2, at(10, 10), at(45, 10))},
			[]row{{0, 100, 10, 0}},
		},
		{"an impossible state is not covered", Product{ID: 9, Flow: Signal{Series: 1}, Working: true, Celsius: &Signal{Constant: -300}, KPa: &Signal{Constant: 90}}, map[ID][]Reading{1: series(1, at(0, 5))}, nil},
		{"drainage, wet flow and dry analyser", pipe, map[ID][]Reading{1: series(1, at(0, 85))}, []row{{0, 35.924766, 2, 0}}},
		{"far apart", Product{ID: 9, Flow: Signal{Series: 1}}, map[ID][]Reading{1: series(1, at(-200, 1), at(2000, 3))}, []row{{-4, 2, 2, 0}, {33, 6, 2, 0}}},
	} {
		got := hoursOfProduct(c.product, c.inputs)
		for i := range got {
			got[i].amount = math.Round(got[i].amount*1e6) / 1e6
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: Hours = %v, want %v", c.name, got, c.want)
		}
	}
	if got, want := pipe.Inputs(), []ID{1}; !slices.Equal(got, want) {
		t.Errorf("Inputs = %v, want %v", got, want)
	}
}

// Computed in chunks or at once, the hours are the same.
func TestProductInChunks(t *testing.T) {
	p := Product{ID: 9, Flow: Signal{Series: 1, MaxHold: 3 * time.Hour}, Percent: &Signal{Series: 2, MaxHold: time.Hour}}
	var a, b []Reading
	for i := range 500 {
		a = append(a, at(float64(i)*7.3, 100+float64(i%13)/3))
		b = append(b, at(float64(i)*5.1+1, 30+float64(i%7)/9))
	}
	inputs := map[ID][]Reading{1: series(1, a...), 2: series(2, b...)}
	whole := p.Hours(inputs, h0, h0+60)
	var parts []Hour
	for h := h0; h < h0+60; h += 7 {
		parts = append(parts, p.Hours(inputs, h, min(h+7, h0+60))...)
	}
	if !slices.Equal(whole, parts) {
		t.Error("hours differ when computed in chunks")
	}
}
