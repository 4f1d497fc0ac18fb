package plan

import (
	"math/big"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// defaultMaxSubstituted is the share of substituted hours above which a month
// does not close (platform rule, a design choice: no Chinese rule for coal
// mines names a number).
var defaultMaxSubstituted = big.NewRat(1, 10) //nolint:gochecknoglobals // a constant; Go has no constant Rat

// Parse reads the plan from a site's file and tells everything that is wrong
// with it at once. A nil vocabulary leaves kinds and fields unchecked.
func Parse(doc *site.Document, s *site.Site, words Vocabulary) (*Plan, error) {
	r := doc.Read()
	r.Zone = s.Calendar.Zone
	p := &Plan{SHA256: doc.SHA256}
	written := p.readHead(r, s)
	seen := map[string]bool{}
	for _, t := range r.Tables("parameter") {
		par := readParameter(t, s, words)
		if seen[par.ID()] && par.Name != "" {
			t.Fail("name", fault.Invalid.Say(lang.T("排放源 %s 的参数 %s 写了两次", "parameter %[2]s of source %[1]s is written twice"), par.Source, par.Name).
				Do(lang.T("合并为一条;多个点写在 points 里", "make one of them; several points go into points")))
		}
		seen[par.ID()] = true
		p.Parameters = append(p.Parameters, par)
		t.Close()
	}
	p.readRecords(r, s, seen)
	p.readChecks(r)
	if written && words != nil {
		p.complete(r, s, words)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// readHead reads [plan]; false where there is none.
func (p *Plan) readHead(r *site.Reader, s *site.Site) bool {
	h := r.Table("plan")
	if h == nil {
		return false
	}
	h.Need("version", "valid_from", "editions", "changes")
	p.Version, p.ValidFrom = int(h.Int("version", 1, 9999)), h.Date("valid_from")
	p.Editions, p.Rules = h.Texts("editions"), h.Texts("rules")
	last := 0
	for _, c := range h.Tables("changes") {
		c.Need("version", "on", "reason")
		change := Change{Version: int(c.Int("version", 1, 9999)), On: c.Date("on"), Reason: c.Choice("reason", reasons...), Note: c.Text("note")}
		if change.Version <= last {
			c.Wrong("version", lang.T("大于前一版 %d", "more than the version before, %d").Format(last))
		}
		last = change.Version
		p.Changes = append(p.Changes, change)
		c.Close()
	}
	if h.Has("changes") && p.Version != last {
		h.Fail("version", fault.Invalid.Say(lang.T("版本读到 %d,最后一条变更是 %d", "version: read %d, the last change is %d"), p.Version, last).
			Do(lang.T("每一版都在 changes 里写明原因", "give each version its reason in changes")))
	}
	p.Review, p.Due = readReview(h), readDue(h, s)
	h.Close()
	return true
}

func readParameter(t *site.Section, s *site.Site, words Vocabulary) Parameter {
	t.Need("source", "name", "how", "unit", "owner")
	p := Parameter{
		Source: t.Text("source"), Name: t.Text("name"), Title: t.Name("title"),
		How:    activity.How(t.Choice("how", "meter", "filing", "laboratory", "default")),
		Points: t.Texts("points"), Minus: t.Texts("minus"),
		Integrate: Integrate(t.Choice("integrate", "sum", "mean")),
		Direction: Direction(t.Choice("direction", "emission", "reduction")),
		Form:      t.Text("form"), Frequency: t.Text("frequency"),
		Uncertainty: t.Share("uncertainty"), Evidence: t.Texts("evidence"), At: t.Place(""),
		MaxSubstituted: defaultMaxSubstituted,
	}
	if t.Has("max_substituted") {
		p.MaxSubstituted = t.Share("max_substituted")
	}
	p.Owner = readOwner(t, s)
	p.Cell = readCell(t, s, p.Owner)
	p.Fallback = p.readFallback(t)
	source, ok := s.Source(p.Source)
	if !ok && p.Source != "" {
		t.Fail("source", fault.Invalid.Say(lang.T("排放源 %q 不存在", "there is no source %q"), p.Source).
			Do(lang.T("先在 [[source]] 里定义", "define it in a [[source]]")))
	}
	unit, known := t.Unit("unit")
	p.Unit = unit
	if known {
		p.checkPoints(t, s)
		p.checkSuggest(t, s)
	}
	if ok && words != nil {
		p.checkWord(t, source, words)
	}
	return p
}

func readOwner(t *site.Section, s *site.Site) Owner {
	o := t.Table("owner")
	if o == nil {
		return Owner{}
	}
	o.Need("department")
	owner := Owner{o.Text("department"), o.Text("duty")}
	if _, ok := s.Org(owner.Department); !ok && owner.Department != "" {
		o.Fail("department", fault.Invalid.Say(lang.T("组织 %q 不存在", "there is no unit %q"), owner.Department).
			Do(lang.T("写 [[org]] 的编号", "write the id of an [[org]]")))
	}
	o.Close()
	return owner
}

// readFallback reads what serves when the parameter is missing: for a meter the
// platform's substitution unless another is named, else nothing.
func (p Parameter) readFallback(t *site.Section) string {
	words := []string{"none", ByDefault}
	if p.Metered() {
		words = []string{"platform", ByFiling, ByDefault}
		for _, rule := range reading.Substitutions() {
			if !slices.Contains(words, rule.ID) {
				words = append(words, rule.ID)
			}
		}
	}
	return t.Choice("fallback", words...)
}

// complete faults a source with a required field that nothing feeds.
func (p *Plan) complete(r *site.Reader, s *site.Site, words Vocabulary) {
	for _, source := range s.Sources {
		fields := words(source.Kind)
		if fields == nil {
			r.Fail(fault.Invalid.Say(lang.T("排放源 %s 的种类 %q 不在 %s 中", "the kind %[2]q of source %[1]s is not known to %[3]s"),
				source.ID, source.Kind, strings.Join(p.Editions, ", ")).
				Do(lang.T("改正 kind,或换用有它的标准版本", "mend the kind, or use an edition that has it")), source.At)
			continue
		}
		for _, f := range fields {
			if _, ok := p.Parameter(source.ID, f.Name); f.Required && !ok {
				r.Fail(fault.Invalid.Say(lang.T("排放源 %s 必需的参数 %s 没有来源", "nothing feeds the required parameter %[2]s of source %[1]s"), source.ID, f.Name).
					Do(lang.T("补一条 [[parameter]],写明计量点、填报或缺省", "add a [[parameter]] that names its points, a filing or the default")), source.At)
			}
		}
	}
}
