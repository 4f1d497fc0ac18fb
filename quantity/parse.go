package quantity

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	maxText     = 200 // longest text read as one quantity
	maxExponent = 40  // largest power of ten read; bounds the memory a number can ask for
	maxPower    = 9   // largest power of a symbol
)

var (
	numberPattern    = regexp.MustCompile(`^([+-]?)([0-9][0-9,]*|)(\.[0-9]+)?(?:[eE]([+-]?[0-9]{1,3}))?(?:/([0-9]+))?`)
	thousandsPattern = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+$`)
	// A power of ten before a unit, as tables print it.
	multiplierPattern = regexp.MustCompile(`^(?:1e|10\^|10\*)([0-9]{1,2})`)
)

// Parse reads "1,250.5 t", "120 万Nm3", "44/12 tCO2/tC", "32%" or "28 °C".
// A number without a unit is a plain number.
func Parse(text string) (Quantity, error) {
	if len(text) > maxText {
		return Quantity{}, fault.Invalid.Say(lang.T("数量过长(%d 字节,至多 %d)", "quantity of %d bytes, at most %d"), len(text), maxText)
	}
	s := tidy(text)
	m := numberPattern.FindStringSubmatchIndex(s)
	number := s[:m[1]]
	value, err := parseNumber(numberPattern.FindStringSubmatch(s))
	if err != nil {
		return Quantity{}, fault.Invalid.Say(lang.T("%q 不是数量:%s", "%q is not a quantity: %s"), text, err.(*fault.Fault).Text). //nolint:errorlint,forcetypeassert // parseNumber returns nothing else
																	Do(lang.T("写成 数值+单位,如 1250.5 t;千分位逗号须三位一组", "write a number and a unit such as 1250.5 t; commas only between groups of three digits"))
	}
	u, err := ParseUnit(s[len(number):])
	if err != nil {
		return Quantity{}, err
	}
	return Quantity{value, u}, nil
}

// tidy folds full-width forms and drops outer space.
func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u00a0' || r == '\u3000' || r == '\u2009' || r == '\u202f':
			return ' '
		case r == '−':
			return '-'
		}
		return r
	}, s))
}

func parseNumber(m []string) (*big.Rat, error) {
	sign, whole, frac, exp, den := m[1], m[2], m[3], m[4], m[5]
	if whole == "" && frac == "" {
		return nil, fault.Invalid.Say(lang.T("没有数字", "no number"))
	}
	if strings.Contains(whole, ",") && !thousandsPattern.MatchString(whole) {
		return nil, fault.Invalid.Say(lang.T("千分位逗号位置不对", "commas not between groups of three digits"))
	}
	digits := sign + strings.ReplaceAll(whole, ",", "")
	if whole == "" {
		digits += "0"
	}
	digits += frac
	if exp != "" {
		if n, err := strconv.Atoi(exp); err != nil || n > maxExponent || n < -maxExponent {
			return nil, fault.Invalid.Say(lang.T("指数超过 %d", "exponent beyond %d"), maxExponent)
		}
		digits += "e" + exp
	}
	r, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, fault.Invalid.Say(lang.T("读不懂", "not understood"))
	}
	if den != "" {
		d, ok := new(big.Rat).SetString(den)
		if !ok || d.Sign() == 0 {
			return nil, fault.Invalid.Say(lang.T("分母为零", "denominator is zero"))
		}
		r.Quo(r, d)
	}
	return r, nil
}

// MustParse is Parse for constants in code; it panics on a fault.
func MustParse(s string) Quantity {
	q, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return q
}

// ParseUnit reads "GJ/t", "tCO2/万Nm3", "kJ/(kg.K)", "m3@20C:wet/min", "".
func ParseUnit(text string) (Unit, error) {
	s := strings.TrimSpace(text)
	if s == "" || s == "1" || s == "-" {
		return One, nil
	}
	if len(s) > maxText {
		return One, fault.Invalid.Say(lang.T("单位过长", "unit too long"))
	}
	out, sign := One, 1
	for part := range strings.SplitSeq(protectGauge(s), "/") {
		if part = strings.Trim(part, "() "); part == "" {
			return One, unknownUnit(text)
		}
		u, err := parseProduct(part)
		if err != nil {
			return One, err
		}
		out = out.Mul(u.pow(sign))
		if sign > 0 {
			// A lone symbol keeps its offset: "°C" is a temperature, "kJ/°C" is not.
			out.offset = u.offset
		}
		sign = -1
	}
	if len(out.factors) != 1 || out.factors[0].exp != 1 {
		out.offset = nil
	}
	return out, nil
}

// protectGauge keeps the parenthesis of kPa(g) out of the way of grouping.
func protectGauge(s string) string { return strings.ReplaceAll(s, "(g)", "表压") }

func parseProduct(s string) (Unit, error) {
	if s == "1" {
		return One, nil
	}
	if u, err := parseFactor(s); err == nil { // "kW.h", "lb.epa"
		return u, nil
	}
	out := One
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '·' || r == '*' || unicode.IsSpace(r) }) {
		u, err := parseFactor(part)
		if err != nil {
			return One, err
		}
		out = out.Mul(u)
		out.offset = u.offset
	}
	if out.IsOne() && s != "" {
		return One, unknownUnit(s)
	}
	return out, nil
}

func parseFactor(s string) (Unit, error) {
	name, exp := s, 1
	if base, power, ok := strings.Cut(s, "^"); ok && !strings.HasPrefix(s, "10^") {
		n, err := strconv.Atoi(power)
		if err != nil || n == 0 || n > maxPower || n < -maxPower {
			return One, unknownUnit(s)
		}
		name, exp = base, n
	}
	prefix, times, rest := cutMultiplier(name)
	sym, ok := symbols[rest]
	if !ok {
		return One, unknownUnit(s)
	}
	if sym.name != "" {
		rest = sym.name
	}
	u := Unit{scale: new(big.Rat).Mul(times, sym.scale), offset: sym.offset, dim: sym.dim}
	u.factors = []factor{{prefix + rest, 1}}
	if rest == "fraction" && prefix == "" {
		u = One
	}
	if exp != 1 {
		u = u.pow(exp)
	}
	return u, nil
}

// cutMultiplier takes 万, 亿 or a written power of ten off a unit's name.
func cutMultiplier(name string) (prefix string, times *big.Rat, rest string) {
	for _, p := range []struct{ spelling, prefix, times string }{
		{"亿", "亿", "100000000"}, {"百万", "百万", "1000000"}, {"万", "万", "10000"},
	} {
		if after, ok := strings.CutPrefix(name, p.spelling); ok && after != "" {
			if _, whole := symbols[name]; !whole {
				return p.prefix, rat(p.times), after
			}
		}
	}
	if m := multiplierPattern.FindStringSubmatch(name); m != nil {
		rest = strings.TrimSpace(name[len(m[0]):])
		switch m[1] {
		case "4":
			return "万", rat("10000"), rest
		case "8":
			return "亿", rat("100000000"), rest
		case "6":
			return "百万", rat("1000000"), rest
		}
		return "1e" + m[1], rat("1e" + m[1]), rest
	}
	return "", big.NewRat(1, 1), name
}

// MustUnit is ParseUnit for constants in code; it panics on a fault.
func MustUnit(s string) Unit {
	u, err := ParseUnit(s)
	if err != nil {
		panic(err)
	}
	return u
}

func unknownUnit(s string) error {
	f := fault.Invalid.Say(lang.T("单位 %q 不认识", "unknown unit %q"), s)
	if near := nearest(s); near != "" {
		return f.Do(lang.T("是否指 %s?", "did you mean %s?"), near)
	}
	return f.Do(lang.T("见 docs/formats.md 的单位表", "see the table of units in docs/formats.md"))
}

// nearest suggests a known symbol that differs by case or by one letter.
func nearest(s string) string {
	best := ""
	for _, known := range sortedSymbols() {
		if strings.EqualFold(known, s) {
			return known
		}
		if best == "" && len(s) > 1 && oneEdit(s, known) {
			best = known
		}
	}
	return best
}

// oneEdit tells whether one letter added, dropped or changed makes b of a.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			if len(a) == len(b) {
				return a[i+1:] == b[i+1:]
			}
			return a[i:] == b[i+1:]
		}
	}
	return true
}
