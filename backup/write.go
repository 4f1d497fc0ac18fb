package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"iter"
	"time"

	"lingtan/bundle"
)

// Target is where a backup is written: a folder or an Archive. Packed files are
// texts, which become smaller.
type Target interface {
	Create(name string, packed bool) (io.WriteCloser, error)
}

// Part is one file to be written. It is asked for its bytes once.
type Part struct {
	Name   string
	Packed bool
	Write  func(ctx context.Context, w io.Writer) error
}

// Progress tells how far a backup or a restore is.
type Progress struct {
	File  string
	Files int   // done
	Bytes int64 // done
}

// Write writes parts as they come, and the manifest behind them. What is cut
// off has no manifest, and nobody takes it for whole. What the parts leave out
// they add to the manifest as they come.
func Write(ctx context.Context, to Target, m *Manifest, parts iter.Seq2[Part, error], tell func(Progress)) error {
	m.Format = Format
	w := &writer{to: to, tell: tell}
	if err := w.text(ctx, readmeFile, []byte(readme)); err != nil {
		return err
	}
	for p, err := range parts {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := w.part(ctx, p); err != nil {
			return fmt.Errorf("back up %s: %w", p.Name, err)
		}
	}
	m.Files = w.files
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return w.text(ctx, ManifestFile, append(text, '\n'))
}

type writer struct {
	to    Target
	tell  func(Progress)
	files []File
	bytes int64
}

func (w *writer) text(ctx context.Context, name string, data []byte) error {
	return w.part(ctx, Part{Name: name, Packed: true, Write: func(_ context.Context, out io.Writer) error {
		_, err := out.Write(data)
		return err
	}})
}

func (w *writer) part(ctx context.Context, p Part) error {
	out, err := w.to.Create(p.Name, p.Packed)
	if err != nil {
		return err
	}
	m := &meter{out: out, sum: sha256.New(), passed: func(n int) {
		if w.bytes += int64(n); w.tell != nil {
			w.tell(Progress{p.Name, len(w.files), w.bytes})
		}
	}}
	if err := p.Write(ctx, m); err != nil {
		_ = out.Close() // what is told is why it could not be written
		return err
	}
	w.files = append(w.files, File{p.Name, m.n, hex.EncodeToString(m.sum.Sum(nil))})
	return out.Close()
}

// meter hashes and counts what passes.
type meter struct {
	out    io.Writer
	sum    hash.Hash
	n      int64
	passed func(int)
}

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.out.Write(p)
	m.sum.Write(p[:n]) // a hash never fails
	m.n += int64(n)
	m.passed(n)
	return n, err
}

// Archive is a backup in one file: a zip, sealed as a bundle is.
type Archive struct {
	seal io.WriteCloser
	zip  *zip.Writer
	made time.Time
}

// NewArchive begins one.
func NewArchive(w io.Writer, made time.Time) *Archive {
	seal := bundle.Sealing(w)
	return &Archive{seal, zip.NewWriter(seal), made.UTC().Truncate(time.Second)}
}

// Create begins a file; the one before it has ended.
func (a *Archive) Create(name string, packed bool) (io.WriteCloser, error) {
	method := zip.Store
	if packed {
		method = zip.Deflate
	}
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: a.made})
	return open{w}, err
}

// open is a file of a zip, which ends where the next begins.
type open struct{ io.Writer }

func (open) Close() error { return nil }

// Close seals the archive.
func (a *Archive) Close() error {
	if err := a.zip.SetComment(bundle.Placeholder()); err != nil {
		return err
	}
	if err := a.zip.Close(); err != nil {
		return err
	}
	return a.seal.Close()
}
