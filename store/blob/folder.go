package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lingtan/evidence"
)

// Folder keeps files in a folder of this machine.
type Folder struct {
	dir string
	now func() time.Time
}

var _ evidence.Blobs = (*Folder)(nil)

// coming is where files are written until they are whole.
const coming = "coming"

// OpenFolder makes the folder and clears what a crash left half written.
func OpenFolder(dir string, now func() time.Time) (*Folder, error) {
	f := &Folder{dir: dir, now: now}
	half := filepath.Join(dir, coming)
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(half, 0o700)); err != nil {
		return nil, fmt.Errorf("open the folder of evidence: %w", err)
	}
	return f, nil
}

func (f *Folder) path(sum string) (string, error) {
	k, err := key(sum)
	return filepath.Join(f.dir, filepath.FromSlash(k)), err
}

// Put keeps a file. One that is there is read through, and written anew when it
// was damaged: whoever has the original mends the store by handing it in.
func (f *Folder) Put(_ context.Context, sum string, r io.Reader, size int64) error {
	to, err := f.path(sum)
	if err != nil {
		return err
	}
	if in, err := f.verified(to, sum); err == nil {
		now := f.now() // a sweep sees that it is wanted again
		return errors.Join(in.Close(), os.Chtimes(to, now, now))
	}
	half, err := os.CreateTemp(filepath.Join(f.dir, coming), "*")
	if err != nil {
		return err
	}
	defer os.Remove(half.Name()) // when it has its name, there is nothing left to remove
	n, err := hashing{r, sum}.to(half, size)
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes came, want %d", n, size)
	}
	if err = errors.Join(err, half.Sync(), half.Close()); err != nil {
		return err
	}
	return f.name(half.Name(), to)
}

// name gives a whole file its name, and makes the name durable level by level.
func (f *Folder) name(half, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(half, to); err != nil {
		return err
	}
	level := filepath.Dir(to)
	return errors.Join(syncFolder(level), syncFolder(filepath.Dir(level)), syncFolder(f.dir))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open gives a file whose bytes were just read through and are the right ones.
func (f *Folder) Open(_ context.Context, sum string) (io.ReadSeekCloser, error) {
	from, err := f.path(sum)
	if err != nil {
		return nil, err
	}
	return f.verified(from, sum)
}

func (f *Folder) verified(from, sum string) (*os.File, error) {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, gone(sum)
	}
	if err != nil {
		return nil, err
	}
	_, err = hashing{in, sum}.to(io.Discard, evidence.MaxSize)
	if err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return in, nil
}

// Sweep removes files that no mine has: what was kept when the record of it
// failed. Those put after before are left, since their record may be under way.
func (f *Folder) Sweep(ctx context.Context, before time.Time, kept func(ctx context.Context, sum string) (bool, error)) (removed int, err error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	err = filepath.WalkDir(f.dir, func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || ctx.Err() != nil:
			return errors.Join(err, ctx.Err())
		case d.IsDir() && d.Name() == coming:
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		if want, err := f.path(d.Name()); err != nil || want != at {
			return nil //nolint:nilerr // not a file of ours
		}
		info, err := d.Info()
		if err != nil || !info.ModTime().Before(before) {
			return err
		}
		has, err := kept(ctx, d.Name())
		if err != nil || has {
			return err
		}
		removed++
		k, err := key(d.Name())
		return errors.Join(err, root.Remove(filepath.FromSlash(k)))
	})
	return removed, err
}
