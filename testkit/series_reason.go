package testkit

import (
	"math"
	"testing"

	"lingtan/reading"
)

// keepsReasons holds an engine to every bit a reason may have, a later
// version's too, over a seal and a reopening, in Scan and in Latest.
func keepsReasons(_ *testing.T, b *bench) {
	var rs []reading.Reading
	for i, why := range []reading.Reason{0, reading.CameLate, reading.OutOfRange | reading.DeviceFault, reading.CarriedTwice, 1 << 31, math.MaxUint32} {
		r := sample(1, winter+int64(i/2)*60_000, float64(i))
		r.Why = why
		rs = append(rs, r)
	}
	bad := sample(2, winter, math.NaN())
	bad.Q, bad.Why = reading.Bad, reading.NotNumber
	rs = append(rs, bad)
	b.append(rs...)
	for _, then := range []func(){
		b.reopen,
		func() {
			_, err := b.Seal(b.t.Context(), winter+40*24*reading.HourMS)
			b.ok(err)
		},
		b.reopen,
	} {
		b.want(reading.All(), rs)
		last, err := b.Latest(b.t.Context(), nil)
		b.ok(err)
		if len(last) != 1 || last[0] != rs[5] {
			b.t.Fatalf("Latest = %+v, want %+v", last, rs[5])
		}
		then()
	}
	b.want(reading.All(), rs)
}
