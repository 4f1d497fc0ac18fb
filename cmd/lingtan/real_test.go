package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// realDataEnv names a folder with recordings of the world. Their licences keep
// them out of this project, so that without it the tests make up recordings of
// the same shape.
const realDataEnv = "LINGTAN_REAL_DATA"

// recorded is a recording, and whether it is a real one.
func recorded(t *testing.T, path string, made func() string) (file string, isReal bool) {
	t.Helper()
	if dir := os.Getenv(realDataEnv); dir != "" {
		return filepath.Join(dir, path), true
	}
	file = filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(file, []byte(made()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, false
}

// good runs a command line that has to go well and reads its JSON.
func good(t *testing.T, into any, args ...string) {
	t.Helper()
	got := try(t, append(args, "--json")...)
	if got.code != exitOK {
		t.Fatalf("lingtan %s ended with %d: %s", strings.Join(args, " "), got.code, got.errors)
	}
	if err := json.Unmarshal([]byte(got.out), into); err != nil {
		t.Fatalf("lingtan %s: %v", strings.Join(args, " "), err)
	}
}

// amount is one row of query totals.
type amount struct{ Amount string }

// amountOf gives the amount of a point in a period, in the point's own unit.
func amountOf(t *testing.T, data, point, period string) *big.Rat {
	t.Helper()
	var rows []amount
	good(t, &rows, "query", "totals", point, "--period", period, "--by", "year", "--data", data)
	if len(rows) != 1 {
		t.Fatalf("%d rows for %s %s, want 1", len(rows), point, period)
	}
	number, _, _ := strings.Cut(rows[0].Amount, " ")
	x, ok := new(big.Rat).SetString(number)
	if !ok {
		t.Fatalf("%s is %q", point, rows[0].Amount)
	}
	return x
}

// plantYear makes a year of quarters of an hour whose days end at 0:00 of their
// own date.
func plantYear() string {
	var b strings.Builder
	b.WriteString("\ufeffdate,Usage_kWh,CO2(tCO2)\r\n")
	for day := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2018; day = day.AddDate(0, 0, 1) {
		for q := 1; q <= 96; q++ {
			fmt.Fprintf(&b, "%d/%d/2018 %d:%02d,%d.%02d,0\r\n", day.Day(), day.Month(), q/4%24, q%4*15, 10+q*7%40, (q*13+day.Day())%100)
		}
	}
	return b.String()
}

// TestSteelYear: a year of purchased electricity, from 35,040 rows to a closed
// inventory, all by the command line.
func TestSteelYear(t *testing.T) {
	t.Parallel()
	file, isReal := recorded(t, "steel_industry_15min/Steel_industry_data.csv", plantYear)
	want := column(t, file, 1)
	if isReal && want.kWh.FloatString(2) != "959636.71" {
		t.Errorf("the recording sums to %s, want 959636.71", want.kWh.FloatString(2))
	}
	data := filepath.Join(t.TempDir(), "data")
	var said map[string]any
	good(t, &said, "site", "put", "testdata/steel.toml", "--data", data)
	good(t, &said, "import", file, "--mapping", "../../source/testdata/mappings/steel_15min.toml", "--errors", filepath.Join(t.TempDir(), "errors.csv"), "--data", data)
	if said["rows"] != float64(want.rows) || want.rows != 35_040 {
		t.Errorf("%v rows, want %d", said["rows"], want.rows)
	}
	if got := amountOf(t, data, "steel-active", "2018"); got.Cmp(want.kWh) != 0 {
		t.Errorf("the year is %s kWh, want %s", got.FloatString(4), want.kWh.FloatString(4))
	}
	// No provincial factor is published for 2018; the regional one of 2012 is
	// the latest, 0.8843 kgCO2/kWh in the north.
	if got := try(t, "close", "--period", "2018", "--data", data); got.code != exitFault || strings.Count(got.errors, "has no value for data year 2018") != 1 {
		t.Errorf("closing with provincial factors ended with %d: %s", got.code, got.errors)
	}
	var closed struct {
		Content struct {
			Result struct {
				Totals []struct{ ID, CO2e string }
			}
		}
	}
	good(t, &closed, "close", "--period", "2018", "--choice", "grid=region", "--choice", "region=old6:north", "--data", data)
	tonnes := new(big.Rat).Mul(want.kWh, big.NewRat(8843, 10_000_000))
	for _, total := range closed.Content.Result.Totals {
		if total.ID != "total" {
			continue
		}
		number, _, _ := strings.Cut(total.CO2e, " ")
		if got, ok := new(big.Rat).SetString(number); !ok || got.Cmp(tonnes) != 0 {
			t.Errorf("the year emits %s, want %s tCO2e", total.CO2e, tonnes.FloatString(6))
		}
		return
	}
	t.Error("the year has no total")
}

// summed is what a column of a file comes to.
type summed struct {
	rows int
	kWh  *big.Rat
}

func column(t *testing.T, file string, at int) summed {
	t.Helper()
	s := summed{kWh: new(big.Rat)}
	eachLine(t, file, func(line string) {
		cells := strings.Split(line, ",")
		x, ok := new(big.Rat).SetString(cells[at])
		if !ok { // the header
			return
		}
		s.rows++
		s.kWh.Add(s.kWh, x)
	})
	return s
}

func eachLine(t *testing.T, file string, take func(string)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		take(lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// recording makes rows in which methane falls when air rises.
func recording() string {
	var b strings.Builder
	b.WriteString("@RELATION made-up\n@DATA\n")
	for i := range 19_096 {
		swing := math.Sin(float64(i) / 300)
		fmt.Fprintf(&b, "0.5,%.2f,%.1f,2.0,1.0,1076.0,0.0,1.3\n", 0.85-0.2*swing, 2.2+0.3*swing)
	}
	return b.String()
}

// TestAirway: pure methane is flow × concentration at every step, then summed;
// the product of the means is another number, on the recording by 0.29 %.
func TestAirway(t *testing.T) {
	t.Parallel()
	file, isReal := recorded(t, "methane_mine_polsl/methane.arff", recording)
	data := filepath.Join(t.TempDir(), "data")
	var said map[string]any
	good(t, &said, "site", "put", "testdata/airway.toml", "--data", data)
	good(t, &said, "import", file, "--mapping", "testdata/airway-mapping.toml", "--errors", filepath.Join(t.TempDir(), "errors.csv"), "--data", data)
	integrated, _ := amountOf(t, data, "pure", "2014-03").Float64()

	const perStep = 12 * 60 * 0.5 / 100 // m² × s/min × min, and per cent
	var n, air, methane, product float64
	eachLine(t, file, func(line string) {
		cells := strings.Split(line, ",")
		if len(cells) != 8 {
			return
		}
		c, err := strconv.ParseFloat(cells[1], 64)
		if err != nil {
			return
		}
		v, err := strconv.ParseFloat(cells[2], 64)
		if err != nil {
			return
		}
		n, air, methane, product = n+1, air+v, methane+c, product+v*c
	})
	if n != 19_096 {
		t.Fatalf("%v rows, want 19096", n)
	}
	// The last value stands for up to two steps, hence not to the last digit.
	if want := product * perStep; math.Abs(integrated/want-1) > 1e-4 {
		t.Errorf("%.3f Nm³ are integrated, want %.3f", integrated, want)
	}
	means := air / n * methane * perStep
	if math.Abs(means/integrated-1) < 0.002 {
		t.Errorf("mean × mean is %.5f of what is integrated: it must not be the same", means/integrated)
	}
	if apart := means / (product * perStep); isReal && math.Abs(apart-1.00286) > 0.00001 {
		t.Errorf("mean × mean is %.5f of the mean of the products, want 1.00286", apart)
	}
}
