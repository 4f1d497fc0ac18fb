package source

import (
	"bytes"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

// The control codes that are sent: reading data, and reading what follows
// (DL/T 645—2007, 7.1 and 7.2). There is none that writes.
const (
	meterRead = 0x11
	meterNext = 0x12
)

const (
	meterStart   = 0x68
	meterEnd     = 0x16
	meterHead    = 10  // start, address, start, control, length
	mostMeter    = 200 // bytes of data when reading (5.2.6)
	mostFollow   = 64  // frames of one answer
	fromMeter    = 0x80
	meterFault   = 0x40
	meterFollows = 0x20
)

// meterFrame is a frame of DL/T 645—2007, 5.2. Its data are as they were before
// 33H was added to each byte.
type meterFrame struct {
	meter   meterAddress
	control byte
	data    []byte
}

// bytes writes the frame behind so many bytes FE that wake the meter.
func (f meterFrame) bytes(wake int) []byte {
	out := bytes.Repeat([]byte{0xFE}, wake)
	out = append(append(out, meterStart), f.meter[:]...)
	out = append(out, meterStart, f.control, byte(len(f.data)))
	for _, b := range f.data {
		out = append(out, b+0x33)
	}
	return append(out, sum(out[wake:]), meterEnd)
}

func sum(b []byte) (s byte) {
	for _, c := range b {
		s += c
	}
	return s
}

// findMeterFrame finds the first whole frame in what has arrived, past noise
// and past frames that were cut short. used tells how much can be dropped; bad
// is the last stretch that is shaped like a frame and has a wrong checksum.
func findMeterFrame(b []byte) (f meterFrame, used int, bad []byte, ok bool) {
	open := -1 // where a frame began that may still arrive
	for at := range b {
		rest := b[at:]
		size, whole := meterSize(rest)
		switch {
		case size == 0:
			continue
		case !whole:
			if open < 0 {
				open = at
			}
			continue
		case rest[size-1] != meterEnd:
			continue
		case sum(rest[:size-2]) != rest[size-2]:
			bad = rest[:size]
			continue
		}
		f.meter, f.control, f.data = meterAddress(rest[1:7]), rest[8], slices.Clone(rest[meterHead:size-2])
		for i := range f.data {
			f.data[i] -= 0x33
		}
		return f, at + size, bad, true
	}
	if open < 0 {
		open = len(b)
	}
	return f, open, bad, false
}

// meterSize tells how long a frame is that begins here; 0 where none does.
func meterSize(b []byte) (size int, whole bool) {
	switch {
	case b[0] != meterStart, len(b) > 7 && b[7] != meterStart, len(b) >= meterHead && b[9] > mostMeter:
		return 0, false
	case len(b) < meterHead:
		return meterHead, false
	}
	size = meterHead + int(b[9]) + 2
	return size, len(b) >= size
}

// read makes the question for an item, and for what follows its answer.
func (a meterAsk) read() meterFrame {
	return meterFrame{meter: a.meter, control: meterRead, data: a.itemBytes()}
}

func (a meterAsk) follow(number byte) meterFrame {
	return meterFrame{meter: a.meter, control: meterNext, data: append(a.itemBytes(), number)}
}

// itemBytes is the identification as it is on the wire, lowest byte first.
func (a meterAsk) itemBytes() []byte {
	return []byte{a.item[3], a.item[2], a.item[1], a.item[0]}
}

// meterErrors are the bits of an error answer (7.1.3, ERR).
var meterErrors = [...]lang.Text{ //nolint:gochecknoglobals // a constant table, in the order of the bits
	lang.T("其他错误", "another error"), lang.T("无请求数据", "no such data"), lang.T("密码错或未授权", "wrong password, or not allowed"),
	lang.T("通信速率不能更改", "the speed cannot be changed"), lang.T("年时区数超", "too many seasons"),
	lang.T("日时段数超", "too many periods of a day"), lang.T("费率数超", "too many tariffs"), lang.T("保留", "reserved"),
}

// meterRefusal tells an error answer.
func meterRefusal(channel string, data []byte) error {
	text := lang.T("未说明", "not told why")
	if len(data) > 0 {
		for i, t := range meterErrors {
			if data[0]&(1<<i) != 0 {
				text = t
				break
			}
		}
	}
	return fault.Invalid.Say(lang.T("%s:电表拒绝(%s)", "%s: the meter refuses (%s)"), channel, text).
		Do(lang.T("核对数据标识 item,该表可能没有此项", "check the item: this meter may not have it"))
}
