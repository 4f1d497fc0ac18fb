package source

import (
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// part is a piece of a time as it is written.
type part uint8

const (
	literal part = iota
	year
	month
	day
	hour
	minute
	second
	fraction
	half   // AM, PM, 上午, 下午
	offset // Z, +08:00, +0800
)

// token is one piece of a layout. A number followed by another number without
// a mark between them has exactly width digits; otherwise it may be shorter,
// since files write 1/1/2018 0:15 and 31/12/2018 00:00 in one column.
type token struct {
	part  part
	width int
	exact bool
	text  string // of a literal
}

// layout is a compiled spelling of a time.
type layout struct {
	name   string
	tokens []token
	form   form
}

// form tells civil times from numbers that count something.
type form uint8

const (
	civil  form = iota
	unixS       // seconds since 1970 UTC
	unixMS      // milliseconds since 1970 UTC
	excel       // days since 1899-12-30, or 1904-01-01 where the workbook says so
)

// compile reads a layout as people write one: "yyyy-MM-dd HH:mm:ss",
// "dd/mm/yyyy H:MM", "yyyy年M月d日 H时m分". Letters are taken as spreadsheets
// take them: m is a minute behind an hour or before a second, else a month.
func compile(name string) (layout, error) {
	l := layout{name: name}
	switch strings.ToLower(strings.NewReplacer(" ", "", "_", "").Replace(name)) {
	case "unix", "unixs":
		l.form = unixS
		return l, nil
	case "unixms":
		l.form = unixMS
		return l, nil
	case "excel":
		l.form = excel
		return l, nil
	case "rfc3339", "iso8601":
		name = "yyyy-MM-ddTHH:mm:ssZ"
	}
	for i := 0; i < len(name); {
		t, n := lex(name[i:])
		if t.part == literal && len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].part == literal {
			l.tokens[len(l.tokens)-1].text += t.text
		} else {
			l.tokens = append(l.tokens, t)
		}
		i += n
	}
	l.settleMinutes()
	return l, l.check()
}

// lex cuts one token off a layout.
func lex(s string) (token, int) {
	n := 1
	for n < len(s) && (s[n] == s[0] || s[0] != 's' && s[0] != 'S' && s[n]|0x20 == s[0]|0x20) && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' {
		n++
	}
	switch s[0] {
	case 'y', 'Y':
		return token{part: year, width: n}, n
	case 'm', 'M':
		return token{part: month, width: n}, n
	case 'd', 'D':
		return token{part: day, width: n}, n
	case 'h', 'H':
		return token{part: hour, width: n}, n
	case 's':
		return token{part: second, width: n}, n
	case 'S':
		return token{part: fraction, width: n}, n
	case 'a', 'A':
		return token{part: half}, n
	case 'z', 'Z', 'x', 'X':
		return token{part: offset}, n
	}
	return token{part: literal, text: s[:1]}, 1
}

// settleMinutes tells minutes from months and finds the widths that must be exact.
func (l *layout) settleMinutes() {
	fields := make([]*token, 0, len(l.tokens))
	for i := range l.tokens {
		t := &l.tokens[i]
		if t.part == literal {
			continue
		}
		fields = append(fields, t)
		t.exact = i+1 < len(l.tokens) && l.tokens[i+1].part != literal && l.tokens[i+1].part < half
	}
	for i, t := range fields {
		behind := i > 0 && fields[i-1].part == hour
		before := i+1 < len(fields) && fields[i+1].part == second
		if t.part == month && (behind || before) {
			t.part = minute
		}
	}
}

// check refuses layouts that cannot tell a day, or tell a part twice.
func (l *layout) check() error {
	seen := map[part]bool{}
	for _, t := range l.tokens {
		letters := t.part == literal && strings.ContainsFunc(strings.ReplaceAll(t.text, "T", ""), func(r rune) bool {
			return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		})
		badWidth := t.part == year && t.width != 2 && t.width != 4 || t.part > year && t.part <= second && t.width > 2
		if letters || badWidth || t.part != literal && seen[t.part] {
			return l.wrong()
		}
		seen[t.part] = true
	}
	if !seen[year] || !seen[month] || !seen[day] || seen[minute] && !seen[hour] {
		return l.wrong()
	}
	return nil
}

func (l *layout) wrong() error {
	return fault.Invalid.Say(lang.T("时间格式 %q 不认识", "unknown time layout %q"), l.name).
		Do(lang.T("写成 yyyy-MM-dd HH:mm:ss、dd/MM/yyyy H:mm、yyyyMMddHHmmss、unix、unix_ms、excel 或 rfc3339",
			"write one such as yyyy-MM-dd HH:mm:ss, dd/MM/yyyy H:mm, yyyyMMddHHmmss, unix, unix_ms, excel or rfc3339"))
}

// moment is a civil time as read.
type moment struct {
	year, month, day int
	ms               int64 // of the day; 24:00 is 86,400,000
	zoned            bool
	offsetMS         int64
}

// read reads b by the layout; false is another spelling, or no such time.
func (l *layout) read(b []byte) (m moment, ok bool) {
	var v [offset + 1]int
	pm, am := false, false
	for i := range l.tokens {
		t := &l.tokens[i]
		switch t.part {
		case literal:
			if len(b) < len(t.text) || string(b[:len(t.text)]) != t.text {
				return m, false
			}
			b = b[len(t.text):]
		case half:
			if am, pm, b = cutHalf(b); !am && !pm {
				return m, false
			}
		case offset:
			if m.offsetMS, b, m.zoned = cutOffset(b); !m.zoned {
				return m, false
			}
		case fraction:
			v[fraction], b = cutFraction(b)
		case year, month, day, hour, minute, second:
			n, most := 0, 2
			if t.exact || t.part == year {
				most = t.width
			}
			for n < most && n < len(b) && b[n]-'0' <= 9 {
				v[t.part] = v[t.part]*10 + int(b[n]-'0')
				n++
			}
			if n == 0 || n != most && (t.exact || t.part == year) {
				return m, false
			}
			b = b[n:]
			// Seconds may have decimals whether or not the layout shows them.
			if t.part == second && len(b) > 1 && b[0] == '.' && !l.has(i+1, ".") {
				v[fraction], b = cutFraction(b[1:])
			}
		}
	}
	if len(b) != 0 {
		return m, false
	}
	h := v[hour]
	if am || pm {
		if h < 1 || h > 12 {
			return m, false
		}
		if h %= 12; pm {
			h += 12
		}
	}
	m.year, m.month, m.day = v[year], v[month], v[day]
	if m.year < 100 {
		m.year += 2000
	}
	m.ms = int64(h)*3_600_000 + int64(v[minute])*60_000 + int64(v[second])*1000 + int64(v[fraction])
	return m, v[minute] < 60 && v[second] < 60 && m.ms <= dayMS && m.valid()
}

// has tells whether the token at i is a literal that begins with s.
func (l *layout) has(i int, s string) bool {
	return i < len(l.tokens) && l.tokens[i].part == literal && strings.HasPrefix(l.tokens[i].text, s)
}

func (m *moment) valid() bool {
	if m.month < 1 || m.month > 12 || m.day < 1 {
		return false
	}
	most := 30 + (m.month+m.month>>3)&1
	if m.month == 2 {
		most = 28
		if m.year%4 == 0 && (m.year%100 != 0 || m.year%400 == 0) {
			most = 29
		}
	}
	return m.day <= most
}

func cutHalf(b []byte) (am, pm bool, rest []byte) {
	for _, mark := range []struct {
		text string
		pm   bool
	}{{"AM", false}, {"PM", true}, {"am", false}, {"pm", true}, {"上午", false}, {"下午", true}} {
		if len(b) >= len(mark.text) && string(b[:len(mark.text)]) == mark.text {
			return !mark.pm, mark.pm, b[len(mark.text):]
		}
	}
	return false, false, b
}

// cutFraction reads decimals of a second as milliseconds, cutting the rest off.
func cutFraction(b []byte) (ms int, rest []byte) {
	n := 0
	for ; n < len(b) && b[n]-'0' <= 9; n++ {
		if n < 3 {
			ms = ms*10 + int(b[n]-'0')
		}
	}
	for i := n; i < 3; i++ {
		ms *= 10
	}
	return ms, b[n:]
}

func cutOffset(b []byte) (ms int64, rest []byte, ok bool) {
	if len(b) > 0 && b[0] == 'Z' {
		return 0, b[1:], true
	}
	if len(b) < 3 || b[0] != '+' && b[0] != '-' {
		return 0, b, false
	}
	digits, i := int64(0), 1
	n := 0
	for ; i < len(b) && n < 4; i++ {
		if b[i] == ':' && n == 2 {
			continue
		}
		if b[i]-'0' > 9 {
			break
		}
		digits = digits*10 + int64(b[i]-'0')
		n++
	}
	if n == 2 {
		digits *= 100
	} else if n != 4 {
		return 0, b, false
	}
	ms = (digits/100*60 + digits%100) * 60_000
	if b[0] == '-' {
		ms = -ms
	}
	return ms, b[i:], digits/100 <= 14 && digits%100 < 60
}
