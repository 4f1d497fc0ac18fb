package plan

import (
	"regexp"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// recordName keeps the name of a record fit for addresses.
var recordName = regexp.MustCompile(`^[a-z0-9][a-z0-9_]{0,63}$`)

// readRecords reads what is filed beside the parameters: stocks, deliveries,
// running hours. No formula asks for them; checks do, and a verifier.
func (p *Plan) readRecords(r *site.Reader, s *site.Site, seen map[string]bool) {
	for _, t := range r.Tables("record") {
		t.Need("source", "name", "title", "unit", "owner")
		par := Parameter{
			Source: t.Text("source"), Name: t.Text("name"), Title: t.Name("title"),
			How: activity.How(t.Choice("how", "filing", "laboratory")), Integrate: Sum, Fallback: "none",
			Form: t.Text("form"), Frequency: t.Choice("frequency", "month"), Evidence: t.Texts("evidence"), At: t.Place(""),
		}
		par.Owner = readOwner(t, s)
		par.Cell = readCell(t, s, par.Owner)
		par.Cell.Record = true
		if _, ok := s.Source(par.Source); !ok && par.Source != "" {
			t.Fail("source", fault.Invalid.Say(lang.T("排放源 %q 不存在", "there is no source %q"), par.Source).
				Do(lang.T("先在 [[source]] 里定义", "define it in a [[source]]")))
		}
		if par.Name != "" && !recordName.MatchString(par.Name) {
			t.Wrong("name", lang.T("小写字母、数字、下划线,至多 64 个", "up to 64 small letters, digits, underscores"))
		}
		if seen[par.ID()] && par.Name != "" {
			t.Fail("name", fault.Invalid.Say(lang.T("排放源 %s 已有 %s", "source %s has a %s already"), par.Source, par.Name).
				Do(lang.T("换一个名称", "choose another name")))
		}
		seen[par.ID()] = true
		par.Unit = quantity.One
		if unit, known := t.Unit("unit"); known {
			par.Unit = unit
			par.checkSuggest(t, s)
		}
		p.Records = append(p.Records, par)
		t.Close()
	}
}
