package source

import (
	"cmp"
	"slices"
)

// block is what one request reads: channels of one table of one slave that lie
// near each other, each of them whole. A counter of two registers read by two
// requests may be torn between them.
type block struct {
	unit     byte
	function byte
	at       int
	count    int
	channels []slot
}

// planBlocks puts the channels into as few requests as they fit, reading over
// gaps up to a width.
func planBlocks(channels []slot, gap int) []block {
	sorted := slices.Clone(channels)
	slices.SortStableFunc(sorted, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.function, b.function), cmp.Compare(a.at, b.at), cmp.Compare(a.count, b.count))
	})
	var out []block
	for _, r := range sorted {
		if len(out) == 0 || !out[len(out)-1].join(r, gap) {
			out = append(out, alone(r))
		}
	}
	return out
}

func alone(r slot) block {
	return block{unit: r.unit, function: r.function, at: r.at, count: r.count, channels: []slot{r}}
}

// join takes a channel in where it fits.
func (b *block) join(r slot, gap int) bool {
	limit := mostRegisters
	if r.function <= 2 {
		limit = mostBits
	}
	end := max(b.at+b.count, r.at+r.count)
	if r.unit != b.unit || r.function != b.function || r.at-(b.at+b.count) > gap || end-b.at > limit {
		return false
	}
	b.count, b.channels = end-b.at, append(b.channels, r)
	return true
}

// apart makes a request of each channel, after the slave refused them together:
// it may lack a single register between them.
func (b *block) apart() []block {
	out := make([]block, 0, len(b.channels))
	for _, r := range b.channels {
		out = append(out, alone(r))
	}
	return out
}

// values reads the channels from a request's answer.
func (b *block) values(data []byte, t int64) []Value {
	out := make([]Value, 0, len(b.channels))
	for _, r := range b.channels {
		at := r.at - b.at
		var v Value
		if b.function <= 2 {
			v = r.value([]byte{data[at/8] >> (at % 8)})
		} else {
			v = r.value(data[2*at : 2*(at+r.count)])
		}
		v.T = t
		out = append(out, v)
	}
	return out
}
