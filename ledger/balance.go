package ledger

import (
	"iter"
	"slices"

	"lingtan/fault"
)

// Account is one gas in one account.
type Account struct{ Name, Gas string }

// Balance adds the postings of the named accounts, of all when none is named.
func Balance(entries iter.Seq2[Entry, error], names ...string) (map[Account]int64, error) {
	out := map[Account]int64{}
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		for _, p := range e.Postings {
			if len(names) > 0 && !slices.Contains(names, p.Account) {
				continue
			}
			sum, ok := add(out[Account{p.Account, p.Gas}], p.Grams)
			if !ok {
				return nil, fault.Internal.Errorf("balance of %s, %s at entry %d: exceeds int64 grams", p.Account, p.Gas, e.Seq)
			}
			out[Account{p.Account, p.Gas}] = sum
		}
	}
	return out, nil
}

// Each yields a slice of entries, for Verify and Balance.
func Each(entries []Entry) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}
