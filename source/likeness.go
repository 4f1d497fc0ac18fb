package source

import (
	"slices"
	"strings"
	"unicode"

	"lingtan/quantity"
)

const (
	// leastSure is the likeness from which a name is offered at all: two names
	// that share three of five neighbouring letters.
	leastSure = 0.6
	// strange is what is left of a likeness where the units measure different things.
	strange = 0.5
)

// unitMarks are what a unit stands between, or behind, in a column's name.
var unitMarks = [...][2]string{{"(", ")"}, {"[", "]"}, {"【", "】"}, {"{", "}"}} //nolint:gochecknoglobals // a constant table

// cutUnit takes the unit off a column's name: "电量(MWh)", "flow [m3/min]",
// "CH4 %", "Usage_kWh". What is no unit stays part of the name.
func cutUnit(column string) (name, unit string) {
	s := fold(column)
	for _, m := range unitMarks {
		open := strings.LastIndex(s, m[0])
		if open > 0 && strings.HasSuffix(s, m[1]) {
			inner := strings.TrimSpace(s[open+len(m[0]) : len(s)-len(m[1])])
			if u, ok := unitText(inner); ok {
				return strings.TrimSpace(s[:open]), u
			}
		}
	}
	if i := strings.LastIndexAny(s, " _"); i > 0 {
		if u, ok := unitText(s[i+1:]); ok {
			return strings.TrimSpace(s[:i]), u
		}
	}
	return s, ""
}

// unitText tells whether a text is a unit. A letter that might be one by
// chance, as the last of "pump_A", is not taken.
func unitText(s string) (string, bool) {
	if _, err := quantity.ParseUnit(s); err != nil || s == "" || s == "-" || s == "1" || len(s) == 1 && s[0] != '%' {
		return "", false
	}
	return s, true
}

func convertible(text string, to quantity.Unit) bool {
	u, err := quantity.ParseUnit(text)
	return err == nil && u.Same(to)
}

// plainName is a column's name for looking up.
func plainName(s string) string { return strings.ToLower(fold(s)) }

// key is a name as it is compared: letters and digits only, and their pairs.
type key struct {
	text  string
	pairs []string
}

func keyOf(s string) key {
	text := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, fold(s))
	k := key{text: text}
	runes := []rune(text)
	for i := range len(runes) - 1 {
		k.pairs = append(k.pairs, string(runes[i:i+2]))
	}
	slices.Sort(k.pairs)
	return k
}

// keysOf prepares the names of points: id, Chinese, English.
func keysOf(known []Known) [][3]key {
	out := make([][3]key, len(known))
	for i, p := range known {
		out[i] = [3]key{keyOf(p.ID), keyOf(p.Name.ZH), keyOf(p.Name.EN)}
	}
	return out
}

// likeness tells how sure a column of a name and a unit is a point.
func likeness(column key, names [3]key, unit string, of quantity.Unit) float64 {
	best := 0.0
	for _, name := range names {
		best = max(best, nearness(column, name))
	}
	if unit != "" && !convertible(unit, of) {
		best *= strange
	}
	return best
}

// nearness compares two names: the share of neighbouring letters they have in
// common (L. R. Dice, 1945), and more where one is the beginning or a part of
// the other.
func nearness(a, b key) float64 {
	if a.text == "" || b.text == "" {
		return 0
	}
	if a.text == b.text {
		return 1
	}
	shared, i, j := 0, 0, 0
	for i < len(a.pairs) && j < len(b.pairs) {
		switch strings.Compare(a.pairs[i], b.pairs[j]) {
		case 0:
			shared, i, j = shared+1, i+1, j+1
		case -1:
			i++
		default:
			j++
		}
	}
	if shared == 0 {
		return 0
	}
	dice := 2 * float64(shared) / float64(len(a.pairs)+len(b.pairs))
	if strings.Contains(a.text, b.text) || strings.Contains(b.text, a.text) {
		return 0.5 + dice/2
	}
	return dice
}
