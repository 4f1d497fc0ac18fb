package series

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"lingtan/reading"
)

// File is a catalogue in a file of its own, segments.json, for a folder that
// is looked at without the store.
type File struct {
	path string
	mu   sync.Mutex
}

var _ reading.Catalog = (*File)(nil)

// Catalog gives the catalogue file of a folder.
func Catalog(dir string) *File { return &File{path: filepath.Join(dir, "segments.json")} }

// List gives the segments in the order they were added.
func (f *File) List(context.Context) ([]reading.Segment, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.list()
}

func (f *File) list() ([]reading.Segment, error) {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	var list []reading.Segment
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("read catalogue %s: %w", f.path, err)
	}
	return list, nil
}

// Add adds a segment; it is durable when Add returns.
func (f *File) Add(_ context.Context, s reading.Segment) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, err := f.list()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(append(list, s), "", "  ")
	if err != nil {
		return fmt.Errorf("write catalogue: %w", err)
	}
	return replace(f.path, func(out *os.File) error {
		_, err := out.Write(append(text, '\n'))
		return err
	})
}

// replace writes a file beside its place, makes it durable and moves it there:
// a reader sees the old one or the new one, a power cut leaves one of them.
func replace(path string, write func(*os.File) error) error {
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	err = errors.Join(write(out), out.Sync(), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(out.Name()) // what is left of it is of no use
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

// syncDir makes a rename durable. Windows cannot open a folder for it and does
// not need it.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
