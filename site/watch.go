package site

import (
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

func (s *Site) readAlarms(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("alarm") {
		t.Need("id", "name", "kind")
		a := Alarm{
			ID: t.ident(), Name: t.Name("name"), At: t.Place(""), For: t.Duration("for"),
			Kind: AlarmKind(t.Choice("kind", string(Threshold), string(SteepRate), string(Silence), string(Vented),
				string(OverBudget), string(FailedCheck), string(SourceHealth))),
			Severity: Severity(t.Choice("severity", string(Warn), string(Note), string(Severe))),
			Notify:   s.channelsOf(t, "notify"), Escalate: s.escalations(t),
		}
		t.register(a.ID, i, taken)
		if written := t.Text("kind"); written != "" && written != string(a.Kind) {
			continue // what the other keys mean depends on the kind
		}
		s.readWatches(t, &a)
		s.Alarms = append(s.Alarms, a)
		t.Close()
	}
}

func (s *Site) readWatches(t *Section, a *Alarm) {
	switch a.Kind {
	case Threshold:
		s.readThreshold(t, a)
	case SteepRate:
		s.readRate(t, a)
	case Silence:
		t.Need("point", "for")
		for _, p := range s.pointsOf(t) {
			a.Watches = append(a.Watches, Watch{ID: p.ID, Name: p.Name})
		}
	case Vented:
		s.readVented(t, a)
	case OverBudget:
		s.readOverBudget(t, a)
	case FailedCheck:
		s.readFailedCheck(t, a)
	case SourceHealth:
		t.Need("device")
		for _, id := range t.ids("device") {
			a.Watches = append(a.Watches, Watch{ID: id, Name: lang.Same(id)})
		}
	case Deadline: // no rule of the file
	}
}

// readFailedCheck reads the rule on checks, whose own tolerance decides unless
// the rule has a limit.
func (s *Site) readFailedCheck(t *Section, a *Alarm) {
	t.Need("check")
	limit := t.shareLimit("above", "")
	var known []string
	for _, c := range s.Checks {
		known = append(known, c.ID)
	}
	for _, id := range t.ids("check") {
		i := slices.Index(known, id)
		t.refer("check", id, lang.T("比对", "check"), i >= 0, known)
		if i >= 0 {
			a.Watches = append(a.Watches, Watch{ID: id, Name: s.Checks[i].Name, Limit: limit, Unit: quantity.MustUnit("%")})
		}
	}
}

func (s *Site) readThreshold(t *Section, a *Alarm) {
	t.oneOf("point", "gas")
	limit := t.limits()
	for _, p := range s.pointsOf(t) {
		if p.Kind == Counter {
			t.Fail("point", fault.Invalid.Say(lang.T("点 %s 是累计量,读数只增不减,不能按限值报警", "point %s is a counter, whose reading only rises and has no limit"), p.ID).
				Do(lang.T(`改用 kind = "rate",限值如 "50 kW"`, `use kind = "rate" with a limit such as "50 kW"`)))
			continue
		}
		a.Watches = append(a.Watches, Watch{ID: p.ID, Name: p.Name, Unit: p.Unit, Limit: limit(p.Unit), Hold: p.holds()})
	}
	for _, g := range s.gasesOf(t, "gas") {
		a.Watches = append(a.Watches, Watch{ID: g.ID, Name: g.Name, Unit: pureFlow, Limit: limit(pureFlow), Hold: s.holdOf(g), IsGas: true})
	}
}

func (s *Site) readRate(t *Section, a *Alarm) {
	t.oneOf("point", "node")
	limit := t.limits()
	hour := quantity.MustUnit("h")
	for _, p := range s.pointsOf(t) {
		unit := p.Unit.Div(hour) // a counter's register times its transformers has the same unit
		a.Watches = append(a.Watches, Watch{ID: p.ID, Name: p.Name, Unit: unit, Limit: limit(unit), Hold: p.holds(), Slope: p.Kind == Gauge})
	}
	unit := quantity.MustUnit("tCO2e/h")
	for _, id := range t.ids("node") {
		name, ok := s.node(id)
		t.refer("node", id, lang.T("组织或排放源", "unit or source"), ok, append(keys(s.orgs), keys(s.sources)...))
		a.Watches = append(a.Watches, Watch{ID: id, Name: name, Unit: unit, Limit: limit(unit), Node: true})
	}
}

// pureFlow is what pure gas is compared in.
var pureFlow = quantity.MustUnit("Nm3/min") //nolint:gochecknoglobals // constant; Go has no constant structs

// readVented reads the rule on drained gas. Streams that are let go whole are
// watched each by itself; where some of it is used, the streams and what is
// taken from them are one balance, named by the rule.
func (s *Site) readVented(t *Section, a *Alarm) {
	t.Need("gas")
	gases, used := s.gasesOf(t, "gas"), s.gasesOf(t, "used")
	limit := t.shareLimit("concentration", VentedPercent)
	pure := t.pureFlow("pure", VentedPure)
	if !t.Has("concentration") || !t.Has("pure") {
		a.Mark = VentedMark
	}
	whole := Watch{ID: a.ID, Name: a.Name, Unit: quantity.MustUnit("%"), Limit: limit, Pure: pure, Used: idsOf(used)}
	for _, g := range slices.Concat(gases, used) {
		whole.Hold = max(whole.Hold, s.holdOf(g))
	}
	if len(used) > 0 {
		whole.Gas = idsOf(gases)
		a.Watches = append(a.Watches, whole)
		return
	}
	for _, g := range gases {
		w := whole
		w.ID, w.Name, w.Gas = g.ID, g.Name, []string{g.ID}
		a.Watches = append(a.Watches, w)
	}
}

// holdOf is how long a gas' flow stands for itself: as long as the slowest of
// what it is made of.
func (s *Site) holdOf(g Gas) time.Duration {
	var longest time.Duration
	for _, id := range g.Inputs() {
		if p, ok := s.Point(id); ok {
			longest = max(longest, p.holds())
		}
	}
	return longest
}

func idsOf(gases []Gas) []string {
	var out []string
	for _, g := range gases {
		out = append(out, g.ID)
	}
	return out
}

// readOverBudget reads the rule on how fast a budget is spent: 110 % is a tenth
// faster than the elapsed share of it allows.
func (s *Site) readOverBudget(t *Section, a *Alarm) {
	t.Need("budget")
	limit, per := t.shareLimit("above", "110 %"), t.Choice("per", "month", "year")
	for _, id := range t.ids("budget") {
		i := slices.IndexFunc(s.Budgets, func(b Budget) bool { return b.ID == id })
		t.refer("budget", id, lang.T("预算", "budget"), i >= 0, budgetIDs(s.Budgets))
		if i >= 0 {
			a.Watches = append(a.Watches, Watch{ID: id, Name: s.Budgets[i].Name, Unit: quantity.MustUnit("%"), Limit: limit, Budget: &s.Budgets[i], Per: per})
		}
	}
}

func budgetIDs(list []Budget) []string {
	var out []string
	for _, b := range list {
		out = append(out, b.ID)
	}
	return out
}

// node names a unit of the organisation or an emission source.
func (s *Site) node(id string) (lang.Text, bool) {
	if o, ok := s.Org(id); ok {
		return o.Name, true
	}
	o, ok := s.Source(id)
	return o.Name, ok
}
