package mine_test

import (
	"testing"

	"lingtan/reading"
)

// days collects what came of some points in the first days.
func (b *book) days(n int, wanted func(reading.ID) bool) map[reading.ID][]reading.Reading {
	out := map[reading.ID][]reading.Reading{}
	for batch := range b.mine.Readings(b.id) {
		for _, r := range batch {
			if wanted(r.Series) {
				out[r.Series] = append(out[r.Series], r)
			}
		}
		if n--; n == 0 {
			break
		}
	}
	return out
}

// TestPowerBalance holds the mine's energy to its own check, day by day: what
// comes in goes out, but for three hundredths.
func TestPowerBalance(t *testing.T) {
	b := open(t)
	check, ok := b.site.Check("power-balance")
	if !ok {
		t.Fatal("no check power-balance")
	}
	ours := map[reading.ID]string{}
	for _, id := range append(append([]string{}, check.Main...), check.Parts...) {
		ours[b.ids[id]] = id
	}
	raw := b.days(4, func(id reading.ID) bool { return ours[id] != "" })
	from, _ := b.mine.Period().Millis()
	for day := range int64(3) {
		start := from + day*24*reading.HourMS
		legs := func(ids []string) []reading.Leg {
			out := make([]reading.Leg, 0, len(ids))
			for _, id := range ids {
				p, _ := b.site.Point(id)
				rule := p.Rule()
				buckets := reading.FoldSlice(raw[b.ids[id]], func(reading.ID) reading.Limit { return rule.Limit() })
				hours, _ := reading.Amounts(rule, buckets, reading.HourOf(start), reading.HourOf(start)+24)
				l := reading.Leg{Scale: b.site.Scale(check, id)}
				for _, h := range hours {
					l.Total.Add(h)
				}
				out = append(out, l)
			}
			return out
		}
		got := reading.Cross(legs(check.Main), legs(check.Parts), check.Tolerance, start, start+24*reading.HourMS)
		if share, _ := got.Share.Float64(); !got.Covered || got.Exceeds || share < 0.005 || got.Main.Sign() <= 0 {
			t.Errorf("day %d: main %s, parts %s, share %.4f, covered %v, exceeds %v", day+1, got.Main.FloatString(0), got.Parts.FloatString(0), share, got.Covered, got.Exceeds)
		} else {
			t.Logf("day %d: share %.4f", day+1, share)
		}
	}
}

// TestJudgedMine: by its own rules nothing is doubtful in the mine, but what is
// broken on purpose, until a sensor is stuck.
func TestJudgedMine(t *testing.T) {
	b := open(t)
	rules := map[reading.ID]reading.Judgement{}
	stuck := 0
	for _, p := range b.site.Points {
		rules[b.ids[p.ID]] = b.site.Judgement(p, b.id)
		if p.FlatAfter > 0 {
			stuck++
		}
	}
	if stuck < 5 {
		t.Errorf("%d points are judged for flat lines", stuck)
	}
	judge, days := reading.NewJudge(rules), 80
	sensor := b.ids["shaft-1-c"]
	flat, n := 0, 0
	for batch := range b.mine.Readings(b.id) {
		last := days == 1
		for i := range batch {
			if r := &batch[i]; last && r.Series == sensor {
				r.V = 0.5
			}
		}
		judge.Batch(reading.Batch{Readings: batch}, batch[len(batch)-1].Recv)
		for _, r := range batch {
			switch doubt := r.Why &^ reading.CameLate; {
			case last && r.Series == sensor && doubt == reading.FlatLine:
				flat++
			case doubt != 0 || r.Q != reading.Good:
				t.Fatalf("%d at %s: %v is %v", r.Series, r.At(), r.V, r.Why.Names())
			}
		}
		n += len(batch)
		if days--; days == 0 {
			break
		}
	}
	if n < 1_000_000 {
		t.Errorf("%d readings judged, want a million", n)
	}
	if flat != 72 { // of 96 quarters the first six hours are believed
		t.Errorf("a sensor that is stuck for a day: %d readings flat, want 72", flat)
	}
}
