package bundle_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/activity"
	"lingtan/bundle"
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/testkit/house"
)

// pack closes a period of the small mine and packs it.
func pack(t *testing.T, h *house.House, inv inventory.Inventory) []byte {
	t.Helper()
	ctx := t.Context()
	if _, err := h.Meter.Series.Seal(ctx, h.Clock.UnixMilli()); err != nil {
		t.Fatal(err)
	}
	segments, err := h.Segments.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	filings, err := h.Store.Filings(ctx, "beigou", "2024-01", "2024-12")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m, err := bundle.Write(ctx, &out, bundle.Source{
		Inventory: inv, Mine: h.Described, Factors: factor.BuiltinTable(), Filings: filings, Ledger: h.Store.Ledger(ctx, "beigou"),
		Series:   func(string) (reading.ID, bool) { return h.Feeder, true },
		Readings: h.Meter.Series, Segments: segments, Encode: encode,
		Open: func(s reading.Segment) (io.ReadCloser, error) {
			return os.Open(filepath.Join(h.Dir, "segments", s.Name))
		},
		Now: func() time.Time { return h.Clock },
	}, nil)
	if err != nil || m.Inventory != inv.ID {
		t.Fatalf("Write = %+v, %v", m, err)
	}
	return out.Bytes()
}

func encode(w io.Writer, rs iter.Seq2[reading.Reading, error]) error {
	out := series.NewWriter(w, "open")
	for r, err := range rs {
		if err != nil {
			return err
		}
		if err := out.Write(r); err != nil {
			return err
		}
	}
	_, err := out.Close()
	return err
}

func verify(data []byte) *bundle.Report {
	r := bundle.Verify(context.Background(), bytes.NewReader(data), int64(len(data)), series.Read)
	return &r
}

func ask(period string) inventory.Close {
	return inventory.Close{Site: "beigou", Period: period, Edition: "cn-coal-2014", By: "审核员"}
}

func closed(t *testing.T, h *house.House, period string) inventory.Inventory {
	t.Helper()
	inv, err := h.Close(t.Context(), ask(period))
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestVerifies(t *testing.T) {
	h := house.Open(t)
	h.Year()
	data := pack(t, h, closed(t, h, "2024"))
	r := verify(data)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	if len(r.Checks) != 9 || r.Inventory.ID != "beigou.2024.cn-coal-2014.v1" {
		t.Errorf("%d checks of %s", len(r.Checks), r.Inventory.ID)
	}
	if again := pack(t, h, r.Inventory); !bytes.Equal(again, data) {
		t.Error("the same inventory packs to other bytes")
	}
}

// TestOneFlippedByte flips one byte at places all over the archive, its
// directory and its end: each is found, and in a file the file is named.
func TestOneFlippedByte(t *testing.T) {
	h := house.Open(t)
	h.Read(2024, 5, 61*24, 2)
	for _, f := range []struct{ source, parameter, amount string }{
		{"boiler", "amount", "100 t"}, {"grid", "certificates", "0 MWh"}, {"gas", "vent", "10 万Nm3"}, {"gas", "drain", "20 万Nm3"}, {"gas", "utilised", "8 万Nm3"},
	} {
		h.File(f.source, f.parameter, 6, f.amount, activity.Filed)
	}
	data := pack(t, h, closed(t, h, "2024-06"))
	named := 0
	for at := 0; at < len(data); at += max(1, len(data)/80) {
		for _, bit := range []byte{1, 0x80} {
			flipped := bytes.Clone(data)
			flipped[at] ^= bit
			err := verify(flipped).Err()
			if err == nil {
				t.Fatalf("byte %d of %d flipped by %#x, and the bundle verifies", at, len(data), bit)
			}
			if strings.Contains(err.Error(), ".parquet was changed") || strings.Contains(err.Error(), ".json was changed") {
				named++
			}
		}
	}
	if named == 0 {
		t.Error("no changed file was ever named")
	}
	for _, cut := range []int{0, 1, 100, len(data) / 2, len(data) - 1} {
		if verify(data[:cut]).Err() == nil {
			t.Errorf("cut to %d bytes, and the bundle verifies", cut)
		}
	}
}

// TestLateReadingsDoNotUndoAnInventory packs after readings came late: what was
// closed verifies as of its closing.
func TestLateReadingsDoNotUndoAnInventory(t *testing.T) {
	h := house.Open(t)
	h.Year()
	inv := closed(t, h, "2024")
	h.Clock = h.Clock.Add(time.Hour)
	h.Read(2024, 3, 31*24, 3)
	if _, err := h.Meter.Refresh(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := verify(pack(t, h, inv)).Err(); err != nil {
		t.Error(err)
	}
	again, err := h.Restate(t.Context(), ask("2024"), "三月读数补传")
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(pack(t, h, again)).Err(); err != nil {
		t.Error(err)
	}
}

// TestForgedValue changes a number and every hash that names it, as a forger
// would who has the format but not the readings: the evidence tells.
func TestForgedValue(t *testing.T) {
	h := house.Open(t)
	h.Year()
	inv := closed(t, h, "2024")
	a := inv.Content.Activities[0]
	v := a.Values["purchased"]
	half, err := v.Quantity.Add(v.Quantity.Neg())
	if err != nil {
		t.Fatal(err)
	}
	v.Quantity = half
	a.Values["purchased"] = v
	if inv.Content, err = inv.Content.Rerun(factor.Builtin(), h.Described.Site); err != nil {
		t.Fatal(err)
	}
	if inv.Hash, err = inv.Content.Sum(); err != nil {
		t.Fatal(err)
	}
	err = verify(pack(t, h, inv)).Err()
	if err == nil || !strings.Contains(err.Error(), "grid/2024-01#purchased") || !strings.Contains(err.Error(), "not the one of ledger entry") {
		t.Errorf("a forged value: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte("PK\x05\x06"))
	f.Add([]byte(strings.Repeat("sha256:", 40)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if verify(data).Err() == nil {
			t.Error("strange bytes verify")
		}
	})
}
