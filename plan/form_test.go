package plan_test

import (
	"slices"
	"testing"

	"lingtan/activity"
	"lingtan/plan"
)

// TestForms reads a plan that says how its cells are filed, and one that says
// nothing of it.
func TestForms(t *testing.T) {
	doc, s := load(t, "filed.toml")
	p, err := plan.Parse(doc, s, words)
	if err != nil {
		t.Fatal(err)
	}
	if want := []plan.Stage{plan.ByMine, plan.ByVerify}; !slices.Equal(p.Review, want) {
		t.Errorf("Review = %v, want %v", p.Review, want)
	}
	if d := p.Due; d.Day != 10 || !slices.Equal(d.Remind, []int{3, 1}) || !slices.Equal(d.Escalate, []int{1, 5}) {
		t.Errorf("Due = %+v", d)
	}
	var ids []string
	for _, par := range p.Rows() {
		ids = append(ids, par.ID())
	}
	if want := []string{"boiler#amount", "boiler#opening", "boiler#bought", "boiler#closing", "grid#purchased"}; !slices.Equal(ids, want) {
		t.Errorf("Rows = %v, want %v", ids, want)
	}
	amount, _ := p.Row("boiler", "amount")
	opening, _ := p.Row("boiler", "opening")
	if c := amount.Cell; c.Node != "store" || c.Day != 5 || !slices.Equal(c.Required, []string{"weighbill"}) || amount.Places() != 1 || c.Record {
		t.Errorf("cell of boiler#amount = %+v", c)
	}
	if !opening.Cell.Record || opening.Cell.Node != "vent" || opening.Places() != 2 || !opening.Filed() {
		t.Errorf("boiler#opening = %+v", opening)
	}
	if points, _ := amount.Beside(); !slices.Equal(points, []string{"belt"}) {
		t.Errorf("beside boiler#amount stands %v", points)
	}
	if _, ok := p.Parameter("boiler", "opening"); ok {
		t.Error("a record is a parameter: a formula would be asked for it")
	}
	stock := p.Checks[0]
	if stock.Kind != plan.Balance || stock.Opening != "boiler#opening" || stock.Limit.FloatString(2) != "0.01" || p.Checks[1].Severity != string(activity.Notice) || p.Checks[2].Low.String() != "15 GJ/t" {
		t.Errorf("Checks = %+v", p.Checks)
	}
	doc, s = load(t, "small.toml")
	if p, err = plan.Parse(doc, s, words); err != nil || !slices.Equal(p.Review, []plan.Stage{plan.ByMine}) || p.Due.Day != 8 || len(p.Records) != 0 {
		t.Errorf("a plan that says nothing of its forms: %+v, %v", p, err)
	}
}
