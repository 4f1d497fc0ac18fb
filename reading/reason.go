package reading

import (
	"math/bits"

	"lingtan/lang"
)

// Reason says why a reading has the quality it has, one bit for each finding,
// kept beside the value for good. Some are told by the instrument or its
// protocol, some by the judge; a reading of quality Good may carry a reason
// too, as a note: that it came late, that the server put the time on it.
type Reason uint32

// The reasons. Their numbers are stored: add at the end, never renumber.
const (
	OutOfRange   Reason = 1 << iota // beyond the sensor's range
	TooFast                         // changed faster than the thing measured can
	FlatLine                        // did not move while the machine ran
	DeviceFault                     // the device says it is broken
	Calibrating                     // under calibration, test or zero check
	Maintenance                     // under maintenance, or paused
	Stopped                         // the machine or the instrument is off
	OverScale                       // the device says the value exceeds its scale
	LinkLost                        // a station or logger lost its instrument: the value is an old one
	Uncertain                       // the device itself doubts the value
	Sentinel                        // the value that stands for none
	NotNumber                       // NaN or infinite
	ClockAhead                      // stamped in the future
	ClockSkew                       // the device's clock and ours differ by more than five minutes
	CameLate                        // arrived long after its instant: from a buffer, or a file
	ServerTime                      // came without an instant: that of its arrival serves
	TypedIn                         // typed by a person, or substituted at the device
	DeviceAlarm                     // the device says its limit is exceeded: the value counts
	NotCurrent                      // the station marks it as not topical
	CarriedTwice                    // the device sent the interval again with another value
)

var reasonTitles = [...]lang.Text{ //nolint:gochecknoglobals // a constant table, in the order of the bits
	lang.T("超出量程", "out of range"), lang.T("变化过快", "changed too fast"), lang.T("运行中数值不变", "flat while running"),
	lang.T("装置故障", "device fault"), lang.T("标校中", "calibrating"), lang.T("维护或暂停", "maintenance"), lang.T("停运", "stopped"),
	lang.T("装置报超量程", "over scale"), lang.T("通信中断", "link lost"), lang.T("装置存疑", "uncertain"), lang.T("无效占位值", "sentinel value"),
	lang.T("非数", "not a number"), lang.T("时间超前", "clock ahead"), lang.T("时钟偏差", "clock skew"), lang.T("迟到", "came late"),
	lang.T("以到达时间为准", "stamped on arrival"), lang.T("人工置数", "typed in"), lang.T("装置报警", "device alarm"),
	lang.T("非当前值", "not topical"), lang.T("重发且不同", "sent again, different"),
}

var reasonNames = [...]string{ //nolint:gochecknoglobals // a constant table, in the order of the bits
	"out_of_range", "too_fast", "flat_line", "device_fault", "calibrating", "maintenance", "stopped",
	"over_scale", "link_lost", "uncertain", "sentinel", "not_number", "clock_ahead", "clock_skew", "came_late",
	"server_time", "typed_in", "device_alarm", "not_current", "carried_twice",
}

// Has tells whether all the reasons are given.
func (r Reason) Has(g Reason) bool { return r&g == g }

// Names lists the reasons as the API does, in the order of the bits. Bits that
// a later version wrote are left out.
func (r Reason) Names() []string {
	var out []string
	for rest := r; rest != 0; rest &= rest - 1 {
		if i := bits.TrailingZeros32(uint32(rest)); i < len(reasonNames) {
			out = append(out, reasonNames[i])
		}
	}
	return out
}

// Titles lists the reasons for a reader.
func (r Reason) Titles() []lang.Text {
	var out []lang.Text
	for rest := r; rest != 0; rest &= rest - 1 {
		if i := bits.TrailingZeros32(uint32(rest)); i < len(reasonTitles) {
			out = append(out, reasonTitles[i])
		}
	}
	return out
}

// ParseReason gives the reason of a name; ok is false where there is none.
func ParseReason(name string) (r Reason, ok bool) {
	for i, n := range reasonNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}
