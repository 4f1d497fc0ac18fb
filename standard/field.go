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
	"lingtan/quantity"
)

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
			faults = append(faults, f.missing().At(a.At))
		}
	}
	return v, errors.Join(faults...)
}

func (f Field) missing() *fault.Fault {
	err := fault.Invalid.Say(lang.T("缺少 %s(%s)", "%s (%s) is missing"), f.Title, f.Name)
	if f.Units[0] == "" {
		return err.Do(lang.T("给出分数或百分数,如 0.98 或 98 %", "give a fraction or a percentage, such as 0.98 or 98 %"))
	}
	return err.Do(lang.T("以 %s 为单位给出", "give it in %s"), f.Units[0])
}

// place puts a fault at the value's own place, else at the activity's.
func place(err error, a activity.Activity, name string) error {
	at := a.Values[name].At
	if at.Column == "" {
		at.Column = name
	}
	return fault.At(fault.At(err, at), a.At)
}

// within names a part of an activity that has no place of its own.
func within(a activity.Activity, name string) fault.Place {
	at := a.At
	if at.Column != "" {
		name = at.Column + "." + name
	}
	at.Column = name
	return at
}

func (k Kind) checkItem(a activity.Activity) error {
	if a.Item == "" && k.Items == nil || slices.Contains(k.Items, a.Item) || slices.Contains(k.Items, "*") {
		return nil
	}
	return fault.Invalid.Say(lang.T("%s 的 item 读到 %q", "%s: item read %q"), k.Title, a.Item).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(k.Items, ", ")).At(within(a, "item"))
}

func (k Kind) checkAttrs(a activity.Activity) error {
	var faults []error
	for _, attr := range k.Attrs {
		value, ok := a.Attrs[attr.Name]
		if !ok && !attr.Required || slices.Contains(attr.Values, value) || ok && slices.Contains(attr.Values, "*") {
			continue
		}
		faults = append(faults, fault.Invalid.Say(lang.T("%s 读到 %q", "%s read %q"), attr.Title, value).
			Do(lang.T("可选 %s", "choose one of %s"), strings.Join(attr.Values, ", ")).At(within(a, attr.Name)))
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
	if why, ok := mistaken[name]; ok && slices.Contains(names, "raw_coal") {
		return f.Do(why).At(within(a, name))
	}
	return f.Do(lang.T("可用 %s", "use one of %s"), strings.Join(names, ", ")).At(within(a, name))
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
			return out, nil, f.bound(q, out)
		}
		if mismatch == nil {
			mismatch = err
		}
		if out, ratio, ok := toState(q, u); ok {
			step := &Step{Symbol: f.Name, Expression: "V × T₂ ÷ T₁", Numbers: shown(q) + ratio + " = " + shown(out), Result: out}
			return out, step, f.bound(q, out)
		}
	}
	return q, nil, f.mismatch(q, mismatch)
}

// mismatch tells a value of the wrong kind with what was read, and the field's
// own hint beside the unit's.
func (f Field) mismatch(q quantity.Quantity, err error) error {
	if q.Unit().IsOne() {
		return fault.Invalid.Say(lang.T("%s 读到 %s,没有单位", "%s read %s, without a unit"), f.Title, q).
			Do(lang.T("以 %[1]s 为单位,如 %[2]s %[1]s", "give it in %[1]s, such as \"%[2]s %[1]s\""), f.Units[0], q)
	}
	var why *fault.Fault
	if !errors.As(err, &why) {
		return err
	}
	hint := why.Hint
	if !f.Hint.IsZero() {
		hint = lang.T("%s;%s", "%s; %s").Format(hint, f.Hint)
	}
	return fault.Invalid.Say(lang.T("%s 读到 %s:%s", "%s read %s: %s"), f.Title, q, why.Text).Do(hint)
}

// states are the reference states with their temperatures, as workings print them.
var states = []struct { //nolint:gochecknoglobals // constant table
	state  quantity.State
	kelvin string
}{{quantity.At0C, "273.15 K"}, {quantity.At20C, "293.15 K"}, {quantity.At60F, "519.67 × 5/9 K"}}

// toState converts between reference states and tells the ratio of their
// temperatures; a volume without a state is not guessed.
func toState(q quantity.Quantity, u quantity.Unit) (out quantity.Quantity, ratio string, ok bool) {
	from := ""
	for _, s := range states {
		if same, err := q.AtState(s.state); err == nil && same.Unit().Same(q.Unit()) {
			from = s.kelvin
		}
	}
	for _, s := range states {
		moved, err := q.AtState(s.state)
		if err != nil {
			return q, "", false
		}
		if out, err := moved.In(u); err == nil {
			return out, " × " + s.kelvin + " ÷ " + from, true
		}
	}
	return q, "", false
}

// bound refuses what cannot be. It tells the value as it was read, and beside
// it in the field's unit.
func (f Field) bound(read, q quantity.Quantity) error {
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
	told := read.String()
	if inUnit := q.String(); inUnit != told {
		told += " = " + inUnit
	}
	err := fault.Invalid.Say(lang.T("%s 读到 %s,应%s", "%s read %s, expected %s"), f.Title, told, f.bounds())
	if f.Hint.IsZero() {
		return err.Do(lang.T("核对数值与单位", "check the number and its unit"))
	}
	return err.Do(f.Hint)
}

func (f Field) bounds() lang.Text {
	unit := f.Unit().String()
	with := func(limit string) string { return strings.TrimSpace(limit + " " + unit) }
	switch {
	case f.Max == "":
		return lang.T("不小于 %s", "at least %s").Format(with(f.Min))
	case f.Min == "":
		return lang.T("不大于 %s", "at most %s").Format(with(f.Max))
	}
	return lang.T("在 %s 与 %s 之间", "between %s and %s").Format(with(f.Min), with(f.Max))
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
		c.Fail(f.missing())
		return Term{}
	}
	c.read[name] = true
	id := "input:" + c.act.InputID(name)
	return Term{
		Symbol: symbol, Quantity: v.Quantity, From: id, confidence: factor.Read,
		slope: map[string]float64{id: v.Quantity.Float()}, made: c.conversion(name),
	}
}

// ValueIn gives a value of a field that is told in several units, and fails
// where it is not the one this item wants: a gas is not counted in tonnes.
func (c *Calculation) ValueIn(symbol, name, unit string) Term {
	t := c.Value(symbol, name)
	if c.err != nil || t.Quantity.Unit().Same(quantity.MustUnit(unit)) {
		return t
	}
	_, err := t.Quantity.In(quantity.MustUnit(unit))
	f, _ := c.kind.Field(name)
	c.Fail(place(f.mismatch(t.Quantity, err), c.act.Activity, name))
	return Term{}
}

// conversion is the step that told an input in the field's gas state, if one did.
func (c *Calculation) conversion(name string) []int {
	step, ok := c.act.converted[name]
	if !ok {
		return nil
	}
	n, shown := c.converted[name]
	if !shown {
		n = len(c.steps)
		c.steps = append(c.steps, step)
		c.converted[name] = n
	}
	return []int{n}
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
