package report

import (
	"fmt"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/standard"
)

// notes is the chapter of what a reader must know beside the numbers.
func (d *draft) notes(title lang.Text) Chapter {
	c := Chapter{Title: title}
	heading := func(zh, en string) { c.Blocks = append(c.Blocks, Block{Heading: lang.T(zh, en)}) }
	table := func(t *Table) { c.Blocks = append(c.Blocks, Block{Table: t}) }
	text := func(t lang.Text) { c.Blocks = append(c.Blocks, Block{Text: t}) }
	heading("数据审核发现", "Findings")
	table(d.findings())
	heading("数据缺失与替代", "Missing data and substitution")
	table(d.substitutions())
	heading("不确定性", "Uncertainty")
	table(d.intervals())
	table(d.narrowing())
	heading("方法与版本", "Method and versions")
	table(d.method())
	heading("核算方法的待核实事项", "What of the method is not verified")
	table(d.editionNotes())
	if d.inv.Bridge != nil {
		heading("重述说明", "Restatement")
		text(lang.T("本版本重述 %s,原因:%s", "This version restates %s. Reason: %s").Format(d.inv.Bridge.From, d.inv.Reason))
		table(d.bridge(*d.inv.Bridge))
	} else if d.inv.Reason != "" {
		text(lang.T("关账时说明的理由:%s", "Reason given at closing: %s").Format(d.inv.Reason))
	}
	heading("封存与核验", "Closing and verification")
	text(lang.T("清单 %s,第 %d 版。封存内容的 SHA-256:\n%s", "Inventory %s, version %d. SHA-256 of the frozen content:\n%s").Format(d.inv.ID, d.inv.Version, d.inv.Hash))
	text(lang.T("核验:用 lingtan bundle 导出证据包,在任意一台离线计算机上运行 lingtan verify,由冻结的活动数据与因子重算全部计算行,比对上述散列值;一个字节改动即被发现。",
		"To verify: write the evidence bundle with lingtan bundle and run lingtan verify on it, on any machine and offline. It computes every line again from the frozen activity data and factors and compares the hash above; one changed byte is found."))
	text(lang.T("每个数字旁的编号(F001…)在文末索引中对应清单内的计算行、合计、指标或输入,可据此打开其公式、因子、读数与凭证。",
		"The reference beside each figure (F001…) leads through the index at the end to the line, total, figure or input of the inventory that opens its formula, factors, readings and evidence."))
	return c
}

func (d *draft) findings() *Table {
	t := &Table{
		ID: "findings", Short: lang.T("审核发现", "Findings"), Title: lang.T("数据审核发现及责任人", "Findings and who answers for them"),
		Columns: []Column{
			column("级别", "Severity", 9, ""), column("排放源", "Source", 10, ""), column("期间", "Period", 8, ""), column("内容", "Finding", 26, ""),
			column("处理", "What to do", 24, ""), column("责任人", "Owner", 10, ""),
		},
		Note: lang.T("发现不改变任何数字。", "A finding never changes a number."),
	}
	text := func(s string) Cell {
		if s == "" {
			return absent()
		}
		return name(s)
	}
	rank := []activity.Severity{activity.Hard, activity.Explain, activity.Notice}
	for _, s := range rank {
		for _, f := range d.inv.Content.AllFindings() {
			if f.Severity != s {
				continue
			}
			hint := word(f.Hint)
			if f.Hint.IsZero() {
				hint = absent()
			}
			t.row(Body, word(severity(s)), word(d.sourceName(f.Source)), text(f.Period), word(f.Text), hint, text(f.Owner))
		}
	}
	t.none(lang.T("没有发现", "no findings"))
	return t
}

func (d *draft) sourceName(id string) lang.Text {
	i := slices.IndexFunc(d.inv.Content.Activities, func(a activity.Activity) bool { return a.Source == id })
	switch {
	case i >= 0:
		return d.inv.Content.Activities[i].Name
	case id == "":
		return lang.Same(dash)
	}
	return lang.Same(id)
}

// substitutions lists the months whose meters did not see all hours.
func (d *draft) substitutions() *Table {
	t := &Table{
		ID: "substitution", Short: lang.T("缺失与替代", "Substitution"), Title: lang.T("读数不全的月份及替代规则", "Months with missing readings and the rule that filled them"),
		Columns: []Column{
			column("排放源", "Source", 12, ""), column("参数", "Parameter", 12, ""), column("期间", "Period", 9, ""), column("覆盖率", "Covered", 9, "%"),
			column("插值", "Interpolated", 12, "%"), column("替代", "Substituted", 12, "%"), column("规则", "Rule", 13, ""),
		},
	}
	for _, a := range d.inv.Content.Activities {
		for _, n := range a.Names() {
			m := a.Values[n].Meter
			if m == nil || m.Covered >= 1 && m.Substituted == 0 && m.Estimated == 0 {
				continue
			}
			id, rule := "input:"+a.InputID(n), m.Rule
			if rule == "" {
				rule = dash
			}
			t.row(Body, word(a.Name), word(d.field(a, n)), name(d.period(a)), d.percent(m.Covered, id), d.percent(m.Estimated, id), d.percent(m.Substituted, id), name(rule))
		}
	}
	t.none(lang.T("全部计量数据完整,没有替代", "all metered data are complete; nothing was substituted"))
	return t
}

func (d *draft) intervals() *Table {
	t := &Table{
		ID: "interval", Short: lang.T("不确定性", "Uncertainty"), Title: lang.T("合计的 95 % 置信区间", "95 % intervals of the totals"),
		Columns: []Column{
			column("合计", "Total", 24, ""), column("下限", "Low", 13, "tCO2e"), column("上限", "High", 13, "tCO2e"), column("已知不确定度的排放占比", "Share with stated uncertainty", 14, "%"),
		},
		Note: lang.T("误差传递(平方和开方),以 tCO₂e 计;未给不确定度的输入按精确处理,故区间只对上列占比成立。",
			"Error propagation by root-sum-square on tCO₂e. Inputs without a stated uncertainty are taken as exact, so the interval speaks for the share shown."),
	}
	for _, x := range d.inv.Content.Result.Totals {
		id := "total:" + x.ID
		t.row(Body, word(x.Title), d.estimate(x.Interval.Low, "tCO2e", 0, id), d.estimate(x.Interval.High, "tCO2e", 0, id), d.percent(x.Interval.Stated, id))
	}
	t.none(lang.T("没有合计", "there are no totals"))
	return t
}

// narrowing lists what to measure better first, of the statutory total.
func (d *draft) narrowing() *Table {
	t := &Table{
		ID: "narrowing", Short: lang.T("改进顺序", "Narrowing"), Title: lang.T("缩小区间的顺序:先改进哪个输入", "What narrows the interval: which input to mend first"),
		Columns: []Column{
			column("输入", "Input", 36, ""), column("单独引起的下偏", "Below, alone", 13, "tCO2e"), column("单独引起的上偏", "Above, alone", 13, "tCO2e"), column("方差占比", "Share of variance", 10, "%"),
		},
	}
	totals := d.inv.Content.Result.Totals
	i := max(0, slices.IndexFunc(totals, func(x standard.Total) bool { return x.ID == "total" }))
	if len(totals) > 0 {
		for _, c := range totals[i].Interval.Narrowing {
			t.row(Body, word(d.inputs(c.Members)), d.estimate(c.Low, "tCO2e", 0, c.Members...), d.estimate(c.High, "tCO2e", 0, c.Members...), d.estimate(100*c.Share, "%", placesShare, c.Members...))
		}
	}
	t.none(lang.T("没有给出不确定度的输入", "no input states an uncertainty"))
	return t
}

// method tells everything a recomputation needs to be told.
func (d *draft) method() *Table {
	c := d.inv.Content
	t := &Table{
		ID: "method", Short: lang.T("方法与版本", "Method"), Title: lang.T("核算方法、因子库与监测计划的版本", "Versions of method, factors and monitoring plan"),
		Columns: []Column{column("事项", "Item", 16, ""), column("内容", "Value", 50, "")},
	}
	fact := func(zh, en string, v lang.Text) { t.row(Body, say(zh, en), word(v)) }
	fact("核算方法版本", "Edition", lang.T("%s(%s)", "%s (%s)").Format(d.edition.Title, d.edition.ID))
	fact("依据文件", "Document", d.edition.Document)
	fact("GWP", "GWP set", d.gwp())
	fact("因子库", "Factor set", lang.T("%s, SHA-256 %s", "%s, SHA-256 %s").Format(c.FactorSet, c.FactorSHA))
	fact("监测计划", "Monitoring plan", lang.T("第 %d 版,SHA-256 %s", "version %d, SHA-256 %s").Format(c.PlanNumber, c.PlanSHA))
	for _, choice := range d.edition.Choices {
		if v := c.Result.Choices[choice.Name]; v != "" {
			t.row(Body, word(choice.Title), name(v))
		}
	}
	return t
}

func (d *draft) gwp() lang.Text {
	g, err := factor.FindGWP(d.inv.Content.Result.GWP)
	d.fail(err)
	return lang.T("%s(%s)", "%s (%s)").Format(g.Title, g.ID)
}

func (d *draft) editionNotes() *Table {
	t := &Table{
		ID: "notes", Short: lang.T("待核实事项", "Unverified"), Title: lang.T("核算方法说明及可信度", "Notes on the method and their confidence"),
		Columns: []Column{column("可信度", "Confidence", 14, ""), column("说明", "Note", 52, "")},
	}
	for _, n := range d.inv.Content.Result.Notes {
		t.row(Body, word(n.Confidence.Title()), word(n.Text))
	}
	t.none(lang.T("没有待核实事项", "nothing is left to be verified"))
	return t
}

// bridge explains the difference from the version before, cause by cause.
func (d *draft) bridge(b inventory.Bridge) *Table {
	t := &Table{
		ID: "bridge", Short: lang.T("重述说明", "Restatement"), Title: lang.T("与上一版本的差异分解", "The difference from the version before, by cause"),
		Columns: []Column{column("原因", "Cause", 14, ""), column("影响", "Effect", 14, "tCO2e"), column("涉及", "What changed", 38, "")},
	}
	sum := quantity.Int(0, quantity.MustUnit("tCO2e"))
	ids := make([]string, 0, len(b.Steps))
	for _, s := range b.Steps {
		sum = d.sum("tCO2e", sum, s.Effect)
		ids = append(ids, "bridge:"+string(s.Cause))
		t.row(Body, word(s.Cause.Title()), Cell{Figure: &Figure{Value: s.Effect, Places: placesEmission, IDs: []string{"bridge:" + string(s.Cause)}, Mark: factor.Read}}, word(d.changed(s.What)))
	}
	t.row(Sum, say("合计差异", "Difference"), Cell{Figure: &Figure{Value: sum, Places: placesEmission, IDs: ids, Mark: factor.Read}}, Cell{})
	return t
}

const changesShown = 6 // of one cause; the rest is counted

func (d *draft) changed(what []string) lang.Text {
	short := Short(what)
	switch {
	case len(short) == 0:
		return lang.Same(dash)
	case len(short) <= changesShown:
		return lang.Same(strings.Join(short, ", "))
	}
	return lang.Same(fmt.Sprintf("%s … (+%d)", strings.Join(short[:changesShown], ", "), len(short)-changesShown))
}
