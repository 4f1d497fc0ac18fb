package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/standard"
)

// Form is a way of laying out an inventory.
type Form struct {
	ID       string
	Title    lang.Text
	Editions []string // that it is for; nil is any
	build    func(d *draft)
}

var forms = map[string]Form{} //nolint:gochecknoglobals // the registry, written once by init functions

// register adds a form; a duplicate is a mistake in the program.
func register(f Form) {
	if _, dup := forms[f.ID]; dup {
		panic("report: form registered twice: " + f.ID)
	}
	forms[f.ID] = f
}

// Forms lists the forms for an edition, the one written for it first; an empty
// edition lists all.
func Forms(edition string) []Form {
	var out []Form
	for _, f := range forms {
		if edition == "" || f.Editions == nil || slices.Contains(f.Editions, edition) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b Form) int {
		return cmp.Or(cmp.Compare(len(b.Editions), len(a.Editions)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Build lays an inventory out in a form for a reader of a language; an empty
// form is the one written for the inventory's edition. Every figure of the
// document opens in the inventory.
func Build(form string, inv inventory.Inventory, tag lang.Tag) (Document, error) {
	edition, err := standard.Find(inv.Content.Edition)
	if err != nil {
		return Document{}, err
	}
	if form == "" {
		form = Forms(edition.ID)[0].ID
	}
	f, ok := forms[form]
	if !ok {
		return Document{}, fault.NotFound.Say(lang.T("报表 %q 不认识", "unknown form %q"), form).
			Do(lang.T("可选 %s", "choose one of %s"), strings.Join(slices.Sorted(maps.Keys(forms)), ", "))
	}
	if f.Editions != nil && !slices.Contains(f.Editions, edition.ID) {
		return Document{}, fault.Invalid.Say(lang.T("报表 %s 不适用于 %s", "form %s is not for %s"), f.ID, edition.ID).
			Do(lang.T("该版本可用 %s", "for that edition there is %s"), Forms(edition.ID)[0].ID)
	}
	d, err := newDraft(inv, edition)
	if err != nil {
		return Document{}, err
	}
	d.doc.Form, d.doc.Tag = f.ID, tag
	f.build(d)
	if d.err != nil {
		return Document{}, d.err
	}
	d.typeset()
	return d.doc, d.number()
}
