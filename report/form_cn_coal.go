package report

import "lingtan/lang"

// The report of the guideline for coal producers (《中国煤炭生产企业温室气体排放
// 核算方法与报告指南(试行)》, annex): five chapters and seven tables. The list
// of tables was read in a lecture on the guideline and in a program that
// implements it, not in the guideline itself; the report says so in its notes.
func init() {
	register(Form{
		ID: "cn-coal", Title: lang.T("煤炭生产企业温室气体排放报告", "Greenhouse-gas report of a coal producer"),
		Editions: []string{"cn-coal-2014", "gbt-32151.11-2018"}, build: buildCNCoal,
	})
}

func buildCNCoal(d *draft) {
	d.doc.Title = lang.T("%s %s温室气体排放报告", "%s: greenhouse-gas emissions report %s").Format(d.inv.Content.Site.Entity, d.span())
	d.front()
	d.chapter(Chapter{Title: lang.T("一、企业基本情况", "1 Basic facts"), Blocks: []Block{
		{Text: lang.T("本报告主体按《%s》核算了 %s的温室气体排放,并填写了相关表格。有关情况报告如下。", "The reporting entity has accounted for its greenhouse-gas emissions of %[2]s under “%[1]s” and filled in the tables below.").Format(d.edition.Title, d.span())},
		{Table: d.facts()},
		{Table: d.sources()},
		{Text: lang.T("本报告真实、可靠;如与实际情况不符,本企业愿承担相应的法律责任。", "This report is true and reliable; the entity answers in law should it not agree with the facts.")},
		{Text: lang.T("法定代表人(签章):________________        年    月    日", "Legal representative (signature and seal): ________________        Date: ____________")},
	}})
	d.chapter(Chapter{Title: lang.T("二、温室气体排放", "2 Greenhouse-gas emissions"), Blocks: []Block{
		{Table: cnSummary(d)},
		{Table: d.indicators()},
	}})
	d.chapter(Chapter{Title: lang.T("三、活动水平数据及来源", "3 Activity data and their sources"), Wide: true, Blocks: []Block{
		{Table: cnCombustion(d)},
		{Table: cnFlare(d)},
		{Table: cnMethane(d)},
		{Table: cnCarbonDioxide(d)},
		{Table: cnCoal(d)},
		{Table: cnEnergy(d)},
		{Table: d.activityData("activity")},
	}})
	d.chapter(Chapter{Title: lang.T("四、排放因子数据及来源", "4 Emission factors and their sources"), Wide: true, Blocks: []Block{
		{Table: d.factorTable("factors")}, {Table: d.measuredTable("measured")},
	}})
	d.chapter(d.notes(lang.T("五、其他需要说明的情况", "5 Other notes")))
	d.reconcile()
}
