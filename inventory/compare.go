package inventory

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// Comparison is the way from one version of an inventory to another: by cause,
// by source, and down to the values that are not the same.
type Comparison struct {
	From       Side              `json:"from"`
	To         Side              `json:"to"`
	Difference quantity.Quantity `json:"difference"` // to less from, tCO2e
	Steps      []Step            `json:"steps"`
	Sources    []Shift           `json:"sources"`
	Factors    []FactorChange    `json:"factors"`
}

// Side is one of the two.
type Side struct {
	Head
	Reason  string  `json:"reason,omitempty"`
	Outcome Outcome `json:"outcome"`
}

// Step is one cause of the difference with the values that changed by it.
type Step struct {
	Cause   Cause             `json:"cause"`
	Title   lang.Text         `json:"title"`
	Effect  quantity.Quantity `json:"effect"` // tCO2e
	Count   int               `json:"count"`  // of changes
	Changes []ValueChange     `json:"changes"`
}

// ValueChange is a value, or a whole activity, that is not the same in both.
type ValueChange struct {
	ID        string             `json:"id"` // "underground/2025-06#vent"; without #, the activity came or went
	Source    string             `json:"source"`
	Name      lang.Text          `json:"name"`
	Parameter string             `json:"parameter,omitempty"`
	Period    string             `json:"period,omitempty"`
	Before    *quantity.Quantity `json:"before,omitempty"` // nil: it was not there
	After     *quantity.Quantity `json:"after,omitempty"`  // nil: it is not there any more
}

// FactorChange is a factor that both used, or one of them.
type FactorChange struct {
	Kind   string         `json:"kind"`
	Key    string         `json:"key"`
	Before *factor.Factor `json:"before,omitempty"`
	After  *factor.Factor `json:"after,omitempty"`
}

// mostChanges is how many values a step names; its count tells the rest.
const mostChanges = 200

// Compare explains the way from one version of a period to another. Where they
// follow each other, it is the bridge that was frozen with the later one; set is
// the later one's table of factors.
func Compare(from, to Inventory, set *factor.Set, mine *site.Site) (Comparison, error) {
	a, b := from.Content, to.Content
	if from.ID == to.ID || a.Site.ID != b.Site.ID || a.Period != b.Period || a.Edition != b.Edition {
		return Comparison{}, fault.Invalid.Say(lang.T("%s 与 %s 不是同一期间、同一标准的两个版本", "%s and %s are not two versions of one period under one edition"), from.ID, to.ID).
			Do(lang.T("选同一期间的两个版本", "choose two versions of one period"))
	}
	bridge, err := bridgeOf(from, to, set, mine)
	if err != nil {
		return Comparison{}, err
	}
	out := Comparison{From: Side{Head: from.Head(), Reason: from.Reason}, To: Side{Head: to.Head(), Reason: to.Reason}}
	if out.From.Outcome, err = a.outcome(bridge.Total); err != nil {
		return out, err
	}
	if out.To.Outcome, err = b.outcome(bridge.Total); err != nil {
		return out, err
	}
	if out.Difference, err = out.To.Outcome.CO2e.Sub(out.From.Outcome.CO2e); err != nil {
		return out, err
	}
	for _, st := range bridge.Steps {
		step := Step{Cause: st.Cause, Title: st.Cause.Title(), Effect: st.Effect, Count: len(st.What), Changes: []ValueChange{}}
		for _, id := range st.What[:min(len(st.What), mostChanges)] {
			step.Changes = append(step.Changes, change(id, a, b))
		}
		out.Steps = append(out.Steps, step)
	}
	out.Factors = factorChanges(a, b)
	out.Sources, err = shifts(a, b)
	return out, err
}

// bridgeOf gives the frozen bridge where there is one.
func bridgeOf(from, to Inventory, set *factor.Set, mine *site.Site) (Bridge, error) {
	if to.Bridge != nil && to.Previous == from.ID {
		return *to.Bridge, nil
	}
	return Explain(from, to.Content, set, mine)
}

// change tells what a bridge names by its id: "+source/month" and "-source/month"
// are activities that came and went, the others are values.
func change(what string, was, is Content) ValueChange {
	id := strings.TrimLeft(what, "+-")
	act, name, _ := strings.Cut(id, "#")
	out := ValueChange{ID: what, Parameter: name}
	for _, side := range []struct {
		content Content
		at      **quantity.Quantity
	}{{was, &out.Before}, {is, &out.After}} {
		for i := range side.content.Activities {
			a := &side.content.Activities[i]
			if a.ID != act {
				continue
			}
			out.Source, out.Name = a.Source, a.Name
			_, out.Period, _ = strings.Cut(a.ID, "/")
			if v, ok := a.Values[name]; ok {
				*side.at = &v.Quantity
			}
		}
	}
	return out
}

// factorChanges lists the factors that are not the same in both, by name.
func factorChanges(was, is Content) []FactorChange {
	before, after := was.factors(), is.factors()
	out := []FactorChange{}
	for _, id := range slices.Sorted(maps.Keys(union(before, after))) {
		a, had := before[id]
		b, has := after[id]
		c := FactorChange{Kind: cmp.Or(a.Kind, b.Kind), Key: cmp.Or(a.Key, b.Key)}
		switch {
		case had && has && a.Value.Equal(b.Value):
			continue
		case had && has:
			c.Before, c.After = &a, &b
		case had:
			c.Before = &a
		default:
			c.After = &b
		}
		out = append(out, c)
	}
	return out
}

// factors are all that the content's lines used.
func (c Content) factors() map[string]factor.Factor {
	out := map[string]factor.Factor{}
	for _, l := range c.Result.Lines {
		for _, f := range l.Factors {
			out[f.ID()] = f
		}
	}
	return out
}

func union[V any](a, b map[string]V) map[string]V {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
