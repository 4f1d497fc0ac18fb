package verification

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/quantity"
)

func lines(amounts ...string) []Line {
	out := make([]Line, len(amounts))
	for i, a := range amounts {
		out[i] = Line{ID: fmt.Sprintf("s%d/2026:fuel", i), Source: fmt.Sprintf("s%d", i), CO2e: quantity.MustParse(a + " tCO2e")}
	}
	return out
}

func ids(s Sample) []string {
	out := make([]string, len(s.Lines))
	for i, l := range s.Lines {
		out[i] = l.ID
	}
	slices.Sort(out)
	return out
}

// TestDrawStands pins both drawings as a second program, in Python, has them:
// a sample is evidence only if anybody can draw it again.
func TestDrawStands(t *testing.T) {
	population := lines("100", "2000", "50", "0", "700", "-300", "25", "25")
	for _, tt := range []struct {
		by   Method
		size int
		want string
	}{
		{Random, 3, "s4 false 3/8, s0 false 3/8, s7 false 3/8"},
		{Materiality, 4, "s1 true 1, s4 true 1, s5 true 1, s0 false 1/2"},
	} {
		s, err := Draw(population, tt.by, tt.size, "2026-核查")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range s.Lines {
			got = append(got, fmt.Sprintf("%s %v %s", l.Source, l.Certain, l.Chance))
		}
		if text := strings.Join(got, ", "); text != tt.want {
			t.Errorf("%s: %s, want %s", tt.by, text, tt.want)
		}
	}
}

// TestDrawProperties: what is drawn does not depend on the order of the lines,
// no line comes twice, and by materiality the chances add up to the size, the
// largest lines are certain and nothing without emissions comes.
func TestDrawProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.IntRange(-50, 1000), 1, 60).Draw(t, "amounts")
		texts := make([]string, len(amounts))
		full := 0
		for i, a := range amounts {
			texts[i] = fmt.Sprint(a)
			if a != 0 {
				full++
			}
		}
		population := lines(texts...)
		size := rapid.IntRange(1, len(population)).Draw(t, "size")
		seed := rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "seed")
		for _, by := range []Method{Random, Materiality} {
			s, err := Draw(population, by, size, seed)
			if err != nil {
				if by == Materiality && full == 0 && fault.KindOf(err) == fault.Conflict {
					continue
				}
				t.Fatalf("%s: %v", by, err)
			}
			again, err := Draw(rapid.Permutation(population).Draw(t, "order"), by, size, seed)
			if err != nil || !reflect.DeepEqual(ids(again), ids(s)) {
				t.Fatalf("%s in another order: %v, %v, want %v", by, ids(again), err, ids(s))
			}
			want := size
			if by == Materiality {
				want = min(size, full)
			}
			if len(s.Lines) != want || len(slices.Compact(ids(s))) != want {
				t.Fatalf("%s: %d lines %v, want %d different ones", by, len(s.Lines), ids(s), want)
			}
			for _, l := range s.Lines {
				chance, ok := new(big.Rat).SetString(l.Chance)
				if !ok || chance.Sign() <= 0 || chance.Cmp(big.NewRat(1, 1)) > 0 || l.Certain && l.Chance != "1" || by == Materiality && l.CO2e.IsZero() {
					t.Fatalf("%s: %+v", by, l)
				}
			}
		}
	})
}

// TestMaterialityIsFair draws often: a line comes as often as its chance says.
func TestMaterialityIsFair(t *testing.T) {
	population := lines("100", "200", "300", "400", "1000", "2000")
	hits := map[string]int{}
	const draws = 4000
	for i := range draws {
		s, err := Draw(population, Materiality, 3, fmt.Sprint("seed ", i))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range s.Lines {
			hits[l.Source]++
		}
	}
	// Of 4000 tonnes in three drawings, the 2000 t are certain; then of 2000 t
	// in two drawings, the 1000 t; then each of 1000 t by its own size.
	for source, chance := range map[string]float64{"s0": 0.1, "s1": 0.2, "s2": 0.3, "s3": 0.4, "s4": 1, "s5": 1} {
		if got := float64(hits[source]) / draws; got < chance-0.03 || got > chance+0.03 {
			t.Errorf("%s came in %.3f of the drawings, want %.2f", source, got, chance)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	population := lines("1", "2")
	for _, tt := range []struct {
		name   string
		by     Method
		size   int
		seed   string
		column string
	}{
		{"no method", "by feel", 1, "a", "by"},
		{"nothing", Random, 0, "a", "size"},
		{"more than there are", Random, 3, "a", "size"},
		{"a book", Random, MaxSize + 1, "a", "size"},
		{"no seed", Random, 1, "", "seed"},
		{"a seed of two lines", Random, 1, "a\nb", "seed"},
		{"an endless seed", Random, 1, strings.Repeat("a", MaxSeed+1), "seed"},
	} {
		if _, err := Draw(population, tt.by, tt.size, tt.seed); fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Tell(err, "en"), tt.column) {
			t.Errorf("%s: %v, want a fault at %s", tt.name, err, tt.column)
		}
	}
	if _, err := Draw(lines("0", "0"), Materiality, 1, "a"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("drew of nothing: %v", err)
	}
}
