package ledger

import (
	"fmt"
	"iter"

	"lingtan/fault"
	"lingtan/lang"
)

// Broken is the first entry of a chain that does not hold.
type Broken struct {
	Site  string
	Seq   int64  // the place where the entry should be
	Field string // seq, site, content, prev, hash or head
	Want  string
	Got   string
}

// Error tells it in English.
func (b *Broken) Error() string { return b.Fault().Error() }

// Unwrap gives the fault, so that a Broken is told as one.
func (b *Broken) Unwrap() error { return b.Fault() }

// Fault tells it to a person.
func (b *Broken) Fault() *fault.Fault {
	return fault.Conflict.Say(lang.T("账簿 %q 第 %d 笔已被改动:%s 为 %s,应为 %s", "ledger %q, entry %d was changed: %s is %s, should be %s"),
		b.Site, b.Seq, b.Field, b.Got, b.Want).
		Do(lang.T("从备份恢复,并查明何时何人改动了数据库", "restore from a backup and find out who changed the database, and when"))
}

// Verify walks a site's chain that goes on after head and gives the last place
// it reached. The first entry that does not hold ends it with *Broken.
//
// An edit that kept its old hash shows as "hash"; an edit that hashed itself
// anew shows as "prev" of the entry after. A chain that was rewritten to its
// end, or cut, holds in itself: compare the Head with one kept elsewhere, in a
// report, a bundle or the store's table of heads (Expect).
func Verify(site string, head Head, entries iter.Seq2[Entry, error]) (Head, error) {
	for e, err := range entries {
		if err != nil {
			return head, err
		}
		if err := follows(site, head, e); err != nil {
			return head, err
		}
		head = e.Head()
	}
	return head, nil
}

// Expect compares where a chain ended with where it is known to end.
func Expect(site string, got, want Head) error {
	if got == want {
		return nil
	}
	return &Broken{Site: site, Seq: want.Seq, Field: "head", Want: want.String(), Got: got.String()}
}

// String is the place and the hash.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }

// follows tells whether e stands rightly after head.
func follows(site string, head Head, e Entry) error {
	broken := func(field, want, got string) error {
		return &Broken{Site: site, Seq: head.Seq + 1, Field: field, Want: want, Got: got}
	}
	if e.Seq != head.Seq+1 {
		return broken("seq", fmt.Sprint(head.Seq+1), fmt.Sprint(e.Seq))
	}
	if e.Site != site {
		return broken("site", site, e.Site)
	}
	if e.Prev != head.Hash {
		return broken("prev", head.Hash.String(), e.Prev.String())
	}
	if sum := e.sum(); sum != e.Hash {
		return broken("hash", sum.String(), e.Hash.String())
	}
	if err := e.check(); err != nil {
		return broken("content", "what Chain accepts", err.Error())
	}
	return nil
}
