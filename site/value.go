package site

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Text reads a string; "" where the key is not written.
func (s *Section) Text(key string) string {
	v, has := s.ask(key)
	text, ok := v.(string)
	if has && !ok {
		s.Wrong(key, lang.T("带引号的文本", "a quoted text"))
	}
	return strings.TrimSpace(text)
}

// Texts reads a list of strings; one string is a list of one.
func (s *Section) Texts(key string) []string {
	v, has := s.ask(key)
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, 0, len(v))
		for i, e := range v {
			text, ok := e.(string)
			if !ok {
				s.Fail(member(key, i+1), wrong(e, lang.T("带引号的文本", "a quoted text")))
				continue
			}
			out = append(out, text)
		}
		return out
	}
	if has {
		s.Wrong(key, lang.T("文本的数组", "a list of texts"))
	}
	return nil
}

// Name reads {zh = "…", en = "…"}; a plain string is the same in both.
func (s *Section) Name(key string) lang.Text {
	v, has := s.ask(key)
	switch v := v.(type) {
	case string:
		return lang.Same(v)
	case map[string]any:
		sub := s.reader.section(join(s.path, key), v)
		text := lang.T(sub.Text("zh"), sub.Text("en"))
		sub.Close()
		if text.IsZero() {
			s.Wrong(key, lang.T(`{zh = "…", en = "…"}`, `{zh = "…", en = "…"}`))
		}
		return text
	}
	if has {
		s.Wrong(key, lang.T(`{zh = "…", en = "…"}`, `{zh = "…", en = "…"}`))
	}
	return lang.Text{}
}

// Pairs reads a table of texts, such as attributes; nil where it is not written.
func (s *Section) Pairs(key string) map[string]string {
	v, has := s.ask(key)
	if !has {
		return nil
	}
	fields, ok := v.(map[string]any)
	if !ok {
		s.Wrong(key, lang.T(`文本的表 {键 = "值"}`, `a table of texts {key = "value"}`))
		return nil
	}
	sub := s.reader.section(join(s.path, key), fields)
	out := map[string]string{}
	for k := range fields {
		out[k] = sub.Text(k)
	}
	return out
}

// Int reads a whole number within bounds; zero where the key is not written.
func (s *Section) Int(key string, low, high int64) int64 {
	v, has := s.ask(key)
	n, ok := v.(int64)
	if has && (!ok || n < low || n > high) {
		s.Wrong(key, lang.T("%d 到 %d 的整数", "a whole number from %d to %d").Format(low, high))
		return 0
	}
	return n
}

// Flag reads true or false; it is false where the key is not written.
func (s *Section) Flag(key string) bool {
	v, has := s.ask(key)
	b, ok := v.(bool)
	if has && !ok {
		s.Wrong(key, lang.Same("true / false"))
	}
	return b
}

// Number reads a number, written bare; ok is false where it is not written.
func (s *Section) Number(key string) (n float64, ok bool) {
	v, has := s.ask(key)
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	if has {
		s.Wrong(key, lang.T("不带引号的数", "a number without quotes"))
	}
	return 0, false
}

// Choice reads one of the words; the first is meant where the key is not written.
func (s *Section) Choice(key string, words ...string) string {
	text := s.Text(key)
	if text == "" {
		return words[0]
	}
	if !slices.Contains(words, text) {
		s.Wrong(key, lang.T("%s 之一", "one of %s").Format(strings.Join(words, ", ")))
		return words[0]
	}
	return text
}

// Unit reads a unit; ok is false where there is none to go on with.
func (s *Section) Unit(key string) (u quantity.Unit, ok bool) {
	if !s.Has(key) {
		return quantity.One, false
	}
	u, err := quantity.ParseUnit(s.Text(key))
	if err != nil {
		s.Fail(key, err)
		return quantity.One, false
	}
	return u, true
}

// Quantity reads a quantity such as "15 min" and tells it in the unit wanted;
// ok is false where it is not written or is another thing.
func (s *Section) Quantity(key string, want quantity.Unit) (q quantity.Quantity, ok bool) {
	v, has := s.ask(key)
	if !has {
		return quantity.Quantity{}, false
	}
	text, isText := v.(string)
	if !isText {
		s.Wrong(key, lang.T("带单位的文本,如 \"1 %s\"", "a text with its unit, such as \"1 %s\"").Format(want))
		return quantity.Quantity{}, false
	}
	q, err := quantity.Parse(text)
	if err == nil {
		q, err = q.In(want)
	}
	if err != nil {
		s.Fail(key, err)
		return quantity.Quantity{}, false
	}
	return q, true
}

// Duration reads a positive stretch of time such as "15 min" in whole ms.
func (s *Section) Duration(key string) time.Duration {
	q, ok := s.Quantity(key, quantity.MustUnit("min"))
	if !ok {
		return 0
	}
	n := q.MustIn(quantity.MustUnit("ms")).Rat()
	const longest = 366 * 24 * time.Hour
	if q.Sign() <= 0 || !n.IsInt() || n.Cmp(big.NewRat(longest.Milliseconds(), 1)) > 0 {
		s.Wrong(key, lang.T("1 ms 到 366 d 的时长", "a stretch of time from 1 ms to 366 d"))
		return 0
	}
	return time.Duration(n.Num().Int64()) * time.Millisecond
}

// Share reads a relative number such as "2 %" or 0.02, from 0 to 1; nil where
// it is not written.
func (s *Section) Share(key string) *big.Rat {
	if !s.Has(key) {
		return nil
	}
	text, isText := s.fields[key].(string)
	if !isText {
		text = fmt.Sprint(s.fields[key])
	}
	q, err := quantity.Parse(text)
	if err == nil {
		q, err = q.In(quantity.One)
	}
	if err != nil || q.Sign() < 0 || q.Rat().Cmp(big.NewRat(1, 1)) > 0 {
		s.Wrong(key, lang.T("0 到 100 % 的比例,如 \"2 %\"", "a share from 0 to 100 %, such as \"2 %\""))
		return nil
	}
	return q.Rat()
}

// maxRatio keeps the product of two ratios within 63 bits; the largest
// transformers are some ten thousands to one.
const maxRatio = 10_000_000

// Ratio reads a transformer's ratio, "400/5" or 80; nil where it is not written.
func (s *Section) Ratio(key string) *big.Rat {
	if !s.Has(key) {
		return nil
	}
	q, err := quantity.Parse(strings.ReplaceAll(fmt.Sprint(s.fields[key]), " ", ""))
	r := q.Rat()
	limit := big.NewInt(maxRatio)
	if err != nil || !q.Unit().IsOne() || q.Sign() <= 0 || r.Num().Cmp(limit) > 0 || r.Denom().Cmp(limit) > 0 {
		s.Wrong(key, lang.T("变比,如 \"400/5\" 或 80", "a ratio, such as \"400/5\" or 80"))
		return nil
	}
	return r
}

// Date reads a day such as 2024-05-01, in the reader's zone.
func (s *Section) Date(key string) time.Time {
	v, has := s.ask(key)
	if d, ok := v.(toml.LocalDate); ok {
		return d.AsTime(s.reader.Zone)
	}
	if has {
		s.Wrong(key, lang.T("不带引号的日期,如 2024-05-01", "a date without quotes, such as 2024-05-01"))
	}
	return time.Time{}
}

// Instant reads 2024-05-01T10:00:00 in the reader's zone, the same with an
// offset, or a day, which means its first instant.
func (s *Section) Instant(key string) time.Time {
	v, has := s.ask(key)
	switch v := v.(type) {
	case toml.LocalDate:
		return v.AsTime(s.reader.Zone)
	case toml.LocalDateTime:
		return v.AsTime(s.reader.Zone)
	case time.Time:
		return v.In(s.reader.Zone)
	}
	if has {
		s.Wrong(key, lang.T("不带引号的时刻,如 2024-05-01T10:00:00", "an instant without quotes, such as 2024-05-01T10:00:00"))
	}
	return time.Time{}
}

// Tables reads a list of tables inside the section.
func (s *Section) Tables(key string) []*Section {
	v, _ := s.ask(key)
	return s.reader.tables(join(s.path, key), v)
}

// Table reads a table inside the section; nil where it is not written.
func (s *Section) Table(key string) *Section {
	v, has := s.ask(key)
	if !has {
		return nil
	}
	fields, ok := v.(map[string]any)
	if !ok {
		s.Wrong(key, lang.T("一个表 {…}", "a table {…}"))
		return nil
	}
	return s.reader.section(join(s.path, key), fields)
}

// known faults a word that is not among the ids of what it should name.
func (s *Section) known(key, id string, what lang.Text, has bool) {
	if id != "" && !has {
		s.Fail(key, fault.Invalid.Say(lang.T("%s %q 不存在", "there is no %s %q"), what, id).
			Do(lang.T("先定义它,或改正拼写", "define it, or mend the spelling")))
	}
}

// Ints reads a list of whole numbers within bounds; nil where it is not written.
func (s *Section) Ints(key string, low, high int64) []int {
	v, has := s.ask(key)
	if !has {
		return nil
	}
	list, ok := v.([]any)
	out := make([]int, 0, len(list))
	for _, e := range list {
		n, whole := e.(int64)
		if ok = ok && whole && n >= low && n <= high; !ok {
			break
		}
		out = append(out, int(n))
	}
	if !ok {
		s.Wrong(key, lang.T("%d 到 %d 的整数的数组", "a list of whole numbers from %d to %d").Format(low, high))
		return nil
	}
	return out
}
