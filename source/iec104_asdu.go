package source

import (
	"encoding/binary"
	"math"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// telegram is a data unit of IEC 60870-5-101, clause 7.1, as -104 carries it:
// two bytes of cause, two of common address, three of object address.
type telegram struct {
	kind    byte
	cause   byte // of transmission
	refusal bool // P/N: a negative confirmation
	test    bool
	ca      uint16
	objects []object
}

// object is one value of a telegram.
type object struct {
	ioa   uint32
	value float64
	q     reading.Quality
	why   reading.Reason
	t     int64 // ms UTC; 0 where none is told, or none that can be
}

// The causes of transmission that matter here (IEC 60870-5-101, 7.2.3, table 14).
const (
	causeActivation   = 6
	causeConfirmation = 7
	causeInterrogated = 20 // to 36, by groups
	causeCounters     = 37 // to 41, by groups
	causeUnknown      = 44 // to 47: type, cause, common address, object address
)

// endOfInitialisation is told by a station that started anew.
const endOfInitialisation = 70

// elements are the types that are understood: how long their information is
// without a time, and how it is read (IEC 60870-5-101, 7.2.6 and 7.3.1).
var elements = map[byte]struct { //nolint:gochecknoglobals // a constant table
	size int
	read func(b []byte, o *object)
	time bool // CP56Time2a follows
}{
	1: {1, readSingle, false}, 30: {1, readSingle, true},
	3: {1, readDouble, false}, 31: {1, readDouble, true},
	9: {3, readNormalized, false}, 34: {3, readNormalized, true},
	11: {3, readScaled, false}, 35: {3, readScaled, true},
	13: {5, readShort, false}, 36: {5, readShort, true},
	15: {5, readCounter, false}, 37: {5, readCounter, true},
}

// parseTelegram reads a data unit; its times are of the zone.
func parseTelegram(b []byte, zone *time.Location) (telegram, error) {
	if len(b) < 6 {
		return telegram{}, strange104(lang.T("数据单元 %d 字节", "data unit of %d bytes").Format(len(b)))
	}
	t := telegram{kind: b[0], cause: b[2] & 0x3F, refusal: b[2]&0x40 != 0, test: b[2]&0x80 != 0, ca: binary.LittleEndian.Uint16(b[4:])}
	e, known := elements[t.kind]
	if !known {
		if t.kind == endOfInitialisation || t.kind == typeAll || t.kind == typeCounters || t.cause >= causeUnknown && t.cause < causeUnknown+4 {
			return t, nil
		}
		return t, fault.Invalid.Say(lang.T("不支持的类型标识 %d", "type %d is not supported"), t.kind).
			Do(lang.T("支持 1 3 9 11 13 15 30 31 34 35 36 37", "supported are 1 3 9 11 13 15 30 31 34 35 36 37"))
	}
	size := e.size
	if e.time {
		size += cp56
	}
	n, sequence, rest := int(b[1]&0x7F), b[1]&0x80 != 0, b[6:]
	want := n * (3 + size)
	if sequence {
		want = 3 + n*size
	}
	if n == 0 || len(rest) != want {
		return t, strange104(lang.T("类型 %d 的 %d 个对象占 %d 字节", "%[2]d objects of type %[1]d in %[3]d bytes").Format(t.kind, n, len(rest)))
	}
	var ioa uint32
	for i := range n {
		if i == 0 || !sequence {
			ioa = uint32(rest[0]) | uint32(rest[1])<<8 | uint32(rest[2])<<16
			rest = rest[3:]
		}
		o := object{ioa: ioa}
		e.read(rest, &o)
		if e.time {
			o.t = readCP56(rest[e.size:], zone)
		}
		if t.test {
			o.q, o.why = reading.Bad, o.why|reading.Calibrating
		}
		t.objects = append(t.objects, o)
		rest, ioa = rest[size:], ioa+1
	}
	return t, nil
}

// readSingle reads a single-point information with its quality (7.2.6.1).
func readSingle(b []byte, o *object) {
	o.value = float64(b[0] & 1)
	o.quality(b[0] & 0xF0)
}

// readDouble reads a double-point information with its quality (7.2.6.2): 1 off, 2 on;
// the two others are a switch on its way, and one whose contacts disagree.
func readDouble(b []byte, o *object) {
	switch b[0] & 3 {
	case 2:
		o.value = 1
	case 0, 3:
		o.worse(reading.Bad, reading.Uncertain)
	}
	o.quality(b[0] & 0xF0)
}

// readNormalized reads a share of 2^15 (7.2.6.6).
func readNormalized(b []byte, o *object) {
	o.value = float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
	o.quality(b[2])
}

// readScaled reads a whole number (7.2.6.7).
func readScaled(b []byte, o *object) {
	o.value = float64(int16(binary.LittleEndian.Uint16(b)))
	o.quality(b[2])
}

// readShort reads a floating point number of IEEE 754 (7.2.6.8).
func readShort(b []byte, o *object) {
	o.value = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	o.quality(b[4])
	if math.IsNaN(o.value) || math.IsInf(o.value, 0) {
		o.worse(reading.Bad, reading.NotNumber)
	}
}

// readCounter reads a binary counter reading (7.2.6.9). Its carry bit is left to the
// fold of counters, which sees it from the values; one that was set by hand
// makes no difference to the one before.
func readCounter(b []byte, o *object) {
	o.value = float64(int32(binary.LittleEndian.Uint32(b)))
	if b[4]&0x40 != 0 { // CA
		o.worse(reading.Suspect, reading.TypedIn)
	}
	if b[4]&0x80 != 0 { // IV
		o.worse(reading.Bad, reading.DeviceFault)
	}
}

// quality reads the quality descriptor (7.2.6.3).
func (o *object) quality(b byte) {
	for _, bit := range [...]struct {
		mask byte
		q    reading.Quality
		why  reading.Reason
	}{
		{0x80, reading.Bad, reading.DeviceFault},     // IV, invalid
		{0x40, reading.Suspect, reading.NotCurrent},  // NT, not topical
		{0x20, reading.Suspect, reading.TypedIn},     // SB, substituted
		{0x10, reading.Suspect, reading.Maintenance}, // BL, blocked
		{0x01, reading.Bad, reading.OverScale},       // OV, overflow
	} {
		if b&bit.mask != 0 {
			o.worse(bit.q, bit.why)
		}
	}
}

func (o *object) worse(q reading.Quality, why reading.Reason) {
	o.q, o.why = max(o.q, q), o.why|why
}
