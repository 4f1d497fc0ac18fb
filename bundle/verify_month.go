package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/quantity"
)

// checkSlice walks the entries from where the manifest says that they begin.
// Both ends can be compared with the mine's own book, or with another package.
func (v *verifier) checkSlice() (lang.Text, error) {
	err := v.walk(v.manifest.From)
	return lang.T("账本第 %d 至 %d 笔,链完整(末笔哈希 %s)", "ledger entries %d to %d, the chain holds (the last one's hash is %s)").
		Format(v.manifest.From.Seq+1, v.manifest.Head.Seq, v.manifest.Head.Hash), err
}

// checkMonth compares how far the month says it has come with the last step
// that the ledger tells of it.
func (v *verifier) checkMonth() (lang.Text, error) {
	var doc monthDocument
	if err := v.json(monthFile, &doc); err != nil {
		return lang.Text{}, err
	}
	v.month = &doc
	if doc.Site != v.manifest.Site || doc.Month.Month != v.manifest.Month {
		return lang.Text{}, changed(monthFile)
	}
	if len(v.entries) == 0 {
		return lang.Text{}, notPossible("month")
	}
	last := -1
	for i, e := range v.entries {
		if e.Subject == doc.Month.Month && e.Kind == ledger.FilingMove {
			last = i
		}
	}
	if last < 0 {
		return lang.Text{}, fault.Conflict.Say(lang.T("账本片段里没有 %s 的流转", "the ledger's slice has no step of %s"), doc.Month.Month)
	}
	if state, err := stateIn(v.entries[last]); err != nil || state != doc.Month.State {
		return lang.Text{}, fault.Conflict.Say(lang.T("%s 的状态与账本第 %d 笔不符", "the state of %s is not the one of ledger entry %d"), doc.Month.Month, v.entries[last].Seq).
			At(fault.Place{File: monthFile})
	}
	return lang.T("%s 的 %s %s,与账本第 %d 笔相符", "%s of %s: %s, as ledger entry %d says").
		Format(doc.Month.Month, doc.Site, doc.Month.State.Title(), v.entries[last].Seq), nil
}

// stateIn reads the state that an entry brought a month to: beside the state
// before it, or, in older books, the month as it then stood.
func stateIn(e ledger.Entry) (filing.State, error) {
	var body struct {
		State filing.State `json:"state"`
		After struct {
			State filing.State `json:"state"`
		} `json:"after"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return "", err
	}
	if body.After.State != "" {
		return body.After.State, nil
	}
	return body.State, nil
}

// checkFilings finds every filing in the ledger, as it was written down there,
// and every filing that the ledger tells of in the package.
func (v *verifier) checkFilings() (lang.Text, error) {
	var remarks []filing.Remark
	if err := errors.Join(v.json(filingsFile, &v.filings), v.json(remarksFile, &remarks)); err != nil {
		return lang.Text{}, err
	}
	if v.month == nil || len(v.entries) == 0 {
		return lang.Text{}, notPossible("filings")
	}
	told := map[string]ledger.Entry{}
	for _, e := range v.entries {
		told[e.Kind+" "+e.Subject] = e
	}
	var faults []error
	for _, f := range v.filings {
		faults = append(faults, v.entered(told, ledger.FilingPut, f.ID, f, filingsFile))
	}
	for _, r := range remarks {
		faults = append(faults, v.entered(told, kindOf(r), r.ID, r, remarksFile))
	}
	for _, e := range v.entries {
		var f filing.Filing
		if e.Kind != ledger.FilingPut || json.Unmarshal(e.Body, &f) != nil || f.Month != v.month.Month.Month {
			continue
		}
		if !slices.ContainsFunc(v.filings, func(have filing.Filing) bool { return have.ID == e.Subject }) {
			faults = append(faults, fault.Conflict.Say(lang.T("账本第 %d 笔的填报 %s 不在包内", "the filing %[2]s of ledger entry %[1]d is not in the package"), e.Seq, e.Subject))
		}
	}
	return lang.T("%d 条填报、%d 条说明与账本逐字节相符", "%d filings and %d remarks as the ledger has them, to the byte").Format(len(v.filings), len(remarks)), errors.Join(faults...)
}

func kindOf(r filing.Remark) string {
	switch r.Kind {
	case filing.Explained:
		return filing.ActExplain
	case filing.Returned:
		return filing.ActReturn
	case filing.Commented:
	}
	return filing.ActComment
}

// entered compares a record with its entry.
func (v *verifier) entered(told map[string]ledger.Entry, kind, id string, record any, file string) error {
	e, ok := told[kind+" "+id]
	if !ok {
		return fault.Conflict.Say(lang.T("账本片段里没有 %s", "the ledger's slice has no %s"), id).At(fault.Place{File: file})
	}
	body, err := ledger.Body(record)
	if err == nil {
		body, err = ledger.Canonical(body)
	}
	if err != nil {
		return err
	}
	if string(body) != string(e.Body) && !within(e.Body, body) {
		return fault.Conflict.Say(lang.T("%s 与账本第 %d 笔不符", "%s is not what ledger entry %d says"), id, e.Seq).At(fault.Place{File: file})
	}
	return nil
}

// within tells whether a body holds the record as the state after the act.
func within(body json.RawMessage, record []byte) bool {
	var change struct {
		After json.RawMessage `json:"after"`
	}
	if json.Unmarshal(body, &change) != nil || len(change.After) == 0 {
		return false
	}
	return string(change.After) == string(record)
}

// formCell is what the forms show of a cell.
type formCell struct {
	Row      string      `json:"row"`
	Month    string      `json:"month"`
	Filing   string      `json:"filing"`
	Value    string      `json:"value"`
	Unit     string      `json:"unit"`
	Evidence []formPaper `json:"evidence"`
}

type formPaper struct {
	SHA256 string `json:"sha256"`
}

// checkForms compares every cell of the forms with the filing that stands, and
// finds every filing that stands in the forms.
func (v *verifier) checkForms() (lang.Text, error) {
	var forms struct {
		Cells []formCell `json:"cells"`
	}
	if err := v.json(formsFile, &forms); err != nil {
		return lang.Text{}, err
	}
	if v.month == nil {
		return lang.Text{}, notPossible("forms")
	}
	stands := map[string]filing.Filing{}
	for _, f := range filing.Current(v.filings) {
		stands[f.Source+"/"+f.Parameter] = f
	}
	var faults []error
	shown := 0
	for _, c := range forms.Cells {
		f, filed := stands[c.Row]
		if !filed && c.Filing == "" {
			continue
		}
		if !filed || !c.shows(f) {
			faults = append(faults, fault.Conflict.Say(lang.T("表格中的 %s %s 与填报值不符", "%s %s of the forms is not what was filed"), c.Row, c.Month).At(fault.Place{File: formsFile}))
		}
		shown++
		delete(stands, c.Row)
	}
	for row := range stands {
		faults = append(faults, fault.Conflict.Say(lang.T("表格中没有 %s", "the forms have no %s"), row).At(fault.Place{File: formsFile}))
	}
	return lang.T("表格 %d 格与填报值相符", "%d cells of the forms show what was filed").Format(shown), errors.Join(faults...)
}

// shows tells whether a cell is a filing, shown in whichever unit.
func (c formCell) shows(f filing.Filing) bool {
	if c.Filing != f.ID || c.Month != f.Month {
		return false
	}
	if f.Withdrawn {
		return c.Value == ""
	}
	q, err := quantity.Parse(c.Value + " " + c.Unit)
	shown := slices.DeleteFunc(slices.Clone(c.Evidence), func(p formPaper) bool { return p.SHA256 == "" })
	return err == nil && q.Equal(f.Quantity) && slices.EqualFunc(shown, papersOf(f), func(a formPaper, b activity.Evidence) bool { return a.SHA256 == b.SHA256 })
}

func papersOf(f filing.Filing) []activity.Evidence {
	return slices.DeleteFunc(slices.Clone(f.Evidence), func(e activity.Evidence) bool { return e.SHA256 == "" })
}

// checkEvidence finds, for every file that a filing names, the very bytes of it.
func (v *verifier) checkEvidence() (lang.Text, error) {
	if v.month == nil {
		return lang.Text{}, notPossible("evidence")
	}
	var faults []error
	listed := map[string]packedPaper{}
	held := 0
	for _, p := range v.month.Files {
		listed[p.SHA256] = p
		if p.Path == "" {
			continue
		}
		held++
		if !slices.ContainsFunc(v.manifest.Files, func(f File) bool { return f.Name == p.Path && f.SHA256 == p.SHA256 && f.Bytes == p.Size }) {
			faults = append(faults, changed(p.Path))
		}
	}
	for _, f := range v.filings {
		for _, e := range papersOf(f) {
			if _, ok := listed[e.SHA256]; !ok {
				faults = append(faults, fault.Conflict.Say(lang.T("%s 的证据 %s(%.16s…)不在包内", "the evidence %[2]s (%.16[3]s…) of %[1]s is not in the package"), f.ID, e.ID, e.SHA256))
			}
		}
	}
	return lang.T("证据 %d 件即填报时登记的文件(按 SHA-256;字节见 files 一项);另有 %d 件未随包", "%d files of evidence are those that were filed, by their SHA-256 (their bytes: see files); %d more are not packed").
		Format(held, len(v.month.Files)-held), errors.Join(faults...)
}

// checkMonthInventory compares the inventory closed from the month with its
// hash, with the ledger, and with the totals that the package tells.
func (v *verifier) checkMonthInventory() (lang.Text, error) {
	switch {
	case v.month == nil:
		return lang.Text{}, notPossible("inventory")
	case v.month.Inventory == nil && v.manifest.Inventory == "":
		return lang.T("本月尚未单独关账", "no inventory was closed from this month alone"), nil
	}
	text, err := v.checkInventory()
	if err != nil {
		return text, err
	}
	told := v.month.Inventory
	if told == nil || told.ID != v.inv.ID || told.Hash != v.inv.Hash || v.manifest.Inventory != v.inv.ID || !sameJSON(told.Totals, v.inv.Content.Result.Totals) {
		return lang.Text{}, fault.Conflict.Say(lang.T("清单编号或合计与 %s 不符", "the inventory or its totals are not those of %s"), inventoryFile).At(fault.Place{File: monthFile})
	}
	return text, nil
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
