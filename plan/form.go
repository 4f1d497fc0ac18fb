package plan

import (
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// Stage is a review that a month passes on its way to the lock.
type Stage string

// The stages, in their order.
const (
	ByMine   Stage = "mine"   // 矿审
	ByGroup  Stage = "group"  // 集团审
	ByVerify Stage = "verify" // 核查
)

// Due says by when a month is filed, and who is told.
type Due struct {
	Day        int      // of days after the month's end; the month is due when that day ends
	Remind     []int    // days before
	Escalate   []int    // days after
	RemindTo   []string // channels of the site
	EscalateTo []string
}

// The days where the plan says nothing: the statistics of a month are in by the
// eighth of the next, which leaves the mine's review a week until the group
// asks. A mine's own practice (C); a plan writes its own.
const dueDay = 8

const maxDays = 60 // within which evidence is handed in anyway

// Cell says how the cells of a row are filed.
type Cell struct {
	Node     string   // the unit whose form asks for it: its owner's, unless written
	Day      int      // by which it is due; 0 is the plan's
	Required []string // kinds of papers that each value needs: "weighbill", "assay" …
	Suggest  []string // points and gases whose month stands beside the cell
	Record   bool     // no formula asks for it
	Decimals int      // places it is shown with
}

func readReview(h *site.Section) []Stage {
	order := []Stage{ByMine, ByGroup, ByVerify}
	out := []Stage{ByMine}
	if !h.Has("review") {
		return out
	}
	out = nil
	last := -1
	for _, word := range h.Texts("review") {
		at := slices.Index(order, Stage(word))
		if at <= last {
			h.Wrong("review", lang.T(`"mine"、"group"、"verify",按此顺序,后两级可省`, `"mine", "group", "verify", in this order; the last two may be left out`))
			return []Stage{ByMine}
		}
		last = at
		out = append(out, Stage(word))
	}
	if len(out) == 0 || out[0] != ByMine {
		h.Wrong("review", lang.T(`以 "mine" 开头`, `a list that begins with "mine"`))
		return []Stage{ByMine}
	}
	return out
}

func readDue(h *site.Section, s *site.Site) Due {
	out := Due{Day: dueDay}
	t := h.Table("deadline")
	if t == nil {
		return out
	}
	t.Need("day")
	out.Day = int(t.Int("day", 1, maxDays))
	out.Remind, out.Escalate = days(t, "remind"), days(t, "escalate")
	out.RemindTo, out.EscalateTo = channels(t, s, "remind_to"), channels(t, s, "escalate_to")
	t.Close()
	return out
}

// days reads numbers of days, the first reminder first: [3, 1] before, [1, 3] after.
func days(t *site.Section, key string) []int {
	out := t.Ints(key, 1, maxDays)
	slices.Sort(out)
	if key == "remind" {
		slices.Reverse(out)
	}
	return slices.Compact(out)
}

func channels(t *site.Section, s *site.Site, key string) []string {
	ids := t.Texts(key)
	for _, id := range ids {
		if !slices.ContainsFunc(s.Channels, func(c site.Channel) bool { return c.ID == id }) {
			t.Fail(key, fault.Invalid.Say(lang.T("通道 %q 不存在", "there is no channel %q"), id).
				Do(lang.T("先在 [[channel]] 里定义", "define it in a [[channel]]")))
		}
	}
	return ids
}

func readCell(t *site.Section, s *site.Site, owner Owner) Cell {
	c := Cell{
		Node: t.Text("node"), Day: int(t.Int("deadline", 1, maxDays)), Required: t.Texts("required"), Suggest: t.Texts("suggest"),
		Decimals: -1,
	}
	if t.Has("decimals") {
		c.Decimals = int(t.Int("decimals", 0, 6))
	}
	if _, ok := s.Org(c.Node); !ok && c.Node != "" {
		t.Fail("node", fault.Invalid.Say(lang.T("组织 %q 不存在", "there is no unit %q"), c.Node).
			Do(lang.T("写 [[org]] 的编号", "write the id of an [[org]]")))
	}
	if c.Node == "" {
		c.Node = owner.Department
	}
	return c
}

// checkSuggest faults points beside a cell that tell something else, and such
// where the meter feeds the parameter anyway.
func (p Parameter) checkSuggest(t *site.Section, s *site.Site) {
	for _, id := range p.Cell.Suggest {
		unit, ok := AmountUnit(s, id)
		if p.Metered() {
			t.Fail("suggest", fault.Invalid.Say(lang.T("计量的参数以自己的点为参考", "a metered parameter has its own points beside it")).
				Do(lang.T("删去 suggest", "remove suggest")))
			return
		}
		if !ok {
			t.Fail("suggest", fault.Invalid.Say(lang.T("点 %q 不存在", "there is no point %q"), id).
				Do(lang.T("写 [[point]] 或 [[gas]] 的编号", "write the id of a [[point]] or a [[gas]]")))
			continue
		}
		if _, err := convert(quantity.Int(0, unit), p.Unit); err != nil {
			t.Fail("suggest", err)
		}
	}
}

// Beside lists the points whose month stands beside a cell of the row, and
// those that are subtracted.
func (p Parameter) Beside() (points, minus []string) {
	if p.Metered() {
		return p.Points, p.Minus
	}
	return p.Cell.Suggest, nil
}

// Places tells with how many decimals the row is shown: as reports print its
// unit (quantities 2, energy content 3, MWh 3), unless the plan says another.
func (p Parameter) Places() int {
	if p.Cell.Decimals >= 0 {
		return p.Cell.Decimals
	}
	switch u := p.Unit.String(); {
	case u == "MWh", strings.HasPrefix(u, "GJ/"):
		return 3
	case u == "万Nm3":
		return 4
	}
	return 2
}

// In tells a filed quantity in the row's unit.
func (p Parameter) In(q quantity.Quantity) (quantity.Quantity, error) { return convert(q, p.Unit) }
