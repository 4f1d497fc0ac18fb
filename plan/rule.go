package plan

import (
	"math/big"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// CheckKind says what a check of the cells compares.
type CheckKind string

// The kinds. Those without rows of their own hold for every row of the plan,
// and a check in the file changes their limit, how strict they are, or for
// which rows they hold; balance and at_most name their rows.
const (
	ChangeMonth CheckKind = "change_month" // against the month before
	ChangeYear  CheckKind = "change_year"  // against the same month of the year before
	Sigma       CheckKind = "sigma"        // beyond so many standard deviations of the last 24 months
	Against     CheckKind = "meter"        // against the meter beside the cell
	Calorific   CheckKind = "calorific"    // calorific value out of the fuel's range
	Papers      CheckKind = "papers"       // papers that the plan asks for
	Reused      CheckKind = "reused"       // a paper that proves another month of the same row
	Repeated    CheckKind = "repeated"     // to the digit the value of the month before
	Balance     CheckKind = "balance"      // opening + in − out = closing
	AtMost      CheckKind = "at_most"      // one row never more than others together
)

// Check is a rule of the cells, as the plan writes it.
type Check struct {
	ID       string
	Kind     CheckKind
	Name     lang.Text
	For      []string // rows, "source#name"; none is all
	Severity string   // activity.Severity, or "off"; "" is the kind's own
	Limit    *big.Rat // share, or number of deviations; nil is the kind's own
	Low      *quantity.Quantity
	High     *quantity.Quantity
	Opening  string
	In, Out  []string
	Closing  string
	At       fault.Place
}

func (p *Plan) readChecks(r *site.Reader) {
	taken := map[string]bool{}
	for _, t := range r.Tables("rule") {
		t.Need("id", "kind")
		c := Check{
			ID: t.Text("id"), Name: t.Name("name"), For: t.Texts("for"), Limit: readLimit(t), At: t.Place(""),
			Kind: CheckKind(t.Choice("kind", string(ChangeMonth), string(ChangeYear), string(Sigma), string(Against), string(Calorific),
				string(Papers), string(Reused), string(Repeated), string(Balance), string(AtMost))),
			Opening: t.Text("opening"), In: t.Texts("in"), Out: t.Texts("out"), Closing: t.Text("closing"),
		}
		if t.Has("severity") {
			c.Severity = t.Choice("severity", string(activity.Hard), string(activity.Explain), string(activity.Notice), "off")
		}
		c.Low, c.High = bound(t, "low"), bound(t, "high")
		if taken[c.ID] {
			t.Fail("id", fault.Invalid.Say(lang.T("编号 %q 已被使用", "id %q is taken"), c.ID).Do(lang.T("每个编号只用一次", "use an id once")))
		}
		taken[c.ID] = true
		p.checkRows(t, c)
		p.Checks = append(p.Checks, c)
		t.Close()
	}
}

// readLimit reads a share such as "30 %", or a plain number such as 2.5.
func readLimit(t *site.Section) *big.Rat {
	if !t.Has("limit") {
		return nil
	}
	q, ok := t.Amount("limit")
	if ok {
		if plain, err := q.In(quantity.One); err == nil && plain.Sign() >= 0 {
			return plain.Rat()
		}
		t.Wrong("limit", lang.T("比例(如 \"30 %\")或数", "a share such as \"30 %\", or a number"))
	}
	return nil
}

func bound(t *site.Section, key string) *quantity.Quantity {
	if !t.Has(key) {
		return nil
	}
	q, ok := t.Amount(key)
	if !ok {
		return nil
	}
	return &q
}

// checkRows faults rows that are not there or do not compare.
func (p *Plan) checkRows(t *site.Section, c Check) {
	var first *Parameter
	for _, part := range []struct {
		key string
		ids []string
	}{{"for", c.For}, {"opening", one(c.Opening)}, {"in", c.In}, {"out", c.Out}, {"closing", one(c.Closing)}} {
		for _, id := range part.ids {
			key := part.key
			source, name, _ := strings.Cut(id, "#")
			par, ok := p.Row(source, name)
			if !ok {
				t.Fail(key, fault.Invalid.Say(lang.T("计划里没有 %q", "the plan has no %q"), id).
					Do(lang.T("写成 排放源#参数,如 diesel#amount", "write source#parameter, such as diesel#amount")))
				continue
			}
			if key == "for" {
				continue
			}
			if first == nil {
				first = &par
			}
			if _, err := convert(quantity.Int(0, par.Unit), first.Unit); err != nil {
				t.Fail(key, err)
			}
		}
	}
	switch named := c.Opening != "" && c.Closing != "" && len(c.In)+len(c.Out) > 0; {
	case c.Kind == Balance && !named:
		t.Fail("kind", fault.Invalid.Say(lang.T("库存平衡须写 opening、closing 与 in、out", "a stock balance needs opening, closing, and in or out")).
			Do(lang.T("补上各项,见 docs/formats.md", "add them, see docs/formats.md")))
	case c.Kind == AtMost && (len(c.In) == 0 || len(c.Out) == 0):
		t.Fail("kind", fault.Invalid.Say(lang.T("at_most 须写 out(不大于)与 in", "at_most needs out, and in which it does not exceed")).
			Do(lang.T("补上各项,见 docs/formats.md", "add them, see docs/formats.md")))
	case c.Kind != Balance && c.Kind != AtMost && slices.Concat(c.In, c.Out, one(c.Opening), one(c.Closing)) != nil:
		t.Fail("kind", fault.Invalid.Say(lang.T("%s 用 for 写行", "%s names its rows by for"), string(c.Kind)).
			Do(lang.T("删去 opening、in、out、closing", "remove opening, in, out, closing")))
	}
}

func one(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}
