package source

import (
	"errors"
	"math"

	"github.com/gopcua/opcua/ua"

	"lingtan/reading"
)

// The parts of a status code (OPC 10000-4, 7.39.1).
const (
	uaSeverity  = 0xC0000000
	uaCode      = 0xFFFF0000
	uaUncertain = 0x40000000
	uaBad       = 0x80000000
	uaDataValue = 0x00000400 // the low bits speak of a data value,
	uaOverflow  = 0x00000080 // and say that older ones were dropped
)

// statusReasons tell the codes of OPC 10000-8, 6.3.2 and of OPC 10000-4, table
// 177 that speak of a value.
var statusReasons = map[ua.StatusCode]reading.Reason{ //nolint:gochecknoglobals // a constant table
	ua.StatusBadSensorFailure:                        reading.DeviceFault,
	ua.StatusBadDeviceFailure:                        reading.DeviceFault,
	ua.StatusBadConfigurationError:                   reading.DeviceFault,
	ua.StatusBadOutOfService:                         reading.Stopped,
	ua.StatusBadOutOfRange:                           reading.OutOfRange,
	ua.StatusBadNotConnected:                         reading.LinkLost,
	ua.StatusBadNoCommunication:                      reading.LinkLost,
	ua.StatusBadCommunicationError:                   reading.LinkLost,
	ua.StatusBadServerNotConnected:                   reading.LinkLost,
	ua.StatusBadWaitingForInitialData:                reading.LinkLost,
	ua.StatusBadNoData:                               reading.LinkLost,
	ua.StatusBadDataLost:                             reading.LinkLost,
	ua.StatusBadShutdown:                             reading.Stopped,
	ua.StatusUncertainNoCommunicationLastUsableValue: reading.LinkLost | reading.NotCurrent,
	ua.StatusUncertainLastUsableValue:                reading.NotCurrent,
	ua.StatusUncertainSubstituteValue:                reading.TypedIn,
	ua.StatusUncertainTransducerInManual:             reading.TypedIn,
	ua.StatusUncertainSimulatedValue:                 reading.TypedIn,
	ua.StatusUncertainSensorCalibration:              reading.Calibrating,
	ua.StatusUncertainEngineeringUnitsExceeded:       reading.OverScale,
	ua.StatusUncertainInitialValue:                   reading.NotCurrent,
	ua.StatusGoodLocalOverride:                       reading.TypedIn,
	ua.StatusGoodClamped:                             reading.OverScale,
}

// qualityOf tells what a status code says of a value: bad is bad, with a reason
// by its code, uncertain is suspect. A good one may carry a reason as a note.
func qualityOf(code ua.StatusCode) (reading.Quality, reading.Reason) {
	why := statusReasons[code&uaCode]
	switch code & uaSeverity {
	case 0:
		return reading.Good, why
	case uaUncertain:
		return reading.Suspect, why | reading.Uncertain
	}
	if why == 0 {
		why = reading.DeviceFault
	}
	return reading.Bad, why
}

// overflowed tells whether the server dropped values before this one.
func overflowed(code ua.StatusCode) bool {
	return code&(uaDataValue|uaOverflow) == uaDataValue|uaOverflow
}

// variantNumber reads a variant that is one number; ok is false where it is none. A
// bad value may come without any.
func variantNumber(v *ua.Variant, q reading.Quality) (n float64, ok bool) {
	if v == nil || v.Value() == nil {
		return 0, q == reading.Bad
	}
	switch x := v.Value().(type) {
	case bool:
		if x {
			return 1, true
		}
		return 0, true
	case int8:
		return float64(x), true
	case uint8:
		return float64(x), true
	case int16:
		return float64(x), true
	case uint16:
		return float64(x), true
	case int32:
		return float64(x), true
	case uint32:
		return float64(x), true
	case int64:
		return float64(x), true
	case uint64:
		return float64(x), true
	case float32:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, q == reading.Bad
}

// dataValueOf reads a data value; ok is false where it holds no number. Its
// instant is the source's; 0 where the source has none.
func dataValueOf(channel string, dv *ua.DataValue) (Value, bool) {
	q, why := qualityOf(dv.Status)
	n, ok := variantNumber(dv.Value, q)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		q, why = reading.Bad, why|reading.NotNumber
	}
	v := Value{Channel: channel, V: n, Q: q, Why: why}
	if dv.SourceTimestamp.Year() > 1970 { // 1601 and 0001 stand for none
		v.T = dv.SourceTimestamp.UnixMilli()
	}
	return v, ok
}

// isStatus tells whether an error is one of the status codes.
func isStatus(err error, codes ...ua.StatusCode) bool {
	for _, code := range codes {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}
