package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// TestResume kills an import at every batch in turn: run again, it delivers what
// is missing and nothing twice, and its report and list of errors are whole.
func TestResume(t *testing.T) {
	path := write(t, "a.csv", hours(2000))
	whole := &book{}
	want, err := job(t, path, whole).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	listed := listOf(t, want.RejectsFile)
	if want.Rejected != 21 || len(listed) != 22 || len(whole.readings) != 1979 {
		t.Fatalf("%d rejected, %d listed, %d readings, want 21, 22 with the head, 1979", want.Rejected, len(listed), len(whole.readings))
	}
	for killed := 1; killed < whole.accepts; killed++ {
		if err := os.Remove(want.RejectsFile); err != nil {
			t.Fatal(err)
		}
		sink := &book{dieAfter: killed}
		if _, err := job(t, path, sink).Run(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("killed at %d: %v", killed, err)
		}
		if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
			t.Fatalf("left behind: %v", left)
		}
		sink.dieAfter = 0
		before := len(sink.readings)
		again := job(t, path, sink)
		again.Batch = 333 // another size must do as well
		got, err := again.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(sink.readings, whole.readings) {
			t.Fatalf("killed at %d: %d readings, want the %d of one go", killed, len(sink.readings), len(whole.readings))
		}
		if got.Tally != want.Tally || got.Delivered != int64(len(whole.readings)-before) || got.Resumed == 0 {
			t.Errorf("killed at %d: %+v, %d delivered behind row %d, want %+v", killed, got.Tally, got.Delivered, got.Resumed, want.Tally)
		}
		if !slices.EqualFunc(listOf(t, got.RejectsFile), listed, slices.Equal) {
			t.Errorf("killed at %d: the list of errors differs", killed)
		}
	}
}

// TestAgain says that a file was imported before, and takes it all the same
// when told to.
func TestAgain(t *testing.T) {
	path := write(t, "a.csv", hours(300))
	sink := &book{}
	if _, err := job(t, path, sink).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := len(sink.readings)
	renamed := write(t, "b.csv", hours(300))
	_, err := job(t, renamed, sink).Run(t.Context())
	if said := fault.Tell(err, lang.EN); fault.KindOf(err) != fault.Conflict || !strings.Contains(said, "imported before (as a.csv, 300 rows, with the same mapping)") {
		t.Errorf("again: %q", said)
	}
	other := job(t, renamed, sink)
	other.Mapping = mapping(t, longMapping+"# changed\n")
	if _, err := other.Run(t.Context()); !strings.Contains(fault.Tell(err, lang.EN), "with another mapping") {
		t.Errorf("with another mapping: %v", err)
	}
	forced := job(t, path, sink)
	forced.Force, forced.Seq = true, 1
	if _, err := forced.Run(t.Context()); err != nil || len(sink.readings) != 2*n || sink.readings[n].Seq != 1 {
		t.Errorf("forced: %d readings, want %d (%v)", len(sink.readings), 2*n, err)
	}
}

// TestCancel leaves what can be resumed, and nothing else.
func TestCancel(t *testing.T) {
	path := write(t, "a.csv", hours(50_000))
	ctx, cancel := context.WithCancel(t.Context())
	sink := &book{}
	im := job(t, path, sink)
	im.Sink = sinkFunc(func(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
		if sink.accepts == 3 {
			cancel()
		}
		return sink.Accept(ctx, b)
	})
	if _, err := im.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := job(t, path, sink).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[reading.Reading]bool{}
	for _, r := range sink.readings {
		seen[r] = true
	}
	if want := 50_000 - 515; len(seen) != want || len(sink.readings) != want {
		t.Errorf("%d readings, %d of them different, want %d", len(sink.readings), len(seen), want)
	}
}

// TestGrowingFile is one that is still being written: it is not marked as done.
func TestGrowingFile(t *testing.T) {
	path := write(t, "a.csv", hours(2000))
	sink := &book{}
	im := job(t, path, sink)
	im.Sink = sinkFunc(func(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
		if sink.accepts == 0 {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return reading.Receipt{}, err
			}
			defer f.Close()
			if _, err := f.WriteString("2025-01-01 00:00,main,1,N\n"); err != nil {
				return reading.Receipt{}, err
			}
		}
		return sink.Accept(ctx, b)
	})
	if err := os.WriteFile(path, []byte(strings.Repeat(hours(2000), 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := im.Run(t.Context())
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("said %v", err)
	}
	for key := range sink.marks {
		if strings.HasPrefix(key, "imported/") {
			t.Error("it was marked as done")
		}
	}
}
