package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
)

// checkLedger walks the site's chain to the head the manifest names.
func (v *verifier) checkLedger() (lang.Text, error) {
	err := v.walk(ledger.Head{})
	return lang.T("账本 %d 笔,链完整", "%d ledger entries, the chain holds").Format(len(v.entries)), err
}

// walk reads the entries and follows the chain from a place to the head that
// the manifest names.
func (v *verifier) walk(from ledger.Head) error {
	data, err := v.text(ledgerFile)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(data) {
		var e ledger.Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return changed(ledgerFile)
		}
		v.entries = append(v.entries, e)
	}
	site := ""
	if len(v.entries) > 0 {
		site = v.entries[0].Site
	}
	head, err := ledger.Verify(site, from, ledger.Each(v.entries))
	if err == nil {
		err = ledger.Expect(site, head, v.manifest.Head)
	}
	var broken *ledger.Broken
	if errors.As(err, &broken) {
		err = broken.Fault()
	}
	return err
}

// checkInventory compares the inventory's hash with its content, and with what
// the ledger wrote down when it was closed.
func (v *verifier) checkInventory() (lang.Text, error) {
	if err := v.json(inventoryFile, &v.inv); err != nil {
		return lang.Text{}, err
	}
	sum, err := v.inv.Content.Sum()
	if err != nil {
		return lang.Text{}, err
	}
	if sum != v.inv.Hash {
		return lang.Text{}, fault.Conflict.Say(lang.T("清单内容与其哈希不符", "the inventory's content does not match its hash")).At(fault.Place{File: inventoryFile})
	}
	i := slices.IndexFunc(v.entries, func(e ledger.Entry) bool { return e.Subject == v.inv.ID && strings.HasPrefix(e.Kind, "inventory.") })
	if len(v.entries) == 0 {
		return lang.Text{}, notPossible("inventory")
	}
	if i < 0 {
		return lang.Text{}, fault.Conflict.Say(lang.T("账本中没有清单 %s", "the ledger has no inventory %s"), v.inv.ID)
	}
	var body struct {
		Hash string `json:"hash"`
	}
	if err := json.Unmarshal(v.entries[i].Body, &body); err != nil || body.Hash != sum {
		return lang.Text{}, fault.Conflict.Say(lang.T("清单哈希与账本第 %d 笔不符", "the inventory's hash is not the one of ledger entry %d"), v.entries[i].Seq)
	}
	return lang.T("清单 %s 的哈希与账本第 %d 笔相符", "the hash of %s is the one of ledger entry %d").Format(v.inv.ID, v.entries[i].Seq), nil
}

func (v *verifier) checkFactors() (lang.Text, error) {
	data, err := v.text(factorsFile)
	if err != nil {
		return lang.Text{}, err
	}
	if v.factors, err = factor.Parse(v.inv.Content.FactorSet, factorsFile, data); err != nil {
		return lang.Text{}, err
	}
	if v.factors.SHA256() != v.inv.Content.FactorSHA {
		return lang.Text{}, changed(factorsFile)
	}
	return lang.T("因子库 %s,%d 行", "factor set %s, %d rows").Format(v.factors.ID(), v.factors.Len()), nil
}

func (v *verifier) checkPlan() (lang.Text, error) {
	data, err := v.text(siteFile)
	if err != nil {
		return lang.Text{}, err
	}
	if v.mine, err = inventory.OpenMine(siteFile, data); err != nil {
		return lang.Text{}, err
	}
	if v.mine.Plan.SHA256 != v.inv.Content.PlanSHA {
		return lang.Text{}, changed(siteFile)
	}
	return lang.T("监测计划第 %d 版", "monitoring plan version %d").Format(v.mine.Plan.Version), nil
}

// checkComputation runs the standard again over the frozen activities.
func (v *verifier) checkComputation() (lang.Text, error) {
	if v.factors == nil || v.mine == nil {
		return lang.Text{}, notPossible("computation")
	}
	again, err := v.inv.Content.Rerun(v.factors, v.mine.Site)
	if err != nil {
		return lang.Text{}, err
	}
	sum, err := again.Sum()
	if err != nil {
		return lang.Text{}, err
	}
	if sum != v.inv.Hash {
		return lang.Text{}, fault.Conflict.Say(lang.T("按 %s 重算的结果不同", "recomputing under %s gives another result"), v.inv.Content.Edition)
	}
	return lang.T("按 %s 重算 %d 行,结果逐位相同", "recomputed %[2]d lines under %[1]s, equal to the last digit").Format(v.inv.Content.Edition, len(again.Result.Lines)), nil
}

func notPossible(name string) error {
	return fault.Conflict.Say(lang.T("前面的文件有误,无法核对 %s", "%s cannot be checked: a file it needs does not hold"), name)
}
