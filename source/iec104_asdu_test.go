package source

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/reading"
)

func shanghai(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

func TestTelegram(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 1, 500e6, shanghai(t)).UnixMilli()
	const stamp = "DC05 00 08 17 0B 1A" // 1.5 s past 08:00 on 23 November 2026
	for _, c := range []struct {
		name, asdu string
		want       []object
	}{
		{"float, the reference's sample", "0D 01 0300 0100 102700 85EB4742 00", []object{{ioa: 10000, value: 49.97999954223633}}},
		{"single, in sequence", "01 83 1400 0100 010000 01 00 81", []object{{ioa: 1, value: 1}, {ioa: 2}, {ioa: 3, value: 1, q: reading.Bad, why: reading.DeviceFault}}},
		{"double", "03 04 0300 0100 010000 01 020000 02 030000 00 040000 03", []object{
			{ioa: 1}, {ioa: 2, value: 1}, {ioa: 3, q: reading.Bad, why: reading.Uncertain}, {ioa: 4, q: reading.Bad, why: reading.Uncertain},
		}},
		{"normalized", "09 01 0300 0100 010000 00C0 00", []object{{ioa: 1, value: -0.5}}},
		{"scaled, not topical", "0B 01 0300 0100 010000 FEFF 40", []object{{ioa: 1, value: -2, q: reading.Suspect, why: reading.NotCurrent}}},
		{"scaled, substituted and blocked", "0B 01 0300 0100 010000 0100 30", []object{{ioa: 1, value: 1, q: reading.Suspect, why: reading.TypedIn | reading.Maintenance}}},
		{"scaled, overflow", "0B 01 0300 0100 010000 FF7F 01", []object{{ioa: 1, value: 32767, q: reading.Bad, why: reading.OverScale}}},
		{"counter", "0F 01 2500 0100 010000 A0860100 25", []object{{ioa: 1, value: 100000}}},
		{"counter, set by hand", "0F 01 2500 0100 010000 A0860100 40", []object{{ioa: 1, value: 100000, q: reading.Suspect, why: reading.TypedIn}}},
		{"counter, invalid, negative", "0F 01 2500 0100 010000 FFFFFFFF 80", []object{{ioa: 1, value: -1, q: reading.Bad, why: reading.DeviceFault}}},
		{"single with time", "1E 01 0300 0100 010000 01" + stamp, []object{{ioa: 1, value: 1, t: at}}},
		{"double with time", "1F 01 0300 0100 010000 02" + stamp, []object{{ioa: 1, value: 1, t: at}}},
		{"normalized with time", "22 01 0300 0100 010000 0040 00" + stamp, []object{{ioa: 1, value: 0.5, t: at}}},
		{"scaled with time", "23 01 0300 0100 010000 0200 00" + stamp, []object{{ioa: 1, value: 2, t: at}}},
		{"float with time", "24 01 0300 0100 010000 0000C03F 00" + stamp, []object{{ioa: 1, value: 1.5, t: at}}},
		{"counter with time", "25 01 0300 0100 010000 01000000 00" + stamp, []object{{ioa: 1, value: 1, t: at}}},
		{"time the station calls invalid", "1E 01 0300 0100 010000 01 DC05 80 08 17 0B 1A", []object{{ioa: 1, value: 1}}},
		{"under test", "01 01 8300 0100 010000 01", []object{{ioa: 1, value: 1, q: reading.Bad, why: reading.Calibrating}}},
		{"not a number", "0D 01 0300 0100 010000 0000807F 00", []object{{ioa: 1, value: math.Inf(1), q: reading.Bad, why: reading.NotNumber}}},
	} {
		got, err := parseTelegram(unhex(c.asdu), shanghai(t))
		if err != nil || !slices.Equal(got.objects, c.want) {
			t.Errorf("%s: parseTelegram = %+v, %v, want %+v", c.name, got.objects, err, c.want)
		}
	}
	for _, bad := range []string{"0D 01 0300", "0D 01 0300 0100 102700 85EB4742", "01 80 0300 0100 010000", "01 00 0300 0100", "05 01 0300 0100 010000 01 00", "0D 7F 0300 0100 010000"} {
		if _, err := parseTelegram(unhex(bad), time.UTC); fault.KindOf(err) != fault.Invalid {
			t.Errorf("parseTelegram(%s) = %v", bad, err)
		}
	}
}

func TestCP56(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, wire string
		zone       *time.Location
		want       string // "" for none
	}{
		{"Shanghai", "0000 1E 08 17 0B 1A", shanghai(t), "2026-11-23T00:30:00Z"},
		{"a clock in summer time where the zone has none", "0000 1E 88 17 07 1A", shanghai(t), "2026-07-22T23:30:00Z"},
		{"Warsaw in summer", "0000 1E 88 17 07 1A", warsaw, "2026-07-23T06:30:00Z"},
		{"Warsaw in summer, bit not set", "0000 1E 08 17 07 1A", warsaw, "2026-07-23T06:30:00Z"},
		{"the hour an autumn night has twice, first", "0000 1E 82 19 0A 1A", warsaw, "2026-10-25T00:30:00Z"},
		{"and again", "0000 1E 02 19 0A 1A", warsaw, "2026-10-25T01:30:00Z"},
		{"31 April", "0000 00 00 1F 04 1A", time.UTC, ""},
		{"month 0", "0000 00 00 01 00 1A", time.UTC, ""},
		{"60 s", "60EA 00 00 01 01 1A", time.UTC, ""},
		{"a year ahead is told as it is", "0000 00 00 17 0B 1B", time.UTC, "2027-11-23T00:00:00Z"},
	} {
		got := readCP56(unhex(c.wire), c.zone)
		if c.want == "" && got == 0 {
			continue
		}
		if text := time.UnixMilli(got).UTC().Format(time.RFC3339); text != c.want {
			t.Errorf("%s: readCP56(%s) = %s, want %s", c.name, c.wire, text, c.want)
		}
	}
}

// TestIEC104WritesNoCommand: of all that could be asked, two types can be
// written, and both read.
func TestIEC104WritesNoCommand(t *testing.T) {
	for q := range 256 {
		asdu := question(q).asdu(1)
		switch {
		case q == int(askAll) && bytes.Equal(asdu, unhex("64 01 0600 0100 000000 14")):
		case q == int(askCounters) && bytes.Equal(asdu, unhex("65 01 0600 0100 000000 05")):
		case q > int(askCounters) && asdu == nil:
		default:
			t.Errorf("question %d is written as % x", q, asdu)
		}
	}
}

// TestAPDU writes every frame and reads it back.
func TestAPDU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ns, nr := rapid.Uint16Max(window-1).Draw(t, "ns"), rapid.Uint16Max(window-1).Draw(t, "nr")
		asdu := rapid.SliceOfN(rapid.Byte(), 1, 249).Draw(t, "asdu")
		a, _, err := readAPDU(bytes.NewReader(frameI(ns, nr, asdu)))
		if err != nil || a.kind != 'I' || a.ns != ns || a.nr != nr || !bytes.Equal(a.asdu, asdu) {
			t.Fatalf("I: %+v, %v", a, err)
		}
		if a, _, err = readAPDU(bytes.NewReader(frameS(nr))); err != nil || a.kind != 'S' || a.nr != nr {
			t.Fatalf("S: %+v, %v", a, err)
		}
	})
}

func FuzzIEC104(f *testing.F) {
	f.Add(unhex("68 12 0000 0000 0D 01 0300 0100 102700 85EB4742 00"))
	f.Add(unhex("68 04 07000000"))
	f.Add(unhex("68 04 01000200"))
	f.Add(unhex("68 0E 0000 0000 64 01 0600 0100 000000 14"))
	f.Add(append(unhex("68 FD 0000 0000 01 FF 0300 0100 010000"), make([]byte, 240)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, raw, err := readAPDU(bytes.NewReader(data))
		if len(raw) > 255 {
			t.Fatalf("a frame of %d bytes", len(raw))
		}
		if err != nil || a.kind != 'I' {
			return
		}
		got, err := parseTelegram(a.asdu, time.UTC)
		if err == nil && len(got.objects) > 127 {
			t.Fatalf("%d objects", len(got.objects))
		}
		for _, o := range got.objects {
			if o.ioa > 1<<24+127 || o.t < 0 {
				t.Fatalf("%+v", o)
			}
		}
	})
}
