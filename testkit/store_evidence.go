package testkit

import (
	"strings"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/ledger"
)

// weighbill is a file of a mine.
func weighbill(site string, hash ledger.Hash) evidence.File {
	return evidence.File{
		Site: site, SHA256: hash.String(), Name: "过磅单 6 月.pdf", Type: evidence.PDF, Size: 1000, Kind: evidence.Weighbill, By: "zhang",
		At: storeClock, State: evidence.Clean, Flags: []evidence.Flag{evidence.Form},
	}
}

func evidenceKept(t *storeTest) {
	ctx, s := t.Context(), t.s
	f := weighbill("qingling", ledger.Hash{1})
	if put := got(s.PutEvidence(ctx, f, 1<<20))(t); put.At != f.At || len(put.Flags) != 1 {
		t.Errorf("put %+v", put)
	}
	renamed := f
	renamed.Name, renamed.Kind, renamed.By = "发票.pdf", evidence.Invoice, "zhao"
	got(s.PutEvidence(ctx, f, 1<<20))(t) // again, which is nothing new
	if put := got(s.PutEvidence(ctx, renamed, 1<<20))(t); put.By != "zhang" || put.Kind != evidence.Invoice {
		t.Errorf("handed in again under another kind: %+v", put)
	}
	if now := got(s.Evidence(ctx, "qingling", f.SHA256))(t); now.Name != "发票.pdf" || now.By != "zhang" || !now.At.Equal(f.At) || now.Flags[0] != evidence.Form {
		t.Errorf("stands as %+v", now)
	}
	entries := got(s.EntriesAbout(ctx, "qingling", f.SHA256, 0, 0))(t)
	if len(entries) != 2 || entries[1].Kind != ledger.EvidencePut || entries[1].Actor != "zhao" || !strings.Contains(string(entries[1].Body), `"before":{`) {
		t.Errorf("the book tells %+v", entries)
	}
	if _, err := s.Evidence(ctx, "beiyuan", f.SHA256); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another mine's file: %v", err)
	}
	if have := got(s.EvidenceFiles(ctx, "qingling", []string{f.SHA256, ledger.Hash{2}.String()}))(t); len(have) != 1 {
		t.Errorf("has %+v", have)
	}
	if list := got(s.AllEvidence(ctx, "qingling"))(t); len(list) != 1 {
		t.Errorf("lists %+v", list)
	}
	must(t, s.PutFiling(ctx, coal("f1", "zhang", "5 t", "")))
	must(t, s.PutFiling(ctx, coal("f2", "zhang", "6 t", "f1")))
	if uses := got(s.FilingsWithFiles(ctx, "qingling", "2024-06", "2024-06"))(t); len(uses) != 1 || uses[0].ID != "f2" {
		t.Errorf("used by %+v", uses)
	}
}

func evidenceQuota(t *storeTest) {
	ctx, s := t.Context(), t.s
	got(s.PutEvidence(ctx, weighbill("qingling", ledger.Hash{1}), 2500))(t)
	got(s.PutEvidence(ctx, weighbill("qingling", ledger.Hash{2}), 2500))(t)
	if _, err := s.PutEvidence(ctx, weighbill("qingling", ledger.Hash{3}), 2500); fault.KindOf(err) != fault.Conflict {
		t.Errorf("beyond the quota: %v", err)
	}
	got(s.PutEvidence(ctx, weighbill("qingling", ledger.Hash{2}), 2500))(t) // it is there
	got(s.PutEvidence(ctx, weighbill("beiyuan", ledger.Hash{3}), 2500))(t)  // another mine's
}

func evidenceWaits(t *storeTest) {
	ctx, s := t.Context(), t.s
	states := []evidence.State{evidence.Clean, evidence.Refused}
	for i := range states {
		f := weighbill("qingling", ledger.Hash{byte(i)})
		f.State = evidence.Quarantined
		got(s.PutEvidence(ctx, f, 1<<20))(t)
	}
	for i, f := range got(s.QuarantinedEvidence(ctx, 0))(t) {
		if f.State = states[i]; f.State == evidence.Refused {
			f.Virus = "Eicar"
		}
		must(t, s.ScannedEvidence(ctx, f))
		must(t, s.ScannedEvidence(ctx, f)) // it waits no more
		if now := got(s.Evidence(ctx, "qingling", f.SHA256))(t); now.State != states[i] || now.Virus != f.Virus {
			t.Errorf("file %d is %+v", i, now)
		}
		if kept := got(s.KeepsEvidence(ctx, f.SHA256))(t); kept != (states[i] == evidence.Clean) {
			t.Errorf("%s is kept: %v", states[i], kept)
		}
	}
	if left := got(s.QuarantinedEvidence(ctx, 0))(t); len(left) > 0 {
		t.Errorf("still wait %+v", left)
	}
	late := weighbill("qingling", ledger.Hash{0})
	late.State = evidence.Quarantined // the scanner is away when it comes again
	if now := got(s.PutEvidence(ctx, late, 1<<20))(t); now.State != evidence.Clean {
		t.Errorf("a clean file handed in again is %s", now.State)
	}
	must(t, s.RefusedEvidence(ctx, evidence.File{Site: "qingling", SHA256: ledger.Hash{9}.String(), By: "zhang", State: evidence.Refused, Virus: "Eicar"}))
	if n := len(got(s.EntriesAbout(ctx, "qingling", ledger.Hash{9}.String(), 0, 0))(t)); n != 1 {
		t.Errorf("the book has %d entries of what was refused", n)
	}
}
