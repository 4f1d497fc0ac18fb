package backup

import (
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
)

// checkLedger walks every chain to the head that the manifest names.
func (v *verifier) checkLedger() (lang.Text, error) {
	postings, stop := v.postings()
	defer stop()
	heads := map[string]ledger.Head{}
	entries := 0
	columns := []string{"site", "seq", "recorded_ms", "actor", "address", "kind", "subject", "body", "prev", "hash"}
	err := v.rows("ledger", columns, func(row []any) error {
		e, err := entryOf(row)
		if err != nil {
			return err
		}
		if e.Postings, err = postings(e.Site, e.Seq); err != nil {
			return err
		}
		entries++
		heads[e.Site], err = ledger.Verify(e.Site, heads[e.Site], ledger.Each([]ledger.Entry{e}))
		return err
	})
	if err == nil {
		err = v.expect(heads)
	}
	var broken *ledger.Broken
	if errors.As(err, &broken) {
		err = broken.Fault()
	}
	return lang.T("%d 条链,%d 笔,完整", "%d chains of %d entries hold").Format(len(heads), entries), err
}

// expect compares where the chains end with where they are known to.
func (v *verifier) expect(heads map[string]ledger.Head) error {
	sites := maps.Clone(v.m.Heads)
	if sites == nil {
		sites = map[string]ledger.Head{}
	}
	maps.Copy(sites, heads)
	var faults []error
	for _, site := range slices.Sorted(maps.Keys(sites)) {
		faults = append(faults, ledger.Expect(site, heads[site], v.m.Heads[site]))
	}
	return errors.Join(faults...)
}

// entryOf reads an entry without its postings.
func entryOf(row []any) (e ledger.Entry, err error) {
	ms, _ := row[2].(int64)
	e.Seq, _ = row[1].(int64)
	texts := make([]string, len(row))
	for i, v := range row {
		texts[i], _ = v.(string) // what is no text is empty, and its hash will tell
	}
	e.Site, e.Actor, e.Address, e.Kind, e.Subject = texts[0], texts[3], texts[4], texts[5], texts[6]
	e.At, e.Body = time.UnixMilli(ms).UTC(), json.RawMessage(texts[7])
	if e.Prev, err = ledger.ParseHash(texts[8]); err != nil {
		return e, err
	}
	e.Hash, err = ledger.ParseHash(texts[9])
	return e, err
}

// posted is a posting in its place.
type posted struct {
	site string
	seq  int64
	ledger.Posting
}

// postings gives those of one entry after the other: both tables come in the
// order of their keys.
func (v *verifier) postings() (of func(site string, seq int64) ([]ledger.Posting, error), stop func()) {
	next, stop := iter.Pull2(v.allPostings())
	ahead, err, more := next()
	return func(site string, seq int64) (out []ledger.Posting, _ error) {
		for more && err == nil && ahead.site == site && ahead.seq == seq {
			out = append(out, ahead.Posting)
			ahead, err, more = next()
		}
		return out, err
	}, stop
}

func (v *verifier) allPostings() iter.Seq2[posted, error] {
	return func(yield func(posted, error) bool) {
		errStop := errors.New("enough")
		err := v.rows("ledger_postings", []string{"site", "seq", "account", "gas", "grams"}, func(row []any) error {
			var p posted
			p.site, _ = row[0].(string)
			p.seq, _ = row[1].(int64)
			p.Account, _ = row[2].(string)
			p.Gas, _ = row[3].(string)
			p.Grams, _ = row[4].(int64)
			if !yield(p, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(posted{}, err)
		}
	}
}

// checkInventories compares every inventory's hash with its content.
func (v *verifier) checkInventories() (lang.Text, error) {
	n := 0
	err := v.rows("inventories", []string{"id", "hash", "body"}, func(row []any) error {
		n++
		id, _ := row[0].(string)
		hash, _ := row[1].(string)
		body, _ := row[2].(string)
		var inv inventory.Inventory
		if err := json.Unmarshal([]byte(body), &inv); err != nil {
			return changed(RelationFile("inventories") + "#" + id)
		}
		if sum, err := inv.Content.Sum(); err != nil || sum != hash || inv.Hash != hash {
			return fault.Conflict.Say(lang.T("清单 %s 的内容与其哈希不符", "the content of inventory %s does not match its hash"), id)
		}
		return nil
	})
	return lang.T("%d 份清单,哈希相符", "%d inventories match their hashes").Format(n), err
}

// checkSegments compares the sealed months of readings with the hashes that the
// catalogue, and so the ledger, has of them.
func (v *verifier) checkSegments() (lang.Text, error) {
	n, readings := 0, int64(0)
	var faults []error
	err := v.rows("segments", []string{"site", "name", "sha256", "readings"}, func(row []any) error {
		n++
		site, _ := row[0].(string)
		name, _ := row[1].(string)
		rows, _ := row[3].(int64)
		readings += rows
		if file := SegmentFile(site, name); v.sums[file] != row[2] {
			faults = append(faults, missing(file))
		}
		return nil
	})
	return lang.T("%d 个封存月,%d 条读数,哈希与账本相符", "%d sealed months of %d readings match the ledger").Format(n, readings), errors.Join(append(faults, err)...)
}

// checkEvidence looks for every file of evidence under its hash.
func (v *verifier) checkEvidence() (lang.Text, error) {
	if !slices.Contains(v.m.Tables, "evidence") {
		return lang.T("没有证据文件", "there is no evidence"), nil
	}
	elsewhere := len(v.m.Without) > 0 && !slices.ContainsFunc(v.m.Files, func(f File) bool { return strings.HasPrefix(f.Name, evidenceDir) })
	n := 0
	var faults []error
	err := v.rows("evidence", []string{"sha256", "state"}, func(row []any) error {
		sum, _ := row[0].(string)
		if len(sum) != 64 || elsewhere || row[1] == "refused" {
			return nil
		}
		n++
		if file := EvidenceFile(sum); v.sums[file] != sum {
			faults = append(faults, missing(file))
		}
		return nil
	})
	for name, sum := range v.sums {
		if strings.HasPrefix(name, evidenceDir) && path.Base(name) != sum {
			faults = append(faults, changed(name))
		}
	}
	return lang.T("%d 件证据,哈希相符", "%d pieces of evidence match their hashes").Format(n), errors.Join(append(faults, err)...)
}

// missing says of a file which the books know that it is not here as they know it.
func missing(name string) error {
	return fault.Conflict.Say(lang.T("%s 缺失,或不是账本所记的那个文件", "%s is missing, or is not the file that the books know"), name).At(fault.Place{File: name})
}
