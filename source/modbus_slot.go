package source

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// Limits of one request (MODBUS Application Protocol V1.1b3, 6.1 to 6.4).
const (
	mostRegisters = 125
	mostBits      = 2000
)

// tables are the four tables of a slave; the place of each is the function
// code that reads it.
var tables = [...]string{1: "coil", 2: "discrete", 3: "holding", 4: "input"} //nolint:gochecknoglobals // a constant table

// prefixes are the first digits by which handbooks tell the tables apart.
var prefixes = [...]int64{1: 0, 2: 1, 3: 4, 4: 3} //nolint:gochecknoglobals // a constant table

// orders are the ways the bytes of a number lie in its registers: A is its
// highest byte. Of eight bytes the longer names mean the same ways.
var orders = []string{"ABCD", "CDAB", "BADC", "DCBA", "ABCDEFGH", "GHEFCDAB", "BADCFEHG", "HGFEDCBA"} //nolint:gochecknoglobals // a constant table

// kinds are the ways a number is written, with how many registers it takes; 0
// is for the file to say.
var kinds = map[string]int{ //nolint:gochecknoglobals // a constant table
	"u16": 1, "i16": 1, "u32": 2, "i32": 2, "u64": 4, "i64": 4, "f32": 2, "f64": 4, "bcd": 0, "mod10k": 0,
}

// slot is where a channel lies in a slave and how its bits are read.
type slot struct {
	channel  string
	unit     byte
	function byte   // 1 to 4
	at       int    // from 0, as on the wire
	count    int    // registers, or bits
	kind     string // "" for bits
	words    bool   // the lowest register comes first
	bytes    bool   // the lower byte of each register comes first
	shift    float64
	none     []uint64  // raw bits that stand for no value
	missing  []float64 // and numbers, of floats
}

// slot reads a channel's own keys.
func (m *modbus) slot(s *site.Section, c *Channel) slot {
	r := slot{unit: byte(orDefault(s, "unit_id", 0, 255, int64(m.unit)))}
	r.place(s)
	r.shape(s, m.order)
	if offset, ok := s.Number("offset"); ok {
		// The framework scales afterwards: (raw + offset/scale)·scale.
		by, _ := new(big.Rat).Inv(c.Scale).Float64()
		r.shift = offset * by
	}
	for _, text := range s.Texts("sentinel") {
		r.sentinel(s, text)
	}
	if r.at+r.count > 1<<16 {
		s.Wrong("address", lang.T("不越过 65535 的地址", "an address that does not pass 65535"))
	}
	return r
}

// place reads register = 40001, as handbooks number, or function and address,
// as it is on the wire.
func (r *slot) place(s *site.Section) {
	r.function = 3
	if s.Has("function") {
		name := s.Choice("function", "holding", "input", "coil", "discrete")
		for code, table := range tables {
			if table == name {
				r.function = byte(code)
			}
		}
	}
	switch {
	case s.Has("register") && s.Has("address"):
		s.Fail("address", fault.Invalid.Say(lang.T("register 与 address 只写其一", "write register or address, not both")).
			Do(lang.T("register 从 1 起(40001 即保持寄存器 0),address 从 0 起", "register counts from 1 (40001 is holding register 0), address from 0")))
	case s.Has("register"):
		r.number(s, s.Int("register", 1, 465536))
	default:
		s.Need("address")
		r.at = int(s.Int("address", 0, 65535))
	}
}

// number reads a handbook's number: 40001 and 400001 are holding register 0.
func (r *slot) number(s *site.Section, n int64) {
	base := int64(10_000)
	if n > 99_999 {
		base = 100_000
	}
	for code, first := range prefixes {
		if code > 0 && n/base == first && n%base > 0 {
			if s.Has("function") && int(r.function) != code {
				break
			}
			r.function, r.at = byte(code), int(n%base)-1
			return
		}
	}
	if n != 0 {
		s.Wrong("register", lang.T("与 function 相符的 40001、30001、10001、1 或六位的 400001", "40001, 30001, 10001, 1 or 400001 that agrees with function"))
	}
}

// name is what a channel is called that was given no name: its number.
func (r *slot) name(unit byte) string {
	width := 4
	if r.at >= 9999 {
		width = 5
	}
	name := fmt.Sprintf("%d%0*d", prefixes[r.function], width, r.at+1)
	if r.unit != unit {
		name = fmt.Sprintf("%d/%s", r.unit, name)
	}
	return name
}

func (r *slot) shape(s *site.Section, order string) {
	if r.function <= 2 {
		r.count = 1
		return
	}
	r.kind = s.Choice("type", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "bcd", "mod10k")
	if r.count = kinds[r.kind]; r.count == 0 {
		r.count = int(orDefault(s, "registers", 1, 4, 2))
	}
	if s.Has("order") {
		order = s.Choice("order", orders...)
	}
	r.arrange(order)
}

// arrange follows the name of an order.
func (r *slot) arrange(order string) {
	switch order {
	case "CDAB", "GHEFCDAB":
		r.words = true
	case "BADC", "BADCFEHG":
		r.bytes = true
	case "DCBA", "HGFEDCBA":
		r.words, r.bytes = true, true
	}
}

// sentinel keeps a value that stands for none, as it is on the wire: a number,
// in hex if liked, of which a negative one means its two's complement.
func (r *slot) sentinel(s *site.Section, text string) {
	text = strings.TrimSpace(text)
	if r.kind == "f32" || r.kind == "f64" {
		if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) {
			r.missing = append(r.missing, v)
			return
		}
	} else {
		if v, err := strconv.ParseUint(text, 0, 64); err == nil {
			r.none = append(r.none, v)
			return
		}
		if v, err := strconv.ParseInt(text, 0, 64); err == nil {
			r.none = append(r.none, uint64(v)&(1<<(16*r.count)-1))
			return
		}
	}
	s.Wrong("sentinel", lang.T(`带引号的原始值,如 ["0xFFFF", "-32768"]`, `raw values in quotes, such as ["0xFFFF", "-32768"]`))
}
