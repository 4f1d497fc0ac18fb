package report

import (
	"lingtan/lang"
	"lingtan/standard"
)

// The plain report serves every edition: totals, each source's lines with
// their clause, and what they stand on.
func init() {
	register(Form{ID: "lines", Title: lang.T("温室气体清单", "Greenhouse-gas inventory"), build: buildLines})
}

func buildLines(d *draft) {
	d.doc.Title = lang.T("%s %s温室气体清单", "%s: greenhouse-gas inventory %s").Format(d.inv.Content.Site.Entity, d.span())
	d.front()
	d.chapter(Chapter{Title: lang.T("一、基本情况", "1 Basic facts"), Blocks: []Block{{Table: d.facts()}, {Table: d.sources()}}})
	d.chapter(Chapter{Title: lang.T("二、合计与指标", "2 Totals and indicators"), Blocks: []Block{{Table: d.gases()}, {Table: d.indicators()}}})
	d.chapter(Chapter{Title: lang.T("三、各排放源", "3 Emissions by source"), Wide: true, Blocks: []Block{{Table: d.lines()}, {Table: d.activityData("activity")}}})
	d.chapter(Chapter{Title: lang.T("四、排放因子及来源", "4 Factors and their sources"), Wide: true, Blocks: []Block{
		{Table: d.factorTable("factors")}, {Table: d.measuredTable("measured")},
	}})
	d.chapter(d.notes(lang.T("五、其他说明", "5 Other notes")))
	d.reconcile()
}

// lines lists each source's lines, the months of a year added.
func (d *draft) lines() *Table {
	t := &Table{
		ID: "lines", Short: lang.T("计算行", "Lines"), Title: lang.T("各排放源的排放量及条款", "Emissions of each source and the clause they follow"),
		Columns: []Column{
			column("排放源", "Source", 14, ""), column("类别", "Category", 14, ""), column("口径", "Basis", 9, ""), column("气体", "Gas", 5, ""),
			column("质量(t)", "Mass (t of gas)", 12, ""), column("排放量", "Emissions", 13, "tCO2e"), column("条款", "Clause", 28, ""), column("可信度", "Confidence", 10, ""),
		},
	}
	for _, g := range d.groups(func(standard.Line) bool { return true }) {
		l := g.lines[0]
		t.row(Body, word(g.Name), word(d.kind(l)), word(basis(l.Basis)), word(gas(l.Gas)), g.mass(), g.co2e(), name(l.Clause), word(g.mark().Title()))
	}
	t.none(lang.T("没有计算行", "there are no lines"))
	return t
}
