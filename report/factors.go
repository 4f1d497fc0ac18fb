package report

import (
	"cmp"
	"slices"

	"lingtan/factor"
	"lingtan/lang"
)

// factorTable lists the numbers of the factor library that the lines stand on,
// with their source and mark.
func (d *draft) factorTable(id string) *Table {
	t := &Table{
		ID: id, Short: lang.T("排放因子来源", "Factors"), Title: lang.T("采用的缺省因子及来源", "Factors of the library and their sources"),
		Columns: []Column{
			column("因子", "Factor", 14, ""), column("编号", "Key", 18, ""), column("数值", "Value", 14, ""),
			column("适用起始", "In force from", 9, ""), column("出处", "Source", 32, ""), column("可信度", "Confidence", 11, ""),
		},
		Note: lang.T("A 已查原文;B 公认值,未复查原文;C 待核实,引用前须与原文核对。", "A read in the source; B well known, source not re-opened; C unverified, to be checked against the original before it is relied on."),
	}
	for _, f := range d.factors() {
		from := f.From
		if from == "" {
			from = dash
		}
		cell := d.figure(f.Value, f.Confidence, "factor:"+f.ID())
		title := lang.T(f.Name.In(lang.ZH), f.Name.In(lang.EN)) // a table may name it in one language only
		t.row(Body, word(title), name(f.ID()), cell, name(from), name(f.Source), word(f.Confidence.Title()))
	}
	t.none(lang.T("没有采用缺省因子", "no factor of the library is used"))
	return t
}

// factors lists the factors of all lines once, by id.
func (d *draft) factors() []factor.Factor {
	var out []factor.Factor
	for _, l := range d.inv.Content.Result.Lines {
		out = append(out, l.Factors...)
	}
	slices.SortFunc(out, func(a, b factor.Factor) int { return cmp.Compare(a.ID(), b.ID()) })
	return slices.CompactFunc(out, func(a, b factor.Factor) bool { return a.ID() == b.ID() })
}

// measuredTable lists what the site measured or stated instead of a default,
// by the range its months had: a mean stands in the table of its formula,
// with the weights of that formula.
func (d *draft) measuredTable(id string) *Table {
	t := &Table{
		ID: id, Short: lang.T("实测参数", "Measured parameters"), Title: lang.T("实测、填报的参数", "Parameters measured or filed"),
		Columns: []Column{
			column("排放源", "Source", 14, ""), column("参数", "Parameter", 14, ""), column("最小值", "Lowest", 15, ""), column("最大值", "Highest", 15, ""),
			column("获取方式", "Obtained", 9, ""), column("凭证", "Evidence", 22, ""), column("责任人", "Owner", 12, ""),
		},
		Note: lang.T("一年内已实测的参数不得退回缺省值。", "A parameter once measured may not go back to its default in the same year."),
	}
	for _, p := range d.parameters(false) {
		low, high := 0, 0
		for i, v := range p.values {
			if c, err := v.Quantity.Cmp(p.values[low].Quantity); err == nil && c < 0 {
				low = i
			}
			if c, err := v.Quantity.Cmp(p.values[high].Quantity); err == nil && c > 0 {
				high = i
			}
		}
		bound := func(i int) Cell { return d.figure(d.in(p.values[i].Quantity, p.unit), factor.Read, p.ids[i]) }
		t.row(Body, word(p.source), word(p.title), bound(low), bound(high), word(p.how()), name(p.evidence()), name(p.owners()))
	}
	t.none(lang.T("没有实测参数,全部采用缺省值", "nothing was measured: all are defaults"))
	return t
}
