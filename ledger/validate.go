package ledger

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// The limits of one entry. They are far above any real act and keep a stranger
// from filling the book with one.
const (
	MaxName     = 512     // bytes of an actor, site, kind, subject, account or gas
	MaxBody     = 1 << 20 // bytes of the body; larger things go in by their hash
	MaxPostings = 100_000 // a mine's year has some thousands
)

var kindPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)

// Validate tells every fault of a draft at once.
func (d Draft) Validate() error {
	var faults []error
	for _, f := range []struct {
		name, value string
		must        bool
	}{{"actor", d.Actor, true}, {"address", d.Address, false}, {"site", d.Site, false}, {"subject", d.Subject, true}} {
		faults = append(faults, checkName(f.name, f.value, f.must))
	}
	if len(d.Kind) > MaxName || !kindPattern.MatchString(d.Kind) {
		faults = append(faults, fault.Invalid.Say(lang.T("事项 %.40q 须写成 名词.动词", "kind %.40q is not noun.verb"), d.Kind).
			At(fault.Place{Column: "kind"}))
	}
	if year := d.At.UTC().Year(); year < 1970 || year > 9999 {
		faults = append(faults, fault.Invalid.Say(lang.T("没有记录时间,或不在 1970 至 9999 年", "no recording instant between the years 1970 and 9999")).
			At(fault.Place{Column: "at"}))
	}
	return errors.Join(append(faults, checkBody(d.Body), checkPostings(d.Postings))...)
}

func checkBody(body []byte) error {
	if len(body) <= MaxBody {
		return nil
	}
	return fault.Invalid.Say(lang.T("账目正文 %d 字节,至多 %d", "a body of %d bytes, at most %d"), len(body), MaxBody).
		At(fault.Place{Column: "body"})
}

// checkName refuses what a screen, a log or a database would tell differently
// from what was hashed.
func checkName(field, s string, must bool) error {
	place := fault.Place{Column: field}
	switch {
	case s == "" && must:
		return fault.Invalid.Say(lang.T("不能为空", "must not be empty")).At(place)
	case len(s) > MaxName:
		return fault.Invalid.Say(lang.T("长 %d 字节,至多 %d", "is %d bytes long, at most %d"), len(s), MaxName).At(place)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return fault.Invalid.Say(lang.T("%.40q 含控制字符或不是 UTF-8", "%.40q has control characters or is not UTF-8"), s).At(place)
	}
	return nil
}

func checkPostings(ps []Posting) error {
	if len(ps) > MaxPostings {
		return fault.Invalid.Say(lang.T("分录 %d 条,至多 %d", "%d postings, at most %d"), len(ps), MaxPostings).
			At(fault.Place{Column: "postings"})
	}
	var faults []error
	sums := map[string]int64{}
	for i, p := range ps {
		place := fault.Place{Row: i + 1, Column: "postings"}
		if err := errors.Join(checkName("account", p.Account, true), checkName("gas", p.Gas, true)); err != nil {
			faults = append(faults, fault.At(err, place))
		}
		sum, ok := add(sums[p.Gas], p.Grams)
		if !ok {
			return fault.Invalid.Say(lang.T("分录之和超出 int64 克", "postings do not sum within int64 grams")).At(place)
		}
		sums[p.Gas] = sum
	}
	for gas, sum := range sums {
		if sum != 0 {
			faults = append(faults, fault.Invalid.Say(lang.T("%s 的分录不平:相差 %d g", "postings of %s do not sum to zero but to %d g"), gas, sum).
				At(fault.Place{Column: "postings"}))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) }) // a map has no order
	return errors.Join(faults...)
}

// add is a + b where it fits.
func add(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}
