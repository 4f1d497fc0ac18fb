package standard

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
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
	acts     []activity.Activity
	lines    []Line
	figures  []Figure
	findings []activity.Finding
}

// calendar names periods; without the mine's own, by natural months.
func (r *run) calendar(a activity.Activity) period.Calendar {
	if r.cut.Zone != nil {
		return r.cut
	}
	return period.Natural(a.Period.Start().Location())
}

// activityView is an activity whose values are checked and told in the units
// of the kind's fields.
type activityView struct {
	activity.Activity
	converted map[string]Step // steps of gas-state conversions, by field
}

// Compute runs an edition over activities. All faults of all activities are
// returned at once; findings never stop it and never change a number.
func Compute(req Request) (Result, error) {
	edition, err := Find(req.Edition)
	if err != nil {
		return Result{}, err
	}
	if req.GWP == "" {
		req.GWP = edition.GWP
	}
	gwp, err := factor.FindGWP(req.GWP)
	if err != nil {
		return Result{}, err
	}
	choices, err := edition.choose(req.Choices)
	if err != nil {
		return Result{}, err
	}
	r := &run{edition: edition, cut: req.Calendar, set: req.Factors, choices: choices, province: req.Province, acts: req.Activities}
	faults := r.checkOverlap()
	for _, a := range req.Activities {
		faults = append(faults, r.one(a))
	}
	if err := errors.Join(faults...); err != nil {
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
	c := &Calculation{run: r, kind: kind, act: view, Province: r.province}
	kind.Compute(c)
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
// periods share an instant: their quantities would be counted twice.
func (r *run) checkOverlap() []error {
	type key struct{ source, kind, item string }
	seen := map[key][]activity.Activity{}
	var faults []error
	for _, a := range r.acts {
		k := key{a.Source, a.Kind, a.Item}
		for _, b := range seen[k] {
			if a.Period.Overlaps(b.Period) {
				faults = append(faults, fault.Conflict.Say(lang.T("%s 的期间 %s 与 %s 重叠", "%s: period %s overlaps %s"), a.Source, a.Period, b.Period).
					Do(lang.T("拆分或删去其中一条", "split or remove one of them")).At(a.At))
			}
		}
		seen[k] = append(seen[k], a)
	}
	return faults
}

// view checks an activity against its kind: item, attributes and every value.
func (k Kind) view(a activity.Activity) (*activityView, error) {
	v := &activityView{Activity: a, converted: map[string]Step{}}
	v.Values = maps.Clone(a.Values)
	faults := []error{k.checkItem(a), k.checkAttrs(a)}
	for _, name := range a.Names() {
		f, ok := k.Field(name)
		if !ok {
			faults = append(faults, k.UnknownField(a, name))
			continue
		}
		value := a.Values[name]
		q, step, err := f.read(value.Quantity)
		if err != nil {
			faults = append(faults, place(err, a, name))
			continue
		}
		if step != nil {
			v.converted[name] = *step
		}
		value.Quantity = q
		v.Values[name] = value
	}
	for _, f := range k.Fields {
		if _, ok := a.Values[f.Name]; f.Required && !ok {
			faults = append(faults, fault.Invalid.Say(lang.T("缺少 %s(%s)", "%s (%s) is missing"), f.Title, f.Name).
				Do(lang.T("以 %s 为单位给出", "give it in %s"), f.Units[0]).At(a.At))
		}
	}
	return v, errors.Join(faults...)
}

// place puts a fault at the value's own place, else at the activity's.
func place(err error, a activity.Activity, name string) error {
	at := a.Values[name].At
	if at.Column == "" {
		at.Column = name
	}
	return fault.At(fault.At(err, at), a.At)
}

func (k Kind) checkItem(a activity.Activity) error {
	if a.Item == "" && k.Items == nil || slices.Contains(k.Items, a.Item) || slices.Contains(k.Items, "*") {
		return nil
	}
	return fault.Invalid.Say(lang.T("%s 的 item 读到 %q", "%s: item read %q"), k.Title, a.Item).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(k.Items, ", ")).At(a.At).At(fault.Place{Column: "item"})
}

func (k Kind) checkAttrs(a activity.Activity) error {
	var faults []error
	for _, attr := range k.Attrs {
		value, ok := a.Attrs[attr.Name]
		if !ok && !attr.Required || slices.Contains(attr.Values, value) || ok && slices.Contains(attr.Values, "*") {
			continue
		}
		faults = append(faults, fault.Invalid.Say(lang.T("%s 读到 %q", "%s read %q"), attr.Title, value).
			Do(lang.T("可选 %s", "choose one of %s"), strings.Join(attr.Values, ", ")).At(a.At).At(fault.Place{Column: attr.Name}))
	}
	for _, name := range slices.Sorted(maps.Keys(a.Attrs)) {
		if !slices.ContainsFunc(k.Attrs, func(x Attr) bool { return x.Name == name }) {
			faults = append(faults, k.UnknownField(a, name))
		}
	}
	return errors.Join(faults...)
}

// UnknownField tells that a kind has no such parameter, and which is meant
// where the name is a common mistake.
func (k Kind) UnknownField(a activity.Activity, name string) error {
	names := make([]string, 0, len(k.Fields)+len(k.Attrs))
	for _, f := range k.Fields {
		names = append(names, f.Name)
	}
	for _, x := range k.Attrs {
		names = append(names, x.Name)
	}
	f := fault.Invalid.Say(lang.T("%s 没有参数 %q", "%s has no parameter %q"), k.Title, name)
	if why, ok := mistaken[name]; ok {
		return f.Do(why).At(a.At).At(fault.Place{Column: name})
	}
	return f.Do(lang.T("可用 %s", "use one of %s"), strings.Join(names, ", ")).At(a.At).At(fault.Place{Column: name})
}

// mistaken names quantities that are often taken for another.
var mistaken = map[string]lang.Text{ //nolint:gochecknoglobals // constant table
	"saleable_coal": lang.T("甲烷逸散按原煤产量(raw_coal)计算,不得用商品煤量", "fugitive methane is computed from raw coal (raw_coal), not from saleable coal"),
	"washed_coal":   lang.T("甲烷逸散按原煤产量(raw_coal)计算,不得用洗选煤量", "fugitive methane is computed from raw coal (raw_coal), not from washed coal"),
}

// MistakenNames lists the names that are often taken for another quantity.
func MistakenNames() []string { return slices.Sorted(maps.Keys(mistaken)) }

// read tells a quantity in the field's unit, converting between reference
// states of a gas with a step of its own, and checks its bounds.
func (f Field) read(q quantity.Quantity) (quantity.Quantity, *Step, error) {
	var mismatch error
	for _, name := range f.Units {
		u := quantity.MustUnit(name)
		out, err := q.In(u)
		if err == nil {
			return out, nil, f.bound(out)
		}
		if mismatch == nil {
			mismatch = err
		}
		if out, ok := toState(q, u); ok {
			step := &Step{Symbol: f.Name, Expression: "V × T₂ ÷ T₁", Numbers: shown(q) + " = " + shown(out), Result: out}
			return out, step, f.bound(out)
		}
	}
	return q, nil, mismatch
}

// toState converts between reference states; a volume without a state is not guessed.
func toState(q quantity.Quantity, u quantity.Unit) (quantity.Quantity, bool) {
	for _, s := range []quantity.State{quantity.At0C, quantity.At20C, quantity.At60F} {
		moved, err := q.AtState(s)
		if err != nil {
			return q, false
		}
		if out, err := moved.In(u); err == nil {
			return out, true
		}
	}
	return q, false
}

func (f Field) bound(q quantity.Quantity) error {
	u := f.Unit()
	if !q.Unit().Same(u) { // an alternative unit has no bounds of its own
		return nil
	}
	check := func(limit string, beyond int) bool {
		if limit == "" {
			return false
		}
		c, err := q.Cmp(quantity.New(quantity.MustParse(limit).Rat(), u))
		return err == nil && c == beyond
	}
	if !check(f.Min, -1) && !check(f.Max, 1) {
		return nil
	}
	err := fault.Invalid.Say(lang.T("%s 读到 %s,应在 %s 与 %s 之间", "%s read %s, expected between %s and %s"),
		f.Title, q, bracket(f.Min, u), bracket(f.Max, u))
	if f.Hint.IsZero() {
		return err.Do(lang.T("核对数值与单位", "check the number and its unit"))
	}
	return err.Do(f.Hint)
}

func bracket(limit string, u quantity.Unit) string {
	if limit == "" {
		return "…"
	}
	return strings.TrimSpace(limit + " " + u.String())
}

// Value gives a value of the activity in the field's unit, and fails when it
// is missing.
func (c *Calculation) Value(symbol, name string) Term {
	if c.err != nil {
		return Term{}
	}
	v, ok := c.act.Values[name]
	if !ok {
		f, _ := c.kind.Field(name)
		c.Fail(fault.Invalid.Say(lang.T("缺少 %s(%s)", "%s (%s) is missing"), f.Title, name))
		return Term{}
	}
	if step, ok := c.act.converted[name]; ok {
		c.steps = append(c.steps, step)
	}
	id := "input:" + c.act.InputID(name)
	return Term{Symbol: symbol, Quantity: v.Quantity, From: id, confidence: factor.Read, slope: map[string]float64{id: v.Quantity.Float()}}
}

// ValueOr gives a value of the activity, else what the fallback gives.
func (c *Calculation) ValueOr(symbol, name string, fallback func() Term) Term {
	if c.Has(name) {
		return c.Value(symbol, name)
	}
	if c.err != nil {
		return Term{}
	}
	return fallback()
}

// ValueOrZero gives a value that may be absent because the thing does not
// exist at the site: an absent flare destroys nothing. A field that exists but
// could not be measured is the plan's business and arrives as a finding.
func (c *Calculation) ValueOrZero(symbol, name, unit string) Term {
	return c.ValueOr(symbol, name, func() Term { return c.Const(symbol, "0 "+unit) })
}
