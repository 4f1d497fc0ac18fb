package series

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// vault is the sealed part: segments in a folder, known to the catalogue.
type vault struct {
	dir     string
	catalog reading.Catalog
	mu      sync.Mutex
	list    []reading.Segment
	checked map[string]bool // verified against their hash by this process
	reasons map[string]bool // of those: whether they have the column
}

func openVault(ctx context.Context, dir string, catalog reading.Catalog) (*vault, error) {
	v := &vault{dir: filepath.Join(dir, "segments"), catalog: catalog, checked: map[string]bool{}, reasons: map[string]bool{}}
	if err := os.MkdirAll(v.dir, 0o750); err != nil {
		return nil, unusable(dir, err)
	}
	list, err := catalog.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("open segments: %w", err)
	}
	v.list = list
	return v, nil
}

func (v *vault) path(s reading.Segment) string { return filepath.Join(v.dir, s.Name) }

// upto is the highest arrival any segment holds.
func (v *vault) upto() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	var n int64
	for _, s := range v.list {
		n = max(n, s.UptoArrival)
	}
	return n
}

// segments lists those that may hold readings of the stretch, each verified
// once: every answer stands on the bytes the catalogue knows.
func (v *vault) segments(from, to int64) ([]reading.Segment, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []reading.Segment
	for _, s := range v.list {
		if s.To < from || s.From >= to {
			continue
		}
		if !v.checked[s.Name] {
			reasons, err := v.verify(s)
			if err != nil {
				return nil, err
			}
			v.checked[s.Name], v.reasons[s.Name] = true, reasons
		}
		out = append(out, s)
	}
	return out, nil
}

// reasoned parts segments that have been verified by whether they tell reasons.
func (v *vault) reasoned(segments []reading.Segment) (with, without []reading.Segment) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range segments {
		if v.reasons[s.Name] {
			with = append(with, s)
		} else {
			without = append(without, s)
		}
	}
	return with, without
}

// verify compares a segment's bytes with its hash, and tells whether it has
// reasons.
func (v *vault) verify(s reading.Segment) (reasons bool, err error) {
	file, err := os.Open(v.path(s))
	if errors.Is(err, fs.ErrNotExist) {
		return false, fault.NotFound.Say(lang.T("封存文件 %s 不存在：%v", "segment %s is missing: %v"), s.Name, err).
			Do(lang.T("请从备份恢复到 %s", "restore it from the backup to %s"), v.dir).At(fault.Place{File: s.Name})
	}
	if err != nil {
		return false, fmt.Errorf("verify segment %s: %w", s.Name, err)
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return false, fmt.Errorf("verify segment %s: %w", s.Name, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != s.SHA256 {
		return false, fault.Conflict.Say(lang.T("封存文件 %s 已损坏或被改动：登记的 SHA-256 为 %s，现为 %s", "segment %s is damaged or was changed: its recorded SHA-256 is %s, now it is %s"), s.Name, s.SHA256, got).
			Do(lang.T("请从备份恢复该文件，不要改动封存文件", "restore the file from the backup; segments are never edited")).At(fault.Place{File: s.Name})
	}
	return hasReasons(file)
}

// write makes a durable segment of a month's readings and adds it to the
// catalogue. Until include, no answer uses it.
func (v *vault) write(ctx context.Context, month string, upto int64, rows iter.Seq2[reading.Reading, error]) (reading.Segment, error) {
	name := fmt.Sprintf("%s.%d.parquet", month, upto)
	var s reading.Segment
	err := replace(filepath.Join(v.dir, name), func(out *os.File) error {
		w := NewWriter(out, month)
		for r, err := range rows {
			if err == nil {
				err = w.Write(r)
			}
			if err != nil {
				return err
			}
		}
		var err error
		s, err = w.Close()
		return err
	})
	if err != nil {
		return s, full(v.dir, err)
	}
	s.Name, s.UptoArrival = name, upto
	if err := v.catalog.Add(ctx, s); err != nil {
		return s, fmt.Errorf("catalogue segment %s: %w", name, err)
	}
	return s, nil
}

// include lets answers use a segment just written.
func (v *vault) include(s reading.Segment) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.list = append(v.list, s)
	v.checked[s.Name], v.reasons[s.Name] = true, true
}

// scan reads one segment.
func (v *vault) scan(s reading.Segment, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		file, err := os.Open(v.path(s))
		if err != nil {
			yield(reading.Reading{}, fmt.Errorf("scan segment: %w", err))
			return
		}
		defer func() { _ = file.Close() }()
		info, err := file.Stat()
		if err != nil {
			yield(reading.Reading{}, fmt.Errorf("scan segment: %w", err))
			return
		}
		Read(file, info.Size(), q)(yield)
	}
}

// merge merges sorted sources into one in reading.Compare order.
func merge(sources []iter.Seq2[reading.Reading, error]) iter.Seq2[reading.Reading, error] {
	if len(sources) == 1 {
		return sources[0]
	}
	return func(yield func(reading.Reading, error) bool) {
		var heads []head
		defer func() {
			for _, h := range heads {
				h.stop()
			}
		}()
		for _, s := range sources {
			next, stop := iter.Pull2(s)
			h := head{next: next, stop: stop}
			if !h.advance() {
				stop()
				continue
			}
			heads = append(heads, h)
		}
		slices.SortFunc(heads, compareHeads)
		for len(heads) > 0 {
			h := &heads[0]
			if !yield(h.r, h.err) || h.err != nil {
				return
			}
			if !h.advance() {
				h.stop()
				heads = heads[1:]
				continue
			}
			for i := 1; i < len(heads) && compareHeads(heads[i-1], heads[i]) > 0; i++ {
				heads[i-1], heads[i] = heads[i], heads[i-1]
			}
		}
	}
}

type head struct {
	r    reading.Reading
	err  error
	next func() (reading.Reading, error, bool)
	stop func()
}

func (h *head) advance() (ok bool) {
	h.r, h.err, ok = h.next()
	return ok
}

// compareHeads puts an error first: it ends the scan.
func compareHeads(a, b head) int {
	if a.err != nil || b.err != nil {
		if a.err != nil {
			return -1
		}
		return 1
	}
	return reading.Compare(a.r, b.r)
}
