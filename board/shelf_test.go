package board_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"lingtan/board"
	"lingtan/fault"
	"lingtan/inventory"
)

// TestKept: the engine is asked once for as long as nothing changes; a new
// hour, a filing, a closed inventory and another file each make the month anew.
func TestKept(t *testing.T) {
	s := january(t)
	ask := board.Ask{From: "2025-01", To: "2025-01"}
	total := func() string { return told(s.overview(t, ask).Total.Value) }
	if got := total(); got != "6687.37127824" {
		t.Fatalf("total %s", got)
	}
	asked := s.asked
	if got := total(); got != "6687.37127824" || s.asked != asked {
		t.Errorf("again: %s, the engine was asked %d times more", got, s.asked-asked)
	}
	s.file("2025-01", "post-mining#raw_coal 60000 t") // a later filing of the cell
	s.filings[len(s.filings)-1].At = s.clock.Add(1)
	if got := total(); got != "7109.47127824" {
		t.Errorf("with 60 000 t of coal: %s", got)
	}
	id := s.ids["feeder"]
	s.hours[id][0].Amount += 10e9
	if got := total(); got != "7109.47127824" {
		t.Errorf("an hour that nobody has told of: %s", got)
	}
	s.revision++
	if got := total(); got != "7116.10527824" { // 10 MWh × 0.6634
		t.Errorf("with 10 MWh more: %s", got)
	}
}

// TestClosed: a month that was closed is told of its inventory, whatever was
// filed since; a year that was closed stands for its months.
func TestClosed(t *testing.T) {
	for _, period := range []string{"2025-01", "2025"} {
		s := january(t)
		lines, err := s.desk().Lines(t.Context(), "2025-01", board.Ask{}, board.Narrow{})
		if err != nil {
			t.Fatal(err)
		}
		frozen := s.content(t)
		frozen.Period = period
		inv := inventory.Inventory{ID: "xiaoyao." + period + ".cn-coal-2014.v1", Version: 1, Content: frozen}
		older := inv
		older.ID, older.Version = inv.ID+"0", 0
		s.closed[inv.ID], s.closed[older.ID] = inv, older
		s.file("2025-01", "post-mining#raw_coal 90000 t")
		o := s.overview(t, board.Ask{From: "2025-01", To: "2025-01"})
		m := o.Months[0]
		if told(o.Total.Value) != "6687.37127824" || m.From != board.FromClosed || m.Inventory != inv.ID || m.Version != 1 || o.Tally.Closed != 1 {
			t.Errorf("closed %s: %s from %s %s v%d, tally %+v", period, told(o.Total.Value), m.From, m.Inventory, m.Version, o.Tally)
		}
		again, err := s.desk().Lines(t.Context(), "2025-01", board.Ask{}, board.Narrow{})
		if err != nil || len(again.Items) != len(lines.Items) || again.Origins[0].From != board.FromClosed || again.Items[0].From != board.FromClosed {
			t.Errorf("closed %s: %d lines of %+v, %v", period, len(again.Items), again.Origins, err)
		}
		card, err := s.desk().Card(t.Context(), "2025-01", board.Ask{}, "gas/2025-01:ch4_underground")
		if err != nil || card.Inventory != inv.ID || card.Card.Inventory != inv.ID || len(card.Card.Inputs) != 3 {
			t.Errorf("closed %s: card %+v, %v", period, card, err)
		}
		if got := told(o.Days[0].Value); len(o.Days) != 31 || got == "null" {
			t.Errorf("closed %s: %d days, the first %s", period, len(o.Days), got)
		}
	}
}

// TestOpen: a month that still runs tells what there is so far, and says so.
func TestOpen(t *testing.T) {
	s := xiaoyao(t, "2025-01-11 00:00") // ten days
	s.run(2025, 1)
	o := s.overview(t, board.Ask{})
	speaks(t, "open month", o)
	if m := o.Months[0]; m.From != board.FromOpen || m.Total.Kind != board.Estimate || told(m.Total.Value) != "318.432" { // 480 MWh × 0.6634
		t.Errorf("January so far: %s %s %s", m.From, m.Total.Kind, told(m.Total.Value))
	}
	if len(o.Days) != 10 || told(o.Days[9].Value) != "31.8432" || *o.Days[9].Coverage != 1 {
		t.Errorf("%d days, the tenth %+v", len(o.Days), o.Days[len(o.Days)-1])
	}
	if o.From != "2025-01" || o.To != "2025-01" || o.YearElapsed < 10.0/366 || o.YearElapsed > 10.0/365 {
		t.Errorf("head %+v", o.Head)
	}
	if q := o.Quality; q.Counts.Hard != 0 || told(q.Coverage.Value) != "100" {
		t.Errorf("a month that runs is not asked for its papers: %+v, covered %s", q.Counts, told(q.Coverage.Value))
	}
	if f := figures(o)["overview.year.allowed"]; told(f.Value) != "2258.064516129" { // 7000 × 10 ÷ 31
		t.Errorf("allowed by now: %s", told(f.Value))
	}
	begun := xiaoyao(t, "2025-01-01 00:00") // not an hour of the year is over
	if o := begun.overview(t, board.Ask{}); o.Total.Value != nil || o.Months[0].From != board.FromForecast {
		t.Errorf("the first instant of the year: %s from %s", told(o.Total.Value), o.Months[0].From)
	}
}

// TestYearBefore compares like with like, and forecasts by it.
func TestYearBefore(t *testing.T) {
	s := xiaoyao(t, "2025-02-01 00:00")
	s.run(2024, time.February)
	s.file("2024-01", "gas#vent 8 万Nm3", "gas#drain 20 万Nm3", "gas#utilised 8 万Nm3", "heat#heat 500 GJ")
	s.file("2024-02", "gas#vent 5 万Nm3", "gas#drain 5 万Nm3", "gas#utilised 0 万Nm3")
	s.file("2025-01", "gas#vent 10 万Nm3", "gas#drain 20 万Nm3", "gas#utilised 8 万Nm3", "post-mining#raw_coal 50000 t")
	got := figures(s.overview(t, board.Ask{From: "2025-01", To: "2025-01"}))
	vam := got["overview.source.gas.c-vam"].Change
	if told(vam.Before) != "1204.56" || told(vam.Difference) != "301.14" || told(vam.Share) != "0.25" || vam.Period != "2024-01" || !vam.Missing.IsZero() {
		t.Errorf("return air: %+v", vam)
	}
	// Coal and heat are known of one year each and compared in neither; no power
	// was measured in January 2025.
	total := got["overview.total"].Change
	if told(total.Before) != "3011.4" || told(total.Difference) != "301.14" || total.Missing.IsZero() {
		t.Errorf("total: before %s, difference %s, %v", told(total.Before), told(total.Difference), total.Missing)
	}
	// 1.1 times the February before: (5 + 5) × 7.17 × 21, and its power.
	if feb := told(got["overview.month.2025-02"].Value); feb[:4] != "2672" {
		t.Errorf("February is expected to be %s", feb)
	}
}

func TestAsked(t *testing.T) {
	s := january(t)
	for _, c := range []struct {
		ask  board.Ask
		want string
	}{
		{board.Ask{From: "2025-13"}, "from"},
		{board.Ask{From: "2025-02", To: "2025-01"}, "to"},
		{board.Ask{From: "2020-01", To: "2025-01"}, "to"},
		{board.Ask{Node: "moon"}, "node"},
		{board.Ask{GWP: "AR9"}, "gwp"},
		{board.Ask{Edition: "un-2050"}, "edition"},
	} {
		_, err := s.desk().Overview(t.Context(), c.ask)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Place.Column != c.want || f.Kind == fault.Internal {
			t.Errorf("%+v: %v, want a fault at %s", c.ask, err, c.want)
		}
	}
	o := s.overview(t, board.Ask{From: "2025-01", To: "2025-01", GWP: "AR6"})
	if got := figures(o)["overview.source.gas.c-vam"]; told(got.Value) != "2000.43" || o.GWP != "AR6" { // 71.7 × 27.9
		t.Errorf("at %s: %s", o.GWP, told(got.Value))
	}
}

// TestGone: who goes away is not computed for, and what was begun hurts nobody.
func TestGone(t *testing.T) {
	s := january(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.desk().Overview(gone, board.Ask{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Overview for nobody = %v", err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			o, err := s.desk().Overview(t.Context(), board.Ask{From: "2025-01", To: "2025-01"})
			if err != nil || told(o.Total.Value) != "6687.37127824" {
				t.Errorf("one of many: %s, %v", told(o.Total.Value), err)
			}
		})
	}
	all.Wait()
}
