package standard

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
)

// The bases on which a line is counted.
const (
	Direct   = "direct"   // emitted on site
	Location = "location" // purchased electricity at the grid's average
	Market   = "market"   // the same electricity by contracts and certificates
	Energy   = "energy"   // purchased heat, the same on both bases
	Baseline = "baseline" // a reduction project's baseline
	Project  = "project"  // a reduction project's own emissions
	Memo     = "memo"     // told beside the totals, never in them
)

// run is one computation of an edition.
type run struct {
	edition  Edition
	cut      period.Calendar
	set      *factor.Set
	choices  map[string]string
	province string
	acts     []activity.Activity // checked, in the fields' units
	lines    []Line
	emitted  map[string]bool // ids of the lines
	tallies  map[string][]Term
	figures  []Figure
	findings []activity.Finding
	lacking  map[string]bool // bases that could not be told for every activity
}

// lack says that a basis is not complete, so no total that counts it is told.
func (r *run) lack(basis string) {
	if r.lacking == nil {
		r.lacking = map[string]bool{}
	}
	r.lacking[basis] = true
}

// complete tells whether a total has all the bases it counts.
func (r *run) complete(rule TotalRule) bool {
	for basis := range r.lacking {
		if rule.Sign(Line{Basis: basis}) != 0 {
			return false
		}
	}
	return true
}

// calendar names periods; without the mine's own, by natural months.
func (r *run) calendar(a activity.Activity) period.Calendar {
	if r.cut.Zone != nil {
		return r.cut
	}
	return period.Natural(a.Period.Start().Location())
}

// periodName names an activity's period, "2024-06", or a stretch of whole
// months or days by its ends, "2024-04..2024-06".
func (r *run) periodName(a activity.Activity) string {
	c, p := r.calendar(a), a.Period
	name := c.Name(p)
	if name != p.String() {
		return name
	}
	for _, of := range []func(time.Time) period.Period{c.MonthOf, c.DayOf} {
		first, last := of(p.Start()), of(p.End().Add(-1))
		if first.Start().Equal(p.Start()) && last.End().Equal(p.End()) {
			return c.Name(first) + ".." + c.Name(last)
		}
	}
	return name
}

// activityView is an activity whose values are checked and told in the units
// of the kind's fields.
type activityView struct {
	activity.Activity
	converted map[string]Step // steps of gas-state conversions, by field
}

// Compute runs an edition over activities. All faults of all activities are
// returned at once; findings never stop it and never change a number. The
// order of the activities does not matter: lines are sorted by their id.
func Compute(req Request) (Result, error) {
	edition, err := Find(req.Edition)
	if err != nil {
		return Result{}, err
	}
	gwp, err := edition.gwp(req)
	if err != nil {
		return Result{}, err
	}
	choices, err := edition.choose(req.Choices)
	if err != nil {
		return Result{}, err
	}
	r := &run{
		edition: edition, cut: req.Calendar, set: req.Factors, choices: choices, province: req.Province,
		lines: []Line{}, emitted: map[string]bool{}, tallies: map[string][]Term{},
	}
	if err := r.all(req.Activities); err != nil {
		return Result{}, err
	}
	if edition.Review != nil {
		edition.Review(&Review{run: r})
	}
	totals, err := r.totals(gwp)
	if err != nil {
		return Result{}, err
	}
	if edition.Figures != nil {
		edition.Figures(&Review{run: r}, totals)
	}
	return Result{
		Edition: edition.ID, GWP: gwp.ID, FactorSet: r.set.ID(), FactorSHA: r.set.SHA256(), Choices: choices,
		Lines: r.lines, Totals: totals, Figures: r.figures, Findings: r.findings, Notes: edition.Notes,
	}, nil
}

// gwp is the set asked for, else the one the edition prescribes, which for
// some depends on the year reported on.
func (e Edition) gwp(req Request) (factor.GWP, error) {
	id := req.GWP
	for _, a := range req.Activities {
		if req.GWP != "" {
			break
		}
		prescribed := e.GWP
		if e.GWPOf != nil {
			prescribed = e.GWPOf(year(a))
		}
		if id != "" && id != prescribed {
			return factor.GWP{}, fault.Invalid.Say(lang.T("各年规定的 GWP 不同:%s 与 %s", "the years prescribe different GWP sets: %s and %s"), id, prescribed).
				Do(lang.T("按年分开计算,或指定 gwp", "compute the years apart, or name a gwp")).At(a.At)
		}
		id = prescribed
	}
	if id == "" {
		id = e.GWP
	}
	return factor.FindGWP(id)
}

// all runs every activity's formula, in the order of their ids, and sorts what
// came of it.
func (r *run) all(acts []activity.Activity) error {
	faults := r.checkOverlap(acts)
	if r.edition.Check != nil {
		faults = append(faults, r.edition.Check(acts)...)
	}
	acts = slices.Clone(acts)
	slices.SortStableFunc(acts, func(a, b activity.Activity) int { return cmp.Compare(a.ID, b.ID) })
	ran := map[string]bool{} // a second of one id is refused already
	for _, a := range acts {
		if !ran[a.ID] {
			faults = append(faults, r.one(a))
		}
		ran[a.ID] = true
	}
	if err := inFileOrder(errors.Join(faults...)); err != nil {
		return err
	}
	slices.SortFunc(r.lines, func(a, b Line) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.figures, func(a, b Figure) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// inFileOrder sorts faults by the rows they were found in.
func inFileOrder(err error) error {
	row := func(err error) int {
		var f *fault.Fault
		if errors.As(err, &f) {
			return f.Place.Row
		}
		return 0
	}
	all := fault.Split(err)
	slices.SortStableFunc(all, func(a, b error) int { return cmp.Compare(row(a), row(b)) })
	return errors.Join(all...)
}

// one runs the formula of one activity.
func (r *run) one(a activity.Activity) error {
	kind, err := r.edition.Kind(a.Kind)
	if err != nil {
		return fault.At(err, a.At)
	}
	view, err := kind.view(a)
	if err != nil {
		return err
	}
	r.acts = append(r.acts, view.Activity)
	c := r.calculation(kind, view)
	kind.Compute(c)
	if c.err == nil {
		c.reviewUnused()
	}
	return c.err
}

// choose fills the choices not made with their defaults.
func (e Edition) choose(made map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for _, c := range e.Choices {
		out[c.Name] = c.Default
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		i := slices.IndexFunc(e.Choices, func(c Choice) bool { return c.Name == name })
		if i < 0 {
			return nil, fault.Invalid.Say(lang.T("%s 没有选项 %q", "%s has no choice %q"), e.ID, name).At(fault.Place{Column: name})
		}
		if c := e.Choices[i]; !slices.Contains(c.Values, made[name]) && !slices.Contains(c.Values, "*") {
			return nil, fault.Invalid.Say(lang.T("%s 读到 %q", "%s read %q"), c.Title, made[name]).
				Do(lang.T("可选 %s", "choose one of %s"), strings.Join(c.Values, ", ")).At(fault.Place{Column: name})
		}
		out[name] = made[name]
	}
	return out, nil
}

// checkOverlap refuses two activities of one source, kind and item whose
// periods share an instant: their quantities would be counted twice. It
// refuses two of one id as well, which could not be told apart.
func (r *run) checkOverlap(acts []activity.Activity) []error {
	type key struct{ source, kind, item string }
	var faults []error
	ids, groups := map[string]bool{}, map[key][]activity.Activity{}
	for _, a := range acts {
		k := key{a.Source, a.Kind, a.Item}
		twin := func(b activity.Activity) bool { return a.Period.Overlaps(b.Period) }
		switch i := slices.IndexFunc(groups[k], twin); {
		case i >= 0:
			b := groups[k][i]
			faults = append(faults, fault.Conflict.Say(lang.T("%s 的期间 %s 与 %s 重叠", "%s: period %s overlaps %s"),
				a.Source, r.periodName(a), r.periodName(b)).
				Do(lang.T("拆分或删去其中一条", "split or remove one of them")).At(a.At))
		case ids[a.ID]:
			faults = append(faults, fault.Conflict.Say(lang.T("活动 %s 出现两次", "activity %s is there twice"), a.ID).
				Do(lang.T("不同种类或燃料须用不同的 source", "give each kind or fuel a source of its own")).At(a.At))
		}
		ids[a.ID] = true
		groups[k] = append(groups[k], a)
	}
	return faults
}
