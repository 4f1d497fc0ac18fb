package source

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// SparkplugPayload is a message of Sparkplug B (specification 3.0, clause 6.4.5).
type SparkplugPayload struct {
	Timestamp int64 // ms UTC; 0 where it is not told
	Metrics   []SparkplugMetric
	Seq       uint8
	HasSeq    bool
}

// SparkplugMetric is one value of a payload. A birth tells its name, alias and
// type; data may tell the alias alone.
type SparkplugMetric struct {
	Name       string
	Alias      uint64
	HasAlias   bool
	Timestamp  int64 // ms UTC; 0 where it is not told
	Type       SparkplugType
	Historical bool // from the node's own memory, not of now
	Null       bool
	Quality    int64 // the property Quality: 0 bad, 192 good, 500 stale
	HasQuality bool
	Number     float64 // of a type that is a number, a switch or an instant
	bits       uint64  // as an integer came, for a type that only its birth told
	field      int
}

// SparkplugType is the type of a metric's value (clause 6.4.16).
type SparkplugType uint32

// The types that are numbers; the others are texts and structures.
const (
	SparkplugInt8 SparkplugType = iota + 1
	SparkplugInt16
	SparkplugInt32
	SparkplugInt64
	SparkplugUInt8
	SparkplugUInt16
	SparkplugUInt32
	SparkplugUInt64
	SparkplugFloat
	SparkplugDouble
	SparkplugBoolean
	sparkplugString
	SparkplugDateTime
)

// Numeric tells whether values of the type are readings.
func (t SparkplugType) Numeric() bool {
	return t >= SparkplugInt8 && t <= SparkplugDateTime && t != sparkplugString
}

// Fields of a payload, a metric and its properties, by their numbers.
const (
	payloadTimestamp, payloadMetric, payloadSeq, payloadID = 1, 2, 3, 4

	metricName, metricAlias, metricTimestamp, metricType, metricHistorical, metricNull, metricProperties = 1, 2, 3, 4, 5, 7, 9
	metricInt, metricLong, metricFloat, metricDouble, metricBool                                         = 10, 11, 12, 13, 14

	propertyKeys, propertyValues, propertyInt, propertyLong = 1, 2, 3, 4
)

// number tells a metric's value by its type. Small integers travel as the 32
// bits of their two's complement: −5 as 4294967291.
func (m *SparkplugMetric) number(t SparkplugType) (float64, bool) {
	switch m.field {
	case 0:
		return 0, false
	case metricFloat:
		return float64(math.Float32frombits(uint32(m.bits))), true
	case metricDouble:
		return math.Float64frombits(m.bits), true
	case metricBool:
		return float64(boolToInt(m.bits != 0)), true
	}
	switch t {
	case SparkplugInt8:
		return float64(int8(m.bits)), true
	case SparkplugInt16:
		return float64(int16(m.bits)), true
	case SparkplugInt32:
		return float64(int32(m.bits)), true
	case SparkplugInt64:
		return float64(int64(m.bits)), true
	case SparkplugUInt8, SparkplugUInt16, SparkplugUInt32, SparkplugUInt64, SparkplugDateTime, SparkplugFloat, SparkplugDouble, SparkplugBoolean:
		return float64(m.bits), true
	case sparkplugString:
	}
	return 0, false
}

// whole tells whether a metric came as an integer, whose sign its type decides.
func (m *SparkplugMetric) whole() bool { return m.field == metricInt || m.field == metricLong }

// Encode writes the payload as it travels.
func (p SparkplugPayload) Encode() []byte {
	var b []byte
	if p.Timestamp != 0 {
		b = appendNumber(b, payloadTimestamp, uint64(p.Timestamp))
	}
	for i := range p.Metrics {
		b = protowire.AppendTag(b, payloadMetric, protowire.BytesType)
		b = protowire.AppendBytes(b, p.Metrics[i].encode())
	}
	if p.HasSeq {
		b = appendNumber(b, payloadSeq, uint64(p.Seq))
	}
	return b
}

func appendNumber(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func (m *SparkplugMetric) encode() []byte {
	var b []byte
	if m.Name != "" {
		b = protowire.AppendString(protowire.AppendTag(b, metricName, protowire.BytesType), m.Name)
	}
	if m.HasAlias {
		b = appendNumber(b, metricAlias, m.Alias)
	}
	if m.Timestamp != 0 {
		b = appendNumber(b, metricTimestamp, uint64(m.Timestamp))
	}
	if m.Type != 0 {
		b = appendNumber(b, metricType, uint64(m.Type))
	}
	if m.Historical {
		b = appendNumber(b, metricHistorical, 1)
	}
	if m.HasQuality {
		b = protowire.AppendBytes(protowire.AppendTag(b, metricProperties, protowire.BytesType), qualityProperty(m.Quality))
	}
	if m.Null {
		return appendNumber(b, metricNull, 1)
	}
	return m.appendValue(b)
}

func (m *SparkplugMetric) appendValue(b []byte) []byte {
	switch m.Type {
	case SparkplugInt8, SparkplugInt16, SparkplugInt32:
		return appendNumber(b, metricInt, uint64(uint32(int32(m.Number))))
	case SparkplugUInt8, SparkplugUInt16, SparkplugUInt32:
		return appendNumber(b, metricInt, uint64(uint32(m.Number)))
	case SparkplugInt64, SparkplugDateTime:
		return appendNumber(b, metricLong, uint64(int64(m.Number)))
	case SparkplugUInt64:
		return appendNumber(b, metricLong, uint64(m.Number))
	case SparkplugFloat:
		return protowire.AppendFixed32(protowire.AppendTag(b, metricFloat, protowire.Fixed32Type), math.Float32bits(float32(m.Number)))
	case SparkplugDouble:
		return protowire.AppendFixed64(protowire.AppendTag(b, metricDouble, protowire.Fixed64Type), math.Float64bits(m.Number))
	case SparkplugBoolean:
		return appendNumber(b, metricBool, uint64(boolToInt(m.Number != 0)))
	case sparkplugString:
	}
	return b
}

// qualityProperty writes the set of properties {Quality: q}, an Int32.
func qualityProperty(q int64) []byte {
	b := protowire.AppendString(protowire.AppendTag(nil, propertyKeys, protowire.BytesType), "Quality")
	value := appendNumber(appendNumber(nil, 1, uint64(SparkplugInt32)), propertyInt, uint64(uint32(q)))
	return protowire.AppendBytes(protowire.AppendTag(b, propertyValues, protowire.BytesType), value)
}

// packedPayload marks a payload whose metrics are compressed, by a custom that
// is no part of the specification.
const packedPayload = "SPBV1.0_COMPRESSED"

// DecodeSparkplug reads a payload.
func DecodeSparkplug(b []byte) (SparkplugPayload, error) {
	var p SparkplugPayload
	err := fields(b, func(number int, of []byte, bits uint64) error {
		switch {
		case number == payloadTimestamp:
			p.Timestamp = int64(bits)
		case number == payloadSeq:
			if bits > math.MaxUint8 {
				return torn("seq %d", bits)
			}
			p.Seq, p.HasSeq = uint8(bits), true
		case number == payloadID && string(of) == packedPayload:
			return fault.Invalid.Say(lang.T("载荷经过压缩", "the payload is compressed")).
				Do(lang.T("在边缘节点关闭载荷压缩", "turn compression of payloads off at the edge node"))
		case number == payloadMetric && of != nil:
			m, err := decodeMetric(of)
			if p.Metrics = append(p.Metrics, m); len(p.Metrics) > maxValues {
				return torn("more than %d metrics", maxValues)
			}
			return err
		}
		return nil
	})
	return p, err
}

func decodeMetric(b []byte) (m SparkplugMetric, err error) {
	err = fields(b, func(number int, of []byte, bits uint64) error {
		switch number {
		case metricName:
			m.Name = string(of)
		case metricAlias:
			m.Alias, m.HasAlias = bits, true
		case metricTimestamp:
			m.Timestamp = int64(bits)
		case metricType:
			m.Type = SparkplugType(min(bits, math.MaxUint32))
		case metricHistorical:
			m.Historical = bits != 0
		case metricNull:
			m.Null = bits != 0
		case metricProperties:
			return m.properties(of)
		case metricInt, metricLong, metricFloat, metricDouble, metricBool:
			m.field, m.bits = number, bits
		}
		return nil
	})
	m.Number, _ = m.number(m.Type)
	return m, err
}

// properties finds the property Quality among a metric's properties: keys and
// values are two lists of one length.
func (m *SparkplugMetric) properties(set []byte) error {
	at, keys, values := -1, 0, 0
	return fields(set, func(number int, of []byte, _ uint64) error {
		switch number {
		case propertyKeys:
			if string(of) == "Quality" {
				at = keys
			}
			keys++
		case propertyValues:
			values++
			if values-1 != at {
				return nil
			}
			return fields(of, func(number int, _ []byte, bits uint64) error {
				if number == propertyInt || number == propertyLong {
					m.Quality, m.HasQuality = int64(int32(bits)), true
				}
				return nil
			})
		}
		return nil
	})
}

// verdict tells the quality of a metric.
func (m *SparkplugMetric) verdict() verdict {
	var v verdict
	if m.Historical {
		v.why |= reading.CameLate
	}
	switch {
	case m.Null:
		return verdict{reading.Bad, v.why | reading.Sentinel}
	case !m.HasQuality || m.Quality == 192:
		return v
	case m.Quality == 500:
		return verdict{reading.Bad, v.why | reading.NotCurrent}
	}
	return verdict{reading.Bad, v.why | reading.DeviceFault}
}
