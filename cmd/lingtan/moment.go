package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lingtan/backup"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/series"
	"lingtan/store"
)

// moment is the whole platform at one instant, held while it goes on.
type moment struct {
	a        *app
	db       *store.Snapshot
	images   map[string]series.Image // by mine
	segments map[string][]reading.Segment
	evidence []string // hashes
}

// moment takes the instant: for the moment of it nobody writes readings, and what
// the database says is as of the same moment.
func (a *app) moment(ctx context.Context) (_ *moment, err error) {
	engines, err := a.engines(ctx)
	if err != nil {
		return nil, err
	}
	c := &moment{a: a, images: map[string]series.Image{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	for _, site := range slices.Sorted(maps.Keys(engines)) {
		defer engines[site].Still()()
	}
	for site, e := range engines {
		image, err := e.Image(ctx)
		if err != nil {
			return nil, err
		}
		c.images[site] = image
	}
	if c.db, err = a.store.Snapshot(ctx); err != nil {
		return nil, err
	}
	if c.segments, err = c.db.Segments(ctx); err != nil {
		return nil, err
	}
	c.evidence, err = c.db.Evidence(ctx)
	return c, err
}

// engines opens every mine's readings.
func (a *app) engines(ctx context.Context) (map[string]series.Imaged, error) {
	out := map[string]series.Imaged{}
	for after := ""; ; {
		page, err := a.store.Sites(ctx, after, 0)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			m, err := a.mine(ctx, v.ID)
			if err != nil {
				return nil, fmt.Errorf("open the readings of %s: %w", v.ID, err)
			}
			engine, is := m.engine.(series.Imaged)
			if !is {
				return nil, fmt.Errorf("readings of %s: %T can not be copied at work", v.ID, m.engine)
			}
			out[v.ID], after = engine, v.ID
		}
		if len(page) == 0 {
			return out, nil
		}
	}
}

// Close lets the instant go.
func (c *moment) Close() error {
	var faults []error
	for _, image := range c.images {
		faults = append(faults, image.Close())
	}
	if c.db != nil {
		faults = append(faults, c.db.Close())
	}
	return errors.Join(faults...)
}

// manifest says what is in it.
func (c *moment) manifest(ctx context.Context, m *backup.Manifest) (err error) {
	m.Program, m.Engine, m.Arrivals = version(), c.a.store.Engine(), map[string]int64{}
	for site, image := range c.images {
		m.Arrivals[site] = image.Arrived()
	}
	if m.Schema, err = c.db.Schema(ctx); err != nil {
		return err
	}
	if m.Heads, err = c.db.Heads(ctx); err != nil {
		return err
	}
	m.Tables, err = c.a.store.Tables()
	return err
}

// parts lists all files of the backup, in the order in which they are written.
func (c *moment) parts(ctx context.Context, m *backup.Manifest) iter.Seq2[backup.Part, error] {
	return func(yield func(backup.Part, error) bool) {
		for _, table := range m.Tables {
			if !yield(backup.Part{Name: backup.RelationFile(table), Packed: true, Write: func(ctx context.Context, w io.Writer) error {
				_, err := c.db.WriteTable(ctx, w, table)
				return err
			}}, nil) {
				return
			}
		}
		for _, site := range slices.Sorted(maps.Keys(c.images)) {
			if !c.readings(site, yield) {
				return
			}
		}
		if !c.proofs(ctx, m, yield) {
			return
		}
		for _, dir := range []string{"devices", "drivers", rejects} {
			if !c.folder(dir, yield) {
				return
			}
		}
	}
}

// readings yields what a mine's engine holds, and its sealed months.
func (c *moment) readings(site string, yield func(backup.Part, error) bool) bool {
	for _, name := range series.ImageFiles() {
		if !yield(backup.Part{Name: backup.ImageFile(site, name), Write: func(ctx context.Context, w io.Writer) error {
			return c.images[site].Write(ctx, name, w)
		}}, nil) {
			return false
		}
	}
	for _, s := range c.segments[site] {
		if !yield(file(backup.SegmentFile(site, s.Name), c.a.folder.path("series", site, "segments", s.Name)), nil) {
			return false
		}
	}
	return true
}

// file is a part that lies in the data folder as it is.
func file(name, path string) backup.Part {
	return backup.Part{Name: name, Write: func(_ context.Context, w io.Writer) error {
		in, err := os.Open(path)
		if err != nil {
			return unreadable(path, err)
		}
		defer in.Close()
		_, err = io.Copy(w, in)
		return err
	}}
}

// proofs yields the files of evidence, wherever they are kept. One that can not
// be read is left out and told: the others are all the more in need of a backup.
func (c *moment) proofs(ctx context.Context, m *backup.Manifest, yield func(backup.Part, error) bool) bool {
	if len(c.evidence) == 0 {
		return true
	}
	keeper, err := c.a.keeper(ctx)
	if err != nil {
		return yield(backup.Part{}, err)
	}
	for _, sum := range c.evidence {
		in, err := keeper.Blobs.Open(ctx, sum)
		if err != nil {
			m.Without = append(m.Without, lang.T("证据 %s 读不出", "evidence %s can not be read").Format(sum))
			continue
		}
		more := yield(backup.Part{Name: backup.EvidenceFile(sum), Write: func(_ context.Context, w io.Writer) error {
			_, err := io.Copy(w, in)
			return err
		}}, nil)
		_ = in.Close() // it was only read
		if !more {
			return false
		}
	}
	return true
}

// folder yields the files below a folder of the data folder: small ones, which
// are replaced and not written into.
func (c *moment) folder(dir string, yield func(backup.Part, error) bool) bool {
	root := c.a.folder.path(dir)
	more := true
	err := filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // a mine without devices, or a file that was just replaced
		case err != nil:
			return err
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), "."):
			return nil
		}
		within, err := filepath.Rel(c.a.folder.dir, at)
		if err != nil {
			return err
		}
		if name := filepath.ToSlash(within); backup.Local(name) {
			if more = yield(file(name, at), nil); !more {
				return fs.SkipAll
			}
		}
		return nil
	})
	if err != nil {
		return yield(backup.Part{}, err)
	}
	return more
}
