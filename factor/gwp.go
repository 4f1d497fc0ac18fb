package factor

import (
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// GWP is a selectable set of global warming potentials. Gas masses are always
// kept; a set is applied only when a total is asked for.
type GWP struct {
	ID    string
	Title lang.Text
	kind  string
	keys  map[string]string // gas → key, where it is not "<ID>:<gas>"
}

// gwps lists the sets. Methane of coal is fossil; whether an edition weighs it
// as such is the edition's choice, so both are there.
var gwps = []GWP{ //nolint:gochecknoglobals // constant table
	{ID: "AR2", Title: lang.T("IPCC 第二次评估 GWP-100", "IPCC AR2 GWP-100"), kind: "gwp100"},
	{ID: "AR4", Title: lang.T("IPCC 第四次评估 GWP-100", "IPCC AR4 GWP-100"), kind: "gwp100"},
	{ID: "AR5", Title: lang.T("IPCC 第五次评估 GWP-100", "IPCC AR5 GWP-100"), kind: "gwp100"},
	{ID: "AR5-fossil", Title: lang.T("IPCC 第五次评估 GWP-100(化石甲烷)", "IPCC AR5 GWP-100, fossil methane"), kind: "gwp100", keys: map[string]string{"CH4": "AR5:CH4_fossil"}},
	{ID: "AR6", Title: lang.T("IPCC 第六次评估 GWP-100", "IPCC AR6 GWP-100"), kind: "gwp100"},
	{ID: "AR6-fossil", Title: lang.T("IPCC 第六次评估 GWP-100(化石甲烷)", "IPCC AR6 GWP-100, fossil methane"), kind: "gwp100", keys: map[string]string{"CH4": "AR6:CH4_fossil"}},
	{ID: "AR6-20", Title: lang.T("IPCC 第六次评估 GWP-20(化石甲烷)", "IPCC AR6 GWP-20, fossil methane"), kind: "gwp20", keys: map[string]string{"CH4": "AR6:CH4_fossil", "CO2": "gwp100/AR6:CO2"}},
}

// GWPs lists the sets there are.
func GWPs() []GWP { return slices.Clone(gwps) }

// FindGWP gives a set by its id.
func FindGWP(id string) (GWP, error) {
	ids := make([]string, 0, len(gwps))
	for _, g := range gwps {
		if g.ID == id {
			return g, nil
		}
		ids = append(ids, g.ID)
	}
	return GWP{}, fault.Invalid.Say(lang.T("GWP 集 %q 不认识", "unknown GWP set %q"), id).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(ids, ", "))
}

// Of gives a gas's potential in the set, as tCO2e per t of the gas.
func (g GWP) Of(set *Set, gas string) (Factor, error) {
	base, _, _ := strings.Cut(g.ID, "-")
	kind, key := g.kind, base+":"+gas
	if k, ok := g.keys[gas]; ok {
		key = k
	}
	if k, rest, ok := strings.Cut(key, "/"); ok {
		kind, key = k, rest
	}
	return set.Latest(kind, key)
}
