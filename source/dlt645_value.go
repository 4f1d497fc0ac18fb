package source

import (
	"encoding/hex"
	"fmt"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// meterAddress is a meter's address as it is on the wire: six bytes of two
// digits, the lowest first.
type meterAddress [6]byte

// parseMeter reads an address as it is printed on the meter; leading zeros may
// be left out.
func parseMeter(text string) (a meterAddress, ok bool) {
	if len(text) > 12 || strings.Trim(text, "0123456789") != "" {
		return a, false
	}
	b, err := hex.DecodeString(strings.Repeat("0", 12-len(text)) + text)
	if err != nil {
		return a, false
	}
	for i := range a {
		a[i] = b[5-i]
	}
	return a, true
}

// String prints the address as the meter does.
func (a meterAddress) String() string {
	var b [6]byte
	for i := range a {
		b[i] = a[5-i]
	}
	return hex.EncodeToString(b[:])
}

func parseItem(text string) (item [4]byte, ok bool) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 4 {
		return item, false
	}
	return [4]byte(b), true
}

// meterName is what a channel is called that was given no name.
func meterName(meter meterAddress, item [4]byte, part int) string {
	name := fmt.Sprintf("%v/%X", meter, item)
	if part > 0 {
		name += fmt.Sprintf("/%d", part)
	}
	return name
}

// meterLayout is how a number is written: in digits of four bits, two a byte,
// the lowest byte first (DL/T 645—2007, annex A).
type meterLayout struct {
	bytes  int
	places int  // behind the point
	signed bool // the highest bit of the highest byte is a minus
}

// parseLayout reads XXXXXX.XX.
func parseLayout(text string) (l meterLayout, ok bool) {
	whole, places, _ := strings.Cut(text, ".")
	n := len(whole) + len(places)
	if n == 0 || n%2 != 0 || n > 16 || strings.Trim(whole+places, "X") != "" {
		return l, false
	}
	return meterLayout{bytes: n / 2, places: len(places)}, true
}

// layoutOf is what the standard says of an item (DL/T 645—2007, annex A, tables
// A.1 and A.2): energies by direction and tariff, and the present voltages,
// currents, powers and factors.
func layoutOf(item [4]byte) (meterLayout, bool) {
	switch {
	case item[0] == 0: // 00 kind tariff settlement: XXXXXX.XX kWh or kvarh
		// The sums of directions may be negative: 00 active, 03 and 04 reactive.
		return meterLayout{4, 2, item[1] == 0 || item[1] == 3 || item[1] == 4}, true
	case item[0] != 2 || item[3] != 0 && item[1] != 0x80:
		return meterLayout{}, false
	}
	switch item[1] {
	case 1: // voltage, V
		return meterLayout{2, 1, false}, true
	case 2: // current, A
		return meterLayout{3, 3, true}, true
	case 3, 4: // active and reactive power, kW and kvar
		return meterLayout{3, 4, true}, true
	case 5: // apparent power, kVA
		return meterLayout{3, 4, true}, true
	case 6: // power factor
		return meterLayout{2, 3, true}, true
	case 0x80:
		if item == [4]byte{2, 0x80, 0, 2} { // frequency, Hz
			return meterLayout{2, 2, false}, true
		}
	}
	return meterLayout{}, false
}

// value reads a number. All bits set stand for none; a digit above nine is no
// number, and the frame that has one is refused.
func (l meterLayout) value(b []byte) (v float64, q reading.Quality, why reading.Reason, err error) {
	none := true
	for _, c := range b {
		none = none && c == 0xFF
	}
	if none {
		return 0, reading.Bad, reading.Sentinel, nil
	}
	var digits int64
	for i := l.bytes - 1; i >= 0; i-- {
		high, low := b[i]>>4, b[i]&0xF
		if l.signed && i == l.bytes-1 {
			high &= 7
		}
		if high > 9 || low > 9 {
			return 0, 0, 0, fault.Invalid.Say(lang.T("数据 % X 不是 BCD 码", "data % X are no decimal digits"), b).
				Do(lang.T("核对 format 与 signed", "check format and signed"))
		}
		digits = digits*100 + int64(high)*10 + int64(low)
	}
	v = float64(digits) / pow10[l.places]
	if l.signed && b[l.bytes-1]&0x80 != 0 {
		v = -v
	}
	return v, 0, 0, nil
}
