package inventory_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/quantity"
	"lingtan/testkit/house"
)

const edition = "cn-coal-2014"

// mine is the small mine, whose inventories close or fail the test.
type mine struct {
	*house.House
	t *testing.T
}

func (h mine) close(period string) inventory.Inventory {
	h.t.Helper()
	inv, err := h.Close(h.t.Context(), ask(period))
	if err != nil {
		h.t.Fatalf("close %s: %v", period, err)
	}
	return inv
}

func ask(period string) inventory.Close {
	return inventory.Close{Site: "beigou", Period: period, Edition: edition, By: "审核员"}
}

func total(t *testing.T, c inventory.Content, id string) quantity.Quantity {
	t.Helper()
	got, err := c.Result.Total(id)
	if err != nil {
		t.Fatal(err)
	}
	return got.CO2e
}

// TestCloseByHand closes a year and compares it with the sum a person makes.
func TestCloseByHand(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	inv := h.close("2024")
	// Boiler: 1200 t × 23.736 GJ/t × 0.02618 tC/GJ × 0.99 × 44/12 (table S).
	// Gas: 12 × (10 + 20 − 8) × 7.17 t CH4. Grid: 366 × 24 × 2 MWh × 0.6634.
	want := map[string]string{
		"combustion direct CO2": "2706.855339", "ch4_underground direct CH4": "1892.88", "electricity location CO2": "11654.6112",
	}
	for _, c := range inv.Content.Result.Categories() {
		name := c.Category + " " + c.Basis + " " + c.Gas
		if w, ok := want[name]; ok && quantity.MustParse(w+" t"+c.Gas).Round(6, quantity.HalfUp).String() != c.Mass.Round(6, quantity.HalfUp).String() {
			t.Errorf("%s = %s, want %s", name, c.Mass.Fixed(6), w)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	if got := total(t, inv.Content, "total").Fixed(3); got != "54,111.947" {
		t.Errorf("total = %s, want 54,111.947", got)
	}
	if inv.ID != "beigou.2024.cn-coal-2014.v1" || inv.Version != 1 {
		t.Errorf("closed as %s, version %d", inv.ID, inv.Version)
	}
	if _, err := h.Close(t.Context(), ask("2024")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("closed twice: %v", err)
	}
}

func TestRerunGivesTheSameHash(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	inv := h.close("2024")
	body, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	var kept inventory.Inventory
	if err := json.Unmarshal(body, &kept); err != nil {
		t.Fatal(err)
	}
	again, err := kept.Content.Rerun(factor.Builtin(), h.Described.Site)
	if err != nil {
		t.Fatal(err)
	}
	if sum, err := again.Sum(); err != nil || sum != inv.Hash {
		t.Errorf("rerun hashes to %s, %v, want %s", sum, err, inv.Hash)
	}
	again.Activities[0].Values["purchased"] = activity.Value{Quantity: quantity.MustParse("1 MWh"), How: activity.Metered}
	if sum, err := again.Sum(); err != nil || sum == inv.Hash {
		t.Errorf("another value has the same hash %s, %v", sum, err)
	}
}

// TestPostings posts each line of the statutory total in grams, and both sides.
func TestPostings(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	h.close("2024")
	balance, err := ledger.Balance(h.Store.Ledger(t.Context(), "beigou"))
	if err != nil {
		t.Fatal(err)
	}
	account := ledger.InventoryAccount("beigou", "2024/"+edition, 1)
	if got := balance[ledger.Account{Name: account, Gas: "CH4"}]; got != 1_892_880_000 {
		t.Errorf("CH4 posted = %d g, want 1892880000", got)
	}
	if got := balance[ledger.Account{Name: ledger.SourceAccount("grid"), Gas: "CO2"}]; got != -11_654_611_200 {
		t.Errorf("grid's account = %d g, want the location-based CO2 once: -11654611200", got)
	}
	if _, err := h.Store.VerifyLedger(t.Context(), "beigou"); err != nil {
		t.Error(err)
	}
}

// TestRestate closes, changes one thing after the other, and asks that the
// bridge names each and adds up, and that the result is what closing afresh gives.
func TestRestate(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	first := h.close("2024")
	if _, err := h.Restate(t.Context(), ask("2024"), "再算一次"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("restated without a change: %v", err)
	}
	if _, err := h.Restate(t.Context(), ask("2024"), ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("restated without a reason: %v", err)
	}
	h.Clock = h.Clock.Add(time.Hour)
	h.File("boiler", "amount", 3, "130 t", activity.Filed)
	h.Read(2024, 1, 366*24, 2.5) // the meter's readings come again, corrected
	second, err := h.Restate(t.Context(), ask("2024"), "三月煤量更正;电表读数更正")
	if err != nil {
		t.Fatal(err)
	}
	if second.Version != 2 || second.Previous != first.ID {
		t.Errorf("restated as version %d after %q", second.Version, second.Previous)
	}
	effects := map[inventory.Cause]string{}
	sum := total(t, first.Content, "total")
	for _, s := range second.Bridge.Steps {
		effects[s.Cause] = s.Effect.Fixed(3)
		var err error
		if sum, err = sum.Add(s.Effect); err != nil {
			t.Fatal(err)
		}
	}
	if !sum.Equal(total(t, second.Content, "total")) {
		t.Errorf("the bridge ends at %s, the new total is %s", sum, total(t, second.Content, "total"))
	}
	// 30 t of coal more; 0.5 MWh an hour more for 8,784 h.
	if effects[inventory.ByCorrection] != "67.671" || effects[inventory.ByActivity] != "2,913.653" || effects[inventory.ByBoundary] != "0.000" || effects[inventory.ByFactor] != "0.000" {
		t.Errorf("effects = %v", effects)
	}
	balance, err := ledger.Balance(h.Store.Ledger(t.Context(), "beigou"))
	if err != nil || balance[ledger.Account{Name: ledger.InventoryAccount("beigou", "2024/"+edition, 1), Gas: "CH4"}] != 0 {
		t.Errorf("version 1 still holds gas in the book: %v, %v", balance, err)
	}
	fresh, err := h.Compute(t.Context(), ask("2024"))
	if err != nil || !total(t, fresh, "total").Equal(total(t, second.Content, "total")) {
		t.Errorf("closing afresh gives %v, %v", total(t, fresh, "total"), err)
	}
}

// TestYearTakesOverClosedMonths closes June, lets it change, and closes the
// year: June stays as it was filed.
func TestYearTakesOverClosedMonths(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	june := h.close("2024-06")
	h.Clock = h.Clock.Add(time.Hour)
	h.File("boiler", "amount", 6, "999 t", activity.Filed)
	year := h.close("2024")
	if !year.Gathered("2024-06").Equal(june.ClosedAt) || !year.Gathered("2024-07").Equal(year.ClosedAt) {
		t.Errorf("months = %v", year.Months)
	}
	line, err := year.Content.Result.Line("boiler/2024-06:combustion")
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := june.Content.Result.Line(line.ID); !want.Mass.Equal(line.Mass) {
		t.Errorf("June's boiler in the year is %s, closed it was %s", line.Mass, want.Mass)
	}
	sum := 0
	for _, l := range year.Content.Result.Lines {
		if l.Period == "2024-06" {
			sum++
		}
	}
	if sum != len(june.Content.Result.Lines) {
		t.Errorf("the year has %d lines of June, June has %d", sum, len(june.Content.Result.Lines))
	}
}

func findings(c inventory.Content) []string {
	var out []string
	for _, f := range c.AllFindings() {
		if f.Severity != activity.Notice {
			out = append(out, f.Code+" "+f.Period)
		}
	}
	slices.Sort(out)
	return out
}

// TestNegativeMonthIsTold: utilised over drained, and a negative net, block
// closing, name their owner, and are never clamped (three months of the
// reference vector: 100−90, 100−130, 100−95 is −15, not 15).
func TestNegativeMonthIsTold(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	for m, utilised := range []string{"90", "130", "95"} {
		h.File("gas", "vent", m+1, "0 万Nm3", activity.Filed)
		h.File("gas", "drain", m+1, "100 万Nm3", activity.Filed)
		h.File("gas", "utilised", m+1, utilised+" 万Nm3", activity.Filed)
	}
	_, err := h.Close(t.Context(), ask("2024-02"))
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "值长") && !strings.Contains(err.Error(), "抽采监测员") {
		t.Errorf("closed over a negative month, or no owner named: %v", err)
	}
	over := ask("2024-02")
	over.Accept = "表计检修,次月更正"
	inv, err := h.Close(t.Context(), over)
	if err != nil {
		t.Fatal(err)
	}
	if inv.Reason != over.Accept || !slices.Contains(findings(inv.Content), "gas.negative_net 2024-02") || !slices.Contains(findings(inv.Content), "gas.utilised_over_drained 2024-02") {
		t.Errorf("reason %q, findings %v", inv.Reason, findings(inv.Content))
	}
	year := ask("2024")
	year.Accept = "同上"
	all, err := h.Close(t.Context(), year)
	if err != nil {
		t.Fatal(err)
	}
	net := quantity.Int(0, quantity.MustUnit("tCH4"))
	for _, l := range all.Content.Result.Lines {
		if l.Category == "ch4_underground" && l.Period <= "2024-03" {
			if net, err = net.Add(l.Mass); err != nil {
				t.Fatal(err)
			}
		}
	}
	if want := quantity.MustParse("-107.55 tCH4"); !net.Equal(want) { // −15 × 7.17
		t.Errorf("three months net %s, want %s", net, want)
	}
}

// TestLapse: a parameter once measured may not go back to its default.
func TestLapse(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	h.File("boiler", "ncv", 1, "21.3 GJ/t", activity.Laboratory)
	_, err := h.Compute(t.Context(), ask("2024"))
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "2024-02") {
		t.Errorf("eleven months fell back to the default: %v", err)
	}
	h.close("2024-01")
	if _, err := h.Compute(t.Context(), ask("2024-02")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("February fell back although January is closed with a measurement: %v", err)
	}
}

// TestCertificateTwice: one certificate serves one month, and the second use is
// a finding with its owner, not an error of the program.
func TestCertificateTwice(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	certificate := activity.Evidence{Kind: "certificate", ID: "GEC-2024-000001"}
	h.File("grid", "certificates", 1, "100 MWh", activity.Filed, certificate)
	h.close("2024-01")
	h.File("grid", "certificates", 2, "100 MWh", activity.Filed, certificate)
	if _, err := h.Close(t.Context(), ask("2024-02")); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "GEC-2024-000001") || !strings.Contains(err.Error(), "绿证专员") {
		t.Errorf("a certificate served two months: %v", err)
	}
	h.File("grid", "certificates", 2, "0 MWh", activity.Filed)
	h.close("2024-02")
	if _, err := h.Compute(t.Context(), ask("2024")); err != nil {
		t.Errorf("the year may count what its own months count: %v", err)
	}
}

func TestRefusesToClose(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	f := func(period string, kind fault.Kind, en string) {
		t.Helper()
		if _, err := h.Close(t.Context(), ask(period)); fault.KindOf(err) != kind || !strings.Contains(err.Error(), en) {
			t.Errorf("close %s: %v, want %v %q", period, err, kind, en)
		}
	}
	f("2025-02", fault.Invalid, "has not ended")
	f("2024-06-01", fault.Invalid, "is a day")
	f("June", fault.Invalid, "unknown period")
	f("2025-01", fault.Invalid, "no reading and no filing")
	other := ask("2024")
	other.Edition = "acm0008"
	if _, err := h.Close(t.Context(), other); fault.KindOf(err) != fault.Invalid {
		t.Errorf("closed under an edition that knows none of the sources: %v", err)
	}
}

func TestCard(t *testing.T) {
	h := mine{house.Open(t), t}
	h.Year()
	inv := h.close("2024")
	card, err := inv.Card("grid/2024-06:electricity")
	if err != nil || len(card.Inputs) != 1 || card.Inputs[0].Value.Meter == nil || card.Inputs[0].Value.Meter.Covered != 1 {
		t.Fatalf("card = %+v, %v", card, err)
	}
	if got := card.CO2e.Fixed(4); got != "955.2960" { // 720 h × 2 MWh × 0.6634
		t.Errorf("CO2e = %s", got)
	}
	// The meter's ±1 % moves all of it; the grid's factor states no uncertainty.
	if i := card.Interval; math.Abs(i.High-i.Low-955.296*0.02) > 1e-6 || i.Stated != 0 || len(card.Silent) != 1 || !strings.HasPrefix(card.Silent[0], "factor:grid_province/") {
		t.Errorf("interval %+v, silent %v", i, card.Silent)
	}
	if _, err := inv.Card("nothing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a card of nothing: %v", err)
	}
}
