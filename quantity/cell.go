package quantity

import (
	"math/big"
	"regexp"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// maxDigits bounds a cell's number: no figure of a mine has more, and a paste
// gone wrong is told before it is kept.
const maxDigits = 30

var (
	cellPattern = regexp.MustCompile(`^([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+|[0-9]+)?(\.[0-9]*)?(?:[eE]([+-]?[0-9]{1,2}))?`)
	inBrackets  = regexp.MustCompile(`^\(([^()+-].*?)\)(.*)$`)
)

// multipliers are the powers of ten that stand behind a number, longest first.
//
//nolint:gochecknoglobals // a constant table
var multipliers = []struct {
	word  string
	times *big.Rat
}{{"百万", rat("1000000")}, {"千万", rat("10000000")}, {"千", rat("1000")}, {"万", rat("10000")}, {"亿", rat("100000000")}}

// myriad begins the name of a unit that counts in ten thousands: 万Nm3.
const myriad = "万"

// ParseCell reads what stands in a cell of a sheet whose row has a unit:
// "1,250.5", "1 250.5", "1.2万", "１２５０", "(35)" for −35, "1.25e3", "3.5 万kWh".
// A unit that is written counts, else the row's does; one of another kind is a
// fault. "3.5 万" in a row told in 万Nm3 is 3.5 万Nm3: nobody says 万万. A fraction is none: a sheet makes a date of it. An empty cell is not a
// quantity.
func ParseCell(text string, row Unit) (Quantity, error) {
	if len(text) > maxText {
		return Quantity{}, fault.Invalid.Say(lang.T("单元格过长(%d 字节,至多 %d)", "a cell of %d bytes, at most %d"), len(text), maxText)
	}
	s, sign := unbracket(tidy(visible(text)))
	m := cellPattern.FindStringSubmatch(s)
	value, ok := cellNumber(m)
	if !ok || startsDigit(s[len(m[0]):]) {
		return Quantity{}, fault.Invalid.Say(lang.T("%q 不是数", "%q is not a number"), text).
			Do(lang.T("写成 1250.5、1,250.5 或 1.2 万;没有就留空,不要写 0 或横线", "write 1250.5, 1,250.5 or 1.2 万; leave it empty where there is none, neither 0 nor a dash"))
	}
	q, err := withUnit(value.Mul(value, sign), strings.TrimSpace(s[len(m[0]):]), row)
	if err != nil {
		return Quantity{}, err
	}
	if _, err := q.In(row); err != nil {
		return Quantity{}, err
	}
	if n := len(q.Number()); n > maxDigits {
		return Quantity{}, fault.Invalid.Say(lang.T("%q 有 %d 位,至多 %d", "%q has %d digits, at most %d"), text, n, maxDigits)
	}
	return q, nil
}

// visible drops what nobody sees: marks of direction and of the text's begin
// travel along in a paste.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\ufeff' || r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' {
			return -1
		}
		return r
	}, s)
}

// unbracket takes the brackets off which bookkeepers write for a minus.
func unbracket(s string) (string, *big.Rat) {
	if m := inBrackets.FindStringSubmatch(s); m != nil {
		return m[1] + m[2], big.NewRat(-1, 1)
	}
	return s, big.NewRat(1, 1)
}

func cellNumber(m []string) (*big.Rat, bool) {
	sign, whole, part, exponent := m[1], ungrouped(m[2]), strings.TrimPrefix(m[3], "."), m[4]
	if whole+part == "" {
		return nil, false
	}
	text := sign + "0" + whole + "." + part + "0"
	if exponent != "" {
		text += "e" + exponent
	}
	return new(big.Rat).SetString(text)
}

// ungrouped drops what stands between groups of thousands, as sheets of three
// habits write it.
func ungrouped(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ',' || r == ' ' || r == '\'' {
			return -1
		}
		return r
	}, s)
}

// startsDigit tells whether a number goes on behind what was read of it: groups
// of the wrong size, a second point, a date, a fraction.
func startsDigit(rest string) bool {
	return strings.ContainsAny(rest, "0123456789") && rest[0] != ' ' && strings.ContainsAny(rest[:1], ",.'/-:0123456789") ||
		strings.HasPrefix(strings.TrimSpace(rest), "/")
}

// withUnit gives a number the unit written behind it, else the row's.
func withUnit(value *big.Rat, rest string, row Unit) (Quantity, error) {
	if rest == "" {
		return Quantity{value, row}, nil
	}
	u, err := ParseUnit(rest)
	if err == nil && !u.IsOne() {
		return Quantity{value, u}, nil
	}
	for _, m := range multipliers {
		if after, is := strings.CutPrefix(rest, m.word); is {
			after = strings.TrimSpace(after)
			if after == "" && strings.HasPrefix(row.String(), myriad) {
				value = new(big.Rat).Quo(value, rat("10000"))
			}
			return withUnit(new(big.Rat).Mul(value, m.times), after, row)
		}
	}
	if err == nil {
		err = unknownUnit(rest)
	}
	return Quantity{}, err
}
