package plan

import (
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// checkPoints faults points that are not there, counted twice, or of a unit
// that does not become the parameter's.
func (p Parameter) checkPoints(t *site.Section, s *site.Site) {
	all := slices.Concat(p.Points, p.Minus)
	switch {
	case p.Metered() && len(p.Points) == 0:
		t.Fail("points", fault.Invalid.Say(lang.T("how = \"meter\" 而没有写计量点", "how = \"meter\" and no points")).
			Do(lang.T("写 points = [\"点的编号\"],或把 how 写成 filing", "write points = [\"id of a point\"], or how = \"filing\"")))
	case !p.Metered() && len(all) > 0:
		t.Fail("points", fault.Invalid.Say(lang.T("how = %q 用不上计量点", "how = %q has no use for points"), string(p.How)).
			Do(lang.T("删去 points,或把 how 写成 meter", "remove points, or write how = \"meter\"")))
	case p.Integrate == Mean && len(all) != 1:
		t.Fail("integrate", fault.Invalid.Say(lang.T("求均值只能有一个点,读到 %d 个", "a mean is of one point, read %d"), len(all)).
			Do(lang.T("只留一个点,或删去 integrate", "keep one point, or remove integrate")))
	}
	if !p.Metered() {
		return
	}
	for i, id := range all {
		key := "points"
		if i >= len(p.Points) {
			key = "minus"
		}
		if slices.Index(all, id) < i {
			t.Fail(key, fault.Invalid.Say(lang.T("点 %s 被计了两次", "point %s is counted twice"), id).
				Do(lang.T("每个点只写一次", "name each point once")))
			continue
		}
		p.checkPoint(t, s, key, id)
	}
}

func (p Parameter) checkPoint(t *site.Section, s *site.Site, key, id string) {
	unit, ok := AmountUnit(s, id)
	if !ok {
		t.Fail(key, fault.Invalid.Say(lang.T("点 %q 不存在", "there is no point %q"), id).
			Do(lang.T("写 [[point]] 或 [[gas]] 的编号", "write the id of a [[point]] or a [[gas]]")))
		return
	}
	if p.Integrate == Mean {
		point, isPoint := s.Point(id)
		if !isPoint || point.Kind != site.Gauge {
			t.Fail("integrate", fault.Invalid.Say(lang.T("点 %s 不是瞬时量,不能求均值", "point %s is no gauge and has no mean"), id).
				Do(lang.T("删去 integrate,累计量与气体纯量只能求和", "remove integrate: totals and pure gas are summed")))
			return
		}
		unit = point.Unit
	}
	if _, err := convert(quantity.Int(0, unit), p.Unit); err != nil {
		t.Fail("unit", fault.Invalid.Say(lang.T("点 %s 的量以 %s 计,不能写成 %s", "point %s tells amounts in %s, which cannot be told in %s"), id, unit, p.Unit).
			Do(lang.T("改正参数或点的单位;干湿基、工况与标况不能混用", "mend the unit of the parameter or of the point; dry and wet, working and standard gas do not mix")))
	}
}

// convert tells a quantity in a unit; a gas volume of another reference state
// is moved to it exactly.
func convert(q quantity.Quantity, u quantity.Unit) (quantity.Quantity, error) {
	out, err := q.In(u)
	if err == nil {
		return out, nil
	}
	for _, state := range []quantity.State{quantity.At0C, quantity.At20C, quantity.At60F} {
		if moved, cannot := q.AtState(state); cannot == nil {
			if out, wrong := moved.In(u); wrong == nil {
				return out, nil
			}
		}
	}
	return quantity.Quantity{}, err
}

// checkWord faults a name that the kind of activity has no field for, and a
// unit that is another thing than the field's.
func (p Parameter) checkWord(t *site.Section, source site.Source, words Vocabulary) {
	fields := words(source.Kind)
	if fields == nil {
		return // told once, with the source
	}
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		names = append(names, f.Name)
		if f.Name != p.Name {
			continue
		}
		p.checkFieldUnit(t, f)
		return
	}
	t.Fail("name", fault.Invalid.Say(lang.T("%s 没有参数 %q", "%s has no parameter %q"), source.Kind, p.Name).
		Do(lang.T("可选 %s", "choose one of %s"), strings.Join(names, ", ")))
}

// checkFieldUnit faults a unit that is another thing than the field's.
func (p Parameter) checkFieldUnit(t *site.Section, f Field) {
	var first error
	for _, u := range f.Units {
		_, err := convert(quantity.Int(0, p.Unit), u)
		if err == nil {
			return
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		t.Fail("unit", first)
	}
}
