package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// killsEnv says how often an import is killed; without it, three times.
const killsEnv = "LINGTAN_TEST_KILLS"

// killed is a data folder whose program is killed again and again. Readings of
// 1 kWh for every minute are imported year by year, so that a year's total is
// the number of its readings that count.
type killed struct {
	*testing.T
	dir   string
	year  int
	found int // readings of the year that were durable after the last kill
}

// TestKilledImport: kill -9 in the midst of an import loses no reading that was
// acknowledged and makes none twice, and the import goes on where it was cut.
func TestKilledImport(t *testing.T) {
	t.Parallel()
	rounds := 3
	if s := os.Getenv(killsEnv); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil {
			t.Fatalf("%s: %v", killsEnv, err)
		}
	}
	k := &killed{T: t, dir: t.TempDir(), year: 2024}
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	k.must("site", "put", filepath.Join(testdata, "mine.toml"))
	k.file()
	chance := rand.New(rand.NewPCG(9, 9))
	kills, midst, longest := 0, 0, 600*time.Millisecond
	for kills < rounds || midst == 0 {
		cmd := k.command("import", k.name(), "--mapping", filepath.Join(testdata, "belt.toml"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(longest/3 + time.Duration(chance.Int64N(int64(longest*2/3))))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		through := cmd.Wait() == nil
		before := k.found
		k.found = k.count()
		if k.found < before {
			t.Fatalf("%d readings were durable, %d are left after kill -9", before, k.found)
		}
		if through { // this machine is quicker
			longest = max(longest*4/5, 50*time.Millisecond)
		} else {
			kills++
		}
		switch {
		case k.found > before && k.found < k.minutes():
			midst++
		case k.found == before: // too early: this machine is slower
			longest = longest * 5 / 4
		}
		if through || k.found == k.minutes() {
			k.finish(testdata)
			k.year--
			if k.found = 0; k.year < 2000 {
				t.Fatalf("%d kills, none in the midst of an import", kills)
			}
			k.file()
		}
	}
	k.finish(testdata)
	t.Logf("%d kills, %d in the midst of the readings, years %d to 2024", kills, midst, k.year)
}

func (k *killed) name() string { return fmt.Sprintf("%d.csv", k.year) }

func (k *killed) file() {
	k.Helper()
	from, to := fmt.Sprintf("%d-01-01", k.year), fmt.Sprintf("%d-01-01", k.year+1)
	if err := writeReadings(filepath.Join(k.dir, k.name()), time.Minute, from, to, "1"); err != nil {
		k.Fatal(err)
	}
}

func (k *killed) minutes() int {
	return int(time.Date(k.year+1, 1, 1, 0, 0, 0, 0, time.UTC).Sub(time.Date(k.year, 1, 1, 0, 0, 0, 0, time.UTC)).Minutes())
}

func (k *killed) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(k.Context(), "lingtan", args...)
	cmd.Dir = k.dir
	cmd.Env = append(os.Environ(), "CLOCK="+clock, "LINGTAN_LANG=en")
	return cmd
}

// must runs a command that has to go well.
func (k *killed) must(args ...string) []byte {
	k.Helper()
	cmd := k.command(args...)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		k.Fatalf("lingtan %s: %v\n%s", strings.Join(args, " "), err, errors.Bytes())
	}
	return out
}

// count tells how many readings of the year count.
func (k *killed) count() int {
	k.Helper()
	var rows []struct{ Amount string }
	if err := json.Unmarshal(k.must("query", "totals", "belt", "--period", fmt.Sprint(k.year), "--by", "year", "--json"), &rows); err != nil {
		k.Fatal(err)
	}
	if len(rows) == 0 { // nothing was durable yet
		return 0
	}
	number, unit, _ := strings.Cut(rows[0].Amount, " ")
	n, err := strconv.Atoi(number)
	if err != nil || unit != "kWh" {
		k.Fatalf("the total is %q", rows[0].Amount)
	}
	return n
}

// finish lets the import run to its end: what was durable is not written again.
func (k *killed) finish(testdata string) {
	k.Helper()
	var report struct {
		Rows, Readings int
		Resumed        int `json:"resumed_after_row"`
		Delivered      int
		Rejected       int
	}
	if k.found < k.minutes() {
		if err := json.Unmarshal(k.must("import", k.name(), "--mapping", filepath.Join(testdata, "belt.toml"), "--json"), &report); err != nil {
			k.Fatal(err)
		}
		if report.Readings != k.minutes() || k.found+report.Delivered != k.minutes() || report.Rejected != 0 {
			k.Errorf("%d durable readings, then %+v, want %d in all", k.found, report, k.minutes())
		}
	}
	if n := k.count(); n != k.minutes() {
		k.Errorf("%d: %d readings count, want %d", k.year, n, k.minutes())
	}
	if found := k.must("query", "findings"); len(found) > 0 {
		k.Errorf("readings contradict each other:\n%s", found)
	}
}
