package source

import (
	"encoding/binary"
	"math"
	"slices"

	"lingtan/reading"
)

// value reads a channel's registers as they are on the wire: high byte first,
// low register first, unless its order says otherwise. A value that stands for
// none and one that is none in its notation are bad and say why.
func (r *slot) value(wire []byte) Value {
	v := Value{Channel: r.channel}
	if r.function <= 2 {
		v.V = float64(wire[0] & 1)
		return v
	}
	bits := r.bits(wire)
	var ok bool
	v.V, ok = r.number64(bits)
	switch {
	case r.isNone(bits, v.V):
		v.Q, v.Why = reading.Bad, reading.Sentinel
	case !ok:
		v.Q, v.Why = reading.Bad, reading.NotNumber
	}
	v.V += r.shift
	return v
}

// bits puts the registers into one number, as the order says.
func (r *slot) bits(wire []byte) uint64 {
	var bits uint64
	for i := range r.count {
		at := i
		if r.words {
			at = r.count - 1 - i
		}
		word := binary.BigEndian.Uint16(wire[2*at:])
		if r.bytes {
			word = word>>8 | word<<8
		}
		bits = bits<<16 | uint64(word)
	}
	return bits
}

// number64 reads the bits in the channel's notation; ok is false where they
// are no number in it. From 2^53 a 64-bit counter is rounded to a float64.
func (r *slot) number64(bits uint64) (v float64, ok bool) {
	switch r.kind {
	case "i16":
		return float64(int16(bits)), true
	case "i32":
		return float64(int32(bits)), true
	case "i64":
		return float64(int64(bits)), true
	case "f32":
		v = float64(math.Float32frombits(uint32(bits)))
		return v, !math.IsInf(v, 0)
	case "f64":
		v = math.Float64frombits(bits)
		return v, !math.IsInf(v, 0)
	case "bcd":
		return digits(bits, 4*r.count, 4, 9)
	case "mod10k":
		return digits(bits, r.count, 16, 9999)
	}
	return float64(bits), true
}

// digits reads n digits of so many bits, the highest first; one above the
// largest is none.
func digits(bits uint64, n, width int, largest uint64) (v float64, ok bool) {
	var sum uint64
	for i := n - 1; i >= 0; i-- {
		d := bits >> (i * width) & (1<<width - 1)
		if d > largest {
			return 0, false
		}
		sum = sum*(largest+1) + d
	}
	return float64(sum), true
}

// isNone tells whether the value stands for none: as the file lists, or NaN,
// which meters send for a value they do not have.
func (r *slot) isNone(bits uint64, v float64) bool {
	return math.IsNaN(v) || slices.Contains(r.none, bits) || slices.Contains(r.missing, v)
}
