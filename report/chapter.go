package report

import (
	"fmt"
	"strings"
	"time"

	"lingtan/lang"
	"lingtan/quantity"
)

// front tells what document this is: its entity, period, method and version.
func (d *draft) front() {
	c := d.inv.Content
	fact := func(zh, en string, v lang.Text) {
		if !v.IsZero() {
			d.doc.Front = append(d.doc.Front, Fact{lang.T(zh, en), v})
		}
	}
	fact("报告主体", "Reporting entity", c.Site.Entity)
	fact("核算期间", "Period", lang.Same(c.Period))
	fact("核算方法", "Method", d.edition.Title)
	fact("清单编号", "Inventory", lang.Same(d.inv.ID))
	fact("版本", "Version", lang.T("第 %d 版", "%d").Format(d.inv.Version))
	fact("替代版本", "Replaces", lang.Same(d.inv.Previous))
	fact("封存时间", "Closed at", lang.Same(d.closedAt()))
	fact("封存人", "Closed by", lang.Same(d.inv.By))
	fact("内容散列", "Content hash", lang.T("SHA-256 %s", "SHA-256 %s").Format(d.inv.Hash))
}

// closedAt tells the closing in the mine's own zone.
func (d *draft) closedAt() string {
	zone, err := time.LoadLocation(d.inv.Content.Site.Zone)
	if err != nil {
		zone = time.UTC
	}
	return d.inv.ClosedAt.In(zone).Format("2006-01-02 15:04 -07:00")
}

// facts tells who reports and of what mine.
func (d *draft) facts() *Table {
	t := &Table{
		ID: "facts", Short: lang.T("基本情况", "Basic facts"), Title: lang.T("报告主体与核算边界", "Reporting entity and boundary"),
		Columns: []Column{column("事项", "Item", 16, ""), column("内容", "Value", 50, "")},
	}
	c := d.inv.Content
	fact := func(zh, en string, v lang.Text) {
		if !v.IsZero() {
			t.row(Body, say(zh, en), word(v))
		}
	}
	fact("报告主体", "Reporting entity", c.Site.Entity)
	fact("统一社会信用代码", "Unified social credit code", lang.Same(c.Site.CreditCode))
	fact("地址", "Address", lang.Same(c.Site.Address))
	fact("核算边界", "Boundary", c.Site.Name)
	fact("矿井类型", "Type of mine", mine(c.Site.Mine))
	fact("瓦斯等级", "Gas grade", grade(c.Site.Grade))
	fact("所在省份", "Province", province(c.Province))
	return t
}

// sources lists the emission sources that the inventory accounts for.
func (d *draft) sources() *Table {
	t := &Table{
		ID: "sources", Short: lang.T("排放源清单", "Sources"), Title: lang.T("纳入核算的排放源", "Emission sources accounted for"),
		Columns: []Column{column("排放源", "Source", 20, ""), column("编号", "Id", 16, ""), column("种类", "Kind", 20, ""), column("核算月数", "Months", 8, "")},
	}
	months, seen := map[string]int{}, map[string]bool{}
	for _, a := range d.inv.Content.Activities {
		months[a.Source]++
	}
	for _, l := range d.inv.Content.Result.Lines {
		if !seen[l.Source] {
			seen[l.Source] = true
			t.row(Body, word(l.Name), name(l.Source), word(d.kind(l)), name(fmt.Sprint(months[l.Source])))
		}
	}
	t.none(lang.T("没有排放源", "there are no sources"))
	return t
}

// indicators lists the results that are not masses of gas.
func (d *draft) indicators() *Table {
	t := &Table{
		ID: "indicators", Short: lang.T("指标", "Indicators"), Title: lang.T("排放强度与瓦斯指标", "Intensities and rates"),
		Columns: []Column{column("指标", "Indicator", 32, ""), column("数值", "Value", 18, ""), column("算式", "Formula", 24, "")},
	}
	for _, f := range d.inv.Content.Result.Figures {
		mark := f.Confidence
		if total, ok := strings.CutPrefix(f.ID, "intensity_"); ok {
			mark = mark.Worse(d.markOf(total, "")) // no surer than the total it divides
		}
		t.row(Body, word(f.Title), d.figure(f.Value, mark, "figure:"+f.ID), name(f.Clause))
	}
	t.none(lang.T("没有可计算的指标", "no indicator can be computed"))
	return t
}

// gases lists the totals with their gases: masses first, weighted last.
func (d *draft) gases() *Table {
	t := &Table{
		ID: "totals", Short: lang.T("合计", "Totals"), Title: lang.T("合计及各气体质量", "Totals and the masses of their gases"),
		Columns: []Column{
			column("合计", "Total", 26, ""), column("CO₂", "CO₂", 13, "tCO2"), column("CH₄", "CH₄", 13, "tCH4"), column("N₂O", "N₂O", 11, "tN2O"), column("排放量", "Emissions", 15, "tCO2e"),
		},
		Note: lang.T("GWP 采用 %s。", "GWP set: %s.").Format(d.gwp()),
	}
	for _, total := range d.inv.Content.Result.Totals {
		cells := []Cell{word(total.Title)}
		sum := d.total(total)
		for _, g := range []string{"CO2", "CH4", "N2O"} {
			text, ok := total.Gases[g]
			if !ok {
				cells = append(cells, absent())
				continue
			}
			q, err := quantity.Parse(text)
			d.fail(err)
			cells = append(cells, Cell{Figure: &Figure{Value: q, Places: placesEmission, IDs: sum.Figure.IDs, Mark: d.markOf(total.ID, g)}})
		}
		t.row(Sum, append(cells, sum)...)
	}
	t.none(lang.T("没有合计", "there are no totals"))
	return t
}
