package source

import (
	"encoding/binary"
	"time"
)

const cp56 = 7 // bytes of a time

// readCP56 reads a time of seven bytes (IEC 60870-5-101, 7.2.6.18) in the
// station's zone; 0 where the station calls it invalid, or it is none.
func readCP56(b []byte, zone *time.Location) int64 {
	ms := int(binary.LittleEndian.Uint16(b))
	minute, invalid := int(b[2]&0x3F), b[2]&0x80 != 0
	hour, summer := int(b[3]&0x1F), b[3]&0x80 != 0
	day, month, year := int(b[4]&0x1F), int(b[5]&0x0F), 2000+int(b[6]&0x7F)
	if invalid || ms > 59_999 || minute > 59 || hour > 23 || day < 1 || month < 1 || month > 12 {
		return 0
	}
	at := time.Date(year, time.Month(month), day, hour, minute, 0, ms*int(time.Millisecond), zone)
	if at.Day() != day {
		return 0 // the 31st of a short month
	}
	return inSeason(at, summer).UnixMilli()
}

// inSeason follows the bit SU: the clock shows summer time. Where the zone has
// none, such a clock is one hour ahead of it. Without the bit the wall clock is
// believed, for many stations never set it, and the bit tells apart only the
// hour that an autumn night has twice.
func inSeason(at time.Time, summer bool) time.Time {
	switch {
	case summer && !at.IsDST():
		return at.Add(-time.Hour)
	case !summer && at.IsDST():
		if again := at.Add(time.Hour); again.Hour() == at.Hour() {
			return again
		}
	}
	return at
}
