package mine_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/standard"
	"lingtan/testkit/mine"
)

// The mine of the seed, as it is. Whoever changes the generator on purpose puts
// the new ones here.
const (
	fileSHA     = "e74bd290bc87c5b21ab2727a8414fe765811f9f6bd896f0a7babb4cd975de13b"
	readingsSHA = "53feccd356b2e41a6c6f37c24dc0de28fb8f214a051e5ebf62854bf191436e6a" // of the first million readings
)

func TestDeterminism(t *testing.T) {
	m := mine.New(mine.Seed)
	sum := sha256.Sum256(m.File())
	if got := hex.EncodeToString(sum[:]); got != fileSHA {
		t.Errorf("SHA-256 of File() = %s, want %s", got, fileSHA)
	}
	if got := firstMillion(m); got != readingsSHA {
		t.Errorf("SHA-256 of the first readings = %s, want %s", got, readingsSHA)
	}
	if other := mine.New(7); firstMillion(other) == readingsSHA {
		t.Error("another seed makes the same readings")
	}
}

func firstMillion(m *mine.Mine) string {
	h, n := sha256.New(), 0
	ids := map[string]reading.ID{}
	buf := make([]byte, 33)
	for batch := range m.Readings(func(p string) reading.ID { ids[p] = reading.ID(len(ids) + 1); return ids[p] }) {
		for _, r := range batch {
			for i, v := range []int64{int64(r.Series), r.T, r.Recv, int64(math.Float64bits(r.V))} {
				binary.LittleEndian.PutUint64(buf[8*i:], uint64(v))
			}
			buf[32] = byte(r.Q)
			h.Write(buf)
		}
		if n += len(batch); n > 1_000_000 {
			break
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// vocabulary asks the editions of a plan for their fields.
func vocabulary(t *testing.T, editions ...string) plan.Vocabulary {
	t.Helper()
	return func(kind string) []plan.Field {
		var out []plan.Field
		for _, id := range editions {
			edition, err := standard.Find(id)
			if err != nil {
				t.Fatal(err)
			}
			k, err := edition.Kind(kind)
			if err != nil {
				continue
			}
			for _, f := range k.Fields {
				field := plan.Field{Name: f.Name, Required: f.Required}
				for _, u := range f.Units {
					field.Units = append(field.Units, quantity.MustUnit(u))
				}
				out = append(out, field)
			}
		}
		return out
	}
}

func TestFile(t *testing.T) {
	doc, err := site.Open("qingling.toml", mine.New(mine.Seed).File())
	if err != nil {
		t.Fatal(err)
	}
	s, err := doc.Site()
	if err != nil {
		t.Fatal(fault.Tell(err, lang.EN))
	}
	p, err := plan.Parse(doc, s, vocabulary(t, "cn-coal-2014", "gbt-32151.11-2018"))
	if err != nil {
		t.Fatal(fault.Tell(err, lang.EN))
	}
	if n := len(s.Points); n < 380 || n > 420 {
		t.Errorf("%d points, want about 400", n)
	}
	kinds := map[string]bool{}
	for _, source := range s.Sources {
		kinds[source.Kind] = true
		if len(p.Of(source.ID)) == 0 {
			t.Errorf("source %s has no parameter", source.ID)
		}
	}
	if len(kinds) != 7 {
		t.Errorf("kinds = %v, want the seven of an underground mine", kinds)
	}
	for _, point := range s.Points {
		if err := point.Rule().Validate(); err != nil {
			t.Errorf("%s: %v", point.ID, err)
		}
	}
	// One calibration was forgotten: a warning, not a fault.
	if w := s.Warnings(time.Date(2025, 12, 31, 0, 0, 0, 0, s.Calendar.Zone)); len(w) != 1 || w[0].Code != "site.calibration_overdue" {
		t.Errorf("Warnings = %+v, want one calibration overdue", w)
	}
}

func TestRegisters(t *testing.T) {
	s := open(t).site
	if share, _ := s.Electrified(); len(s.Vehicles) != 53 || share.FloatString(4) != "0.9434" {
		t.Errorf("%d vehicles, share %v, want 53 and 94.34 %%", len(s.Vehicles), share)
	}
	if got := s.PlannedThrough(2025).String(); got != "74100 tCO2e" {
		t.Errorf("PlannedThrough(2025) = %s, want 7.41 万t", got)
	}
	if got := s.PlannedThrough(2030).String(); got != "141800 tCO2e" {
		t.Errorf("PlannedThrough(2030) = %s, want 14.18 万t", got)
	}
}

func TestFilings(t *testing.T) {
	b := open(t)
	p, err := plan.Parse(b.doc, b.site, nil)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]int{}
	for _, par := range p.Rows() {
		if par.Filed() {
			asked[par.ID()] = 34
		}
	}
	if len(asked) < 60 {
		t.Errorf("%d rows are filed, want 60 at least", len(asked))
	}
	october := time.Date(2026, 11, 23, 8, 0, 0, 0, b.site.Calendar.Zone)
	for _, f := range slices.Concat(b.mine.Filings(), b.mine.FilingsSince(october)) {
		par, ok := p.Row(f.Source, f.Parameter)
		if !ok {
			t.Fatalf("filing %s has no row", f.ID)
		}
		if err := f.Validate(par.Unit); err != nil {
			t.Errorf("filing %s: %v", f.ID, err)
		}
		asked[par.ID()]--
	}
	for id, left := range asked {
		if left != 0 {
			t.Errorf("%s: %d months not filed, or filed twice", id, left)
		}
	}
}

func BenchmarkReadings(b *testing.B) {
	m := mine.New(mine.Seed)
	n := 0
	for b.Loop() {
		for batch := range m.Readings(func(string) reading.ID { return 1 }) {
			n += len(batch)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "readings/s")
}
