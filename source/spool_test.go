package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lingtan/reading"
)

var spoolStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func named(id reading.ID) (point, unit string, known bool) {
	return fmt.Sprintf("point-%d", id), "kWh", id < 1000
}

func openSpool(t *testing.T, dir string, o SpoolOptions) *Spool {
	t.Helper()
	o.Dir, o.Name = dir, named
	if o.Now == nil {
		o.Now = func() time.Time { return spoolStart }
	}
	s, err := OpenSpool(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// some is a batch that can be told from every other.
func some(n, readings int) reading.Batch {
	b := reading.Batch{Marks: []reading.Mark{{Key: "meter", Pos: int64(n), Note: "第"}}}
	for i := range readings {
		b.Readings = append(b.Readings, reading.Reading{
			Series: reading.ID(1 + i%7), T: spoolStart.UnixMilli() + int64(60_000*n), Recv: spoolStart.UnixMilli() + 1, V: float64(n) + float64(i)/8,
			Q: reading.Quality(i % 3), Why: reading.Reason(i % 5), Seq: int64(-i),
		})
	}
	return b
}

// drain takes everything out, as the forwarding does, and tells it by reading.
func drain(t *testing.T, s *Spool) (out []reading.Reading) {
	t.Helper()
	for {
		b, err := s.next(100)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.readings) == 0 {
			return out
		}
		for _, r := range b.readings {
			if _, err := fmt.Sscanf(r.point, "point-%d", &r.Series); err != nil || r.unit != "kWh" {
				t.Fatalf("point %q, unit %q", r.point, r.unit)
			}
			out = append(out, r.Reading)
		}
		if err := s.pass(b.to, len(b.readings)); err != nil {
			t.Fatal(err)
		}
	}
}

func accept(t *testing.T, s *Spool, b reading.Batch) []reading.Reading {
	t.Helper()
	kept := slices.Clone(b.Readings)
	if r, err := s.Accept(t.Context(), b); err != nil || r.Accepted != len(kept) {
		t.Fatalf("Accept = %+v, %v", r, err)
	}
	return kept
}

// TestSpoolKeeps: over many segments, and after each run's end, everything
// comes out once, in order, to the bit.
func TestSpoolKeeps(t *testing.T) {
	dir := t.TempDir()
	var want, got []reading.Reading
	for run := range 5 {
		s := openSpool(t, dir, SpoolOptions{Segment: 4000})
		for n := range 20 {
			want = append(want, accept(t, s, some(20*run+n, 1+n))...)
		}
		if h := s.Health(); h.Segments < 2 || h.Pending != int64(len(want)-len(got)) {
			t.Fatalf("run %d: %+v, want %d pending", run, h, len(want)-len(got))
		}
		if run%2 == 1 {
			got = append(got, drain(t, s)...)
			if h := s.Health(); h.Pending != 0 || h.Segments != 1 {
				t.Fatalf("run %d: %+v", run, h)
			}
		}
		if m, ok, _ := s.Mark(t.Context(), "meter"); !ok || m.Pos != int64(20*run+19) || m.Note != "第" {
			t.Fatalf("run %d: mark %+v", run, m)
		}
		if err := s.Close(); err != nil { // every other run simply ends
			t.Fatal(err)
		}
	}
	got = append(got, drain(t, openSpool(t, dir, SpoolOptions{}))...)
	if !slices.Equal(got, want) {
		t.Errorf("%d readings out, %d in", len(got), len(want))
	}
}

// TestSpoolPowerCut cuts the written file at every byte, and leaves behind the
// cut what a disk may: nothing, zeros, or old bytes. What was acknowledged
// before the cut is all there, and what is new goes behind it.
func TestSpoolPowerCut(t *testing.T) {
	dir := t.TempDir()
	s := openSpool(t, dir, SpoolOptions{})
	type state struct {
		end      int64
		readings int
	}
	var want []reading.Reading
	var acknowledged []state
	for n := range 4 {
		want = append(want, accept(t, s, some(n, 1+n))...)
		acknowledged = append(acknowledged, state{s.last().end, len(want)})
	}
	file := s.path(s.last().number)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		for i, left := range [][]byte{nil, make([]byte, 40), []byte(strings.Repeat("\x07\x00\x00\x00old", 9))} {
			atEdge := slices.ContainsFunc(acknowledged, func(a state) bool { return a.end == int64(cut) })
			if i != cut%3 && !atEdge { // the disk's three moods in turn, and all of them at the edge of a record
				continue
			}
			safe, marks := 0, int64(-1)
			for n, a := range acknowledged {
				if int64(cut) >= a.end {
					safe, marks = a.readings, int64(n)
				}
			}
			again := t.TempDir()
			if err := os.WriteFile(filepath.Join(again, filepath.Base(file)), slices.Concat(whole[:cut], left), 0o600); err != nil {
				t.Fatal(err)
			}
			s := openSpool(t, again, SpoolOptions{})
			if m, ok, _ := s.Mark(t.Context(), "meter"); ok != (marks >= 0) || ok && m.Pos != marks {
				t.Fatalf("cut at %d: mark %+v, want %d", cut, m, marks)
			}
			more := accept(t, s, some(99, 1))
			if got := drain(t, s); !slices.Equal(got, append(slices.Clone(want[:safe]), more...)) {
				t.Fatalf("cut at %d, %d bytes behind: %d readings, want %d", cut, len(left), len(got), safe+1)
			}
			_ = s.Close()
		}
	}
}

// TestSpoolFull: a full spool lets its sender wait and takes the batch in when
// there is room; one that gives up is told so.
func TestSpoolFull(t *testing.T) {
	s := openSpool(t, t.TempDir(), SpoolOptions{Limit: 8000, Segment: 2000})
	var want []reading.Reading
	n := 0
	for ; !s.Health().Full; n++ {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		b := some(n, 20)
		kept := slices.Clone(b.Readings)
		_, err := s.Accept(ctx, b)
		cancel()
		if err == nil {
			want = append(want, kept...)
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if n > 1000 {
			t.Fatal("never full")
		}
	}
	if h := s.Health(); h.Bytes > 8000 {
		t.Errorf("%d bytes, limit 8000", h.Bytes)
	}
	done := make(chan error)
	last := some(n, 20)
	want = append(want, last.Readings...)
	go func() {
		_, err := s.Accept(context.Background(), last)
		done <- err
	}()
	got := drain(t, s)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got = append(got, drain(t, s)...); !slices.Equal(got, want) || s.Health().Full {
		t.Errorf("%d readings out, %d in, %+v", len(got), len(want), s.Health())
	}
}

// TestSpoolClosedWhileFull sends away who waits.
func TestSpoolClosedWhileFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openSpool(t, t.TempDir(), SpoolOptions{Limit: 4000, Segment: 1000})
		done := make(chan error)
		go func() {
			for n := 0; ; n++ {
				if _, err := s.Accept(context.Background(), some(n, 10)); err != nil {
					done <- err
					return
				}
			}
		}()
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, errSpoolClosed) {
			t.Errorf("told %v", err)
		}
	})
}

// TestSpoolDamage: one flipped byte costs the rest of its segment, is told, and
// the file is kept; all the others come out.
func TestSpoolDamage(t *testing.T) {
	dir := t.TempDir()
	s := openSpool(t, dir, SpoolOptions{Segment: 1000})
	in := 0
	for n := range 30 {
		in += len(accept(t, s, some(n, 5)))
	}
	path := s.path(s.segments[1].number)
	lost := s.segments[1].readings
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(segmentMagic)+headSpooled+60] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	s = openSpool(t, dir, SpoolOptions{Segment: 1000})
	out := drain(t, s)
	if int64(in-len(out)) > lost || len(out) == in || s.Health().Damaged != 1 || s.Health().Pending < 0 {
		t.Errorf("%d in, %d out, segment of %d, %+v", in, len(out), lost, s.Health())
	}
	if _, err := os.Stat(path + damagedTail); err != nil {
		t.Error(err)
	}
}

// TestSpoolTellsUnknown: a series without a name is a mistake of ours, and is
// not stored under another's.
func TestSpoolTellsUnknown(t *testing.T) {
	s := openSpool(t, t.TempDir(), SpoolOptions{})
	if _, err := s.Accept(t.Context(), reading.Batch{Readings: []reading.Reading{{Series: 5000}}}); err == nil {
		t.Error("taken")
	}
}

// TestSpooledSize holds what DefaultSpoolLimit says of a reading's size.
func TestSpooledSize(t *testing.T) {
	var b reading.Batch
	for i := range 5000 {
		at := spoolStart.UnixMilli() + int64(i%7)
		b.Readings = append(b.Readings, reading.Reading{Series: reading.ID(1 + i%900), T: at, Recv: at + 100, V: float64(i) / 7})
	}
	record, err := encodeSpooled(b, named)
	if err != nil || len(record) > 18*len(b.Readings) {
		t.Errorf("%d bytes for %d readings, %v", len(record), len(b.Readings), err)
	}
}

func FuzzSpooled(f *testing.F) {
	record, err := encodeSpooled(some(1, 9), named)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record)
	f.Add(record[:30])
	f.Add(make([]byte, 40))
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, readings, body, err := cutSpooled(in); err == nil {
			if _, err := decodeSpooled(body, readings); err != nil && !errors.Is(err, errNotSpooled) {
				t.Fatal(err)
			}
		}
		if b, err := decodeSpooled(in, len(in)/4); err == nil && len(b.readings) != len(in)/4 {
			t.Fatalf("%d readings", len(b.readings))
		}
		r := newRecords(strings.NewReader(segmentMagic + string(in)))
		for range len(in) + 2 {
			if _, _, _, err := r.next(); err != nil {
				if errors.Is(err, io.ErrUnexpectedEOF) {
					t.Fatal(err)
				}
				return
			}
		}
		t.Fatal("does not end")
	})
}

// TestSpooledRoundTrip: every value a reading can have comes back to the bit.
func TestSpooledRoundTrip(t *testing.T) {
	in := reading.Batch{}
	for _, v := range []float64{0, math.Copysign(0, -1), 1.0 / 3, math.MaxFloat64, math.Inf(1), math.NaN()} {
		in.Readings = append(in.Readings, reading.Reading{Series: 3, T: math.MinInt64, Recv: math.MaxInt64, V: v, Q: reading.Quarantined, Why: math.MaxUint32, Seq: -1})
	}
	record, err := encodeSpooled(in, named)
	if err != nil {
		t.Fatal(err)
	}
	_, n, body, err := cutSpooled(record)
	if err != nil {
		t.Fatal(err)
	}
	out, err := decodeSpooled(body, n)
	if err != nil || len(out.readings) != len(in.Readings) {
		t.Fatal(out, err)
	}
	for i, r := range out.readings {
		want := in.Readings[i]
		if math.Float64bits(r.V) != math.Float64bits(want.V) || r.T != want.T || r.Recv != want.Recv || r.Q != want.Q || r.Why != want.Why || r.Seq != want.Seq || r.point != "point-3" {
			t.Errorf("%+v, want %+v", r, want)
		}
	}
}
