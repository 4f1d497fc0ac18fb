package source

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"lingtan/fault"
	"lingtan/lang"
)

// label is one of a series' labels; its bytes are the message's.
type label struct{ name, value []byte }

// sample is one value of a series.
type sample struct {
	v  float64
	ms int64
}

// maxLabels is how many labels a series may have; Prometheus' own servers
// allow thirty.
const maxLabels = 64

// decodeWrite reads a WriteRequest: 1 series, each of 1 labels {1 name, 2 value}
// and 2 samples {1 double, 2 ms}. What else there may be (metadata, exemplars,
// histograms) is passed over. What visit is given is gone when it returns.
func decodeWrite(body []byte, visit func([]label, []sample) error) error {
	var labels []label
	var samples []sample
	return fields(body, func(number int, message []byte, _ uint64) error {
		if number != 1 || message == nil {
			return nil
		}
		labels, samples = labels[:0], samples[:0]
		err := fields(message, func(number int, part []byte, _ uint64) error {
			switch {
			case number == 1 && part != nil:
				b, err := decodeLabel(part)
				if labels = append(labels, b); len(labels) > maxLabels {
					return torn("more than %d labels", maxLabels)
				}
				return err
			case number == 2 && part != nil:
				s, err := decodeSample(part)
				samples = append(samples, s)
				return err
			}
			return nil
		})
		if err != nil {
			return err
		}
		return visit(labels, samples)
	})
}

func decodeLabel(part []byte) (b label, err error) {
	err = fields(part, func(number int, text []byte, _ uint64) error {
		switch number {
		case 1:
			b.name = text
		case 2:
			b.value = text
		}
		return nil
	})
	return b, err
}

func decodeSample(part []byte) (s sample, err error) {
	err = fields(part, func(number int, _ []byte, bits uint64) error {
		switch number {
		case 1:
			s.v = math.Float64frombits(bits)
		case 2:
			s.ms = int64(bits)
		}
		return nil
	})
	return s, err
}

// fields tells the fields of a protobuf message one by one: one that has a
// length by its bytes, never nil, any other by its bits.
func fields(message []byte, tell func(number int, of []byte, bits uint64) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return torn("%v", protowire.ParseError(n))
		}
		message = message[n:]
		var of []byte
		var bits uint64
		switch kind {
		case protowire.VarintType:
			bits, n = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			bits, n = protowire.ConsumeFixed64(message)
		case protowire.Fixed32Type:
			var b uint32
			b, n = protowire.ConsumeFixed32(message)
			bits = uint64(b)
		case protowire.BytesType:
			if of, n = protowire.ConsumeBytes(message); of == nil {
				of = []byte{}
			}
		case protowire.StartGroupType, protowire.EndGroupType:
			n = protowire.ConsumeFieldValue(number, kind, message)
		default:
			return torn("wire type %d", kind)
		}
		if n < 0 {
			return torn("%v", protowire.ParseError(n))
		}
		message = message[n:]
		if err := tell(int(number), of, bits); err != nil {
			return err
		}
	}
	return nil
}

func torn(format string, args ...any) error {
	return fault.Invalid.Say(lang.T("protobuf 报文损坏:%v", "the protobuf message is malformed: %v"), fault.Invalid.Errorf(format, args...)).
		Do(lang.T("核对协议与版本", "check the protocol and its version"))
}
