package evidence

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"lingtan/fault"
)

// shelf is blobs, a catalog and a scanner in memory.
type shelf struct {
	blobs   map[string][]byte
	files   map[string]File
	refused []File
	scan    func(data []byte) (string, error)
}

func (s *shelf) Put(_ context.Context, sum string, r io.Reader, _ int64) (err error) {
	s.blobs[sum], err = io.ReadAll(r)
	return err
}

type nobody struct{ *bytes.Reader }

func (nobody) Close() error { return nil }

func (s *shelf) Open(_ context.Context, sum string) (io.ReadSeekCloser, error) {
	return nobody{bytes.NewReader(s.blobs[sum])}, nil
}

func (s *shelf) Evidence(_ context.Context, site, sum string) (File, error) {
	if f, ok := s.files[site+sum]; ok {
		return f, nil
	}
	return File{}, fault.NotFound.Errorf("no file")
}

func (s *shelf) PutEvidence(_ context.Context, f File, _ int64) (File, error) {
	s.files[f.Site+f.SHA256] = f
	return f, nil
}

func (s *shelf) ScannedEvidence(_ context.Context, f File) error {
	s.files[f.Site+f.SHA256] = f
	return nil
}

func (s *shelf) RefusedEvidence(_ context.Context, f File) error {
	s.refused = append(s.refused, f)
	return nil
}

func (s *shelf) QuarantinedEvidence(context.Context, int) (out []File, err error) {
	for _, f := range s.files {
		if f.State == Quarantined {
			out = append(out, f)
		}
	}
	return out, nil
}

func (s *shelf) Scan(_ context.Context, r io.Reader, _ int64) (string, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	return s.scan(data)
}

func newShelf() *shelf { return &shelf{blobs: map[string][]byte{}, files: map[string]File{}} }

func (s *shelf) keeper() *Keeper {
	return &Keeper{Blobs: s, Catalog: s, Scanner: s, Now: func() time.Time { return time.Date(2026, 4, 2, 4, 0, 0, 123456, time.UTC) }}
}

func bill(text string) Handed {
	return Handed{Site: "qingling", Name: `..\过磅单.csv`, Kind: Weighbill, By: "zhang", Bytes: strings.NewReader(text), Size: int64(len(text))}
}

var errAway = errors.New("the scanner is away")

func TestKeeperScans(t *testing.T) {
	for _, tt := range []struct {
		name  string
		scan  func([]byte) (string, error)
		state State
		says  string
	}{
		{"clean", func([]byte) (string, error) { return "", nil }, Clean, ""},
		{"a virus", func([]byte) (string, error) { return "Eicar", nil }, "", "virus Eicar"},
		{"no answer", func([]byte) (string, error) { return "", errAway }, Quarantined, ""},
	} {
		s := newShelf()
		s.scan = tt.scan
		k := s.keeper()
		f, err := k.Take(t.Context(), bill("1250.5\n"))
		if tt.says != "" {
			if err == nil || !strings.Contains(err.Error(), tt.says) || len(s.blobs)+len(s.files) > 0 || len(s.refused) != 1 || s.refused[0].Virus != "Eicar" {
				t.Errorf("%s: %v, kept %d, in the book %+v", tt.name, err, len(s.blobs), s.refused)
			}
			continue
		}
		if err != nil || f.State != tt.state || f.Name != "过磅单.csv" || f.Type != Text || len(s.blobs[f.SHA256]) != 7 {
			t.Errorf("%s: %+v, %v", tt.name, f, err)
		}
		_, data, err := k.Open(t.Context(), "qingling", f.SHA256)
		if (err == nil) != (tt.state == Clean) || err == nil && data == nil {
			t.Errorf("%s opens: %v", tt.name, err)
		}
		if _, _, err := k.Open(t.Context(), "beiyuan", f.SHA256); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s opens at another mine: %v", tt.name, err)
		}
	}
}

// TestKeeperRescans: what waits is let go, or refused, when the scanner is back.
func TestKeeperRescans(t *testing.T) {
	s := newShelf()
	k := s.keeper()
	s.scan = func([]byte) (string, error) { return "", errAway }
	good, err := k.Take(t.Context(), bill("good\n"))
	if err != nil {
		t.Fatal(err)
	}
	bad, err := k.Take(t.Context(), bill("bad\n"))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := k.Rescan(t.Context()); n != 0 || !errors.Is(err, errAway) {
		t.Errorf("while it is away: %d, %v", n, err)
	}
	s.scan = func(data []byte) (string, error) {
		if string(data) == "bad\n" {
			return "Eicar", nil
		}
		return "", nil
	}
	if n, err := k.Rescan(t.Context()); n != 2 || err != nil {
		t.Errorf("when it is back: %d, %v", n, err)
	}
	if _, _, err := k.Open(t.Context(), "qingling", good.SHA256); err != nil {
		t.Errorf("the clean one: %v", err)
	}
	if _, _, err := k.Open(t.Context(), "qingling", bad.SHA256); err == nil || !strings.Contains(err.Error(), "Eicar") {
		t.Errorf("the other: %v", err)
	}
}

func TestKeeperRefuses(t *testing.T) {
	s := newShelf()
	s.scan = func([]byte) (string, error) {
		t.Error("asked the scanner about what is refused anyway")
		return "", nil
	}
	h := bill("1250.5\n")
	h.Kind = "bill"
	if _, err := s.keeper().Take(t.Context(), h); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a kind there is not: %v", err)
	}
	h = bill("\x00")
	if _, err := s.keeper().Take(t.Context(), h); fault.KindOf(err) != fault.Invalid || len(s.blobs) > 0 {
		t.Errorf("a file of no type: %v", err)
	}
}
