package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Blobs keeps bytes by their hash, for all mines together.
type Blobs interface {
	// Put keeps size bytes; what is there already is kept once.
	Put(ctx context.Context, sha256 string, r io.Reader, size int64) error
	// Open gives bytes that it has hashed again and found to be the ones.
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// Catalog remembers which mine has which file, and who handed it in.
type Catalog interface {
	Evidence(ctx context.Context, site, sha256 string) (File, error) // NotFound when the mine has none
	// PutEvidence records a file, or another name or kind of it, and says what stands.
	PutEvidence(ctx context.Context, f File, quota int64) (File, error)
	// ScannedEvidence records what a scanner said of a file that waited for it.
	ScannedEvidence(ctx context.Context, f File) error
	// RefusedEvidence records that somebody handed in what a scanner refused.
	RefusedEvidence(ctx context.Context, f File) error
	QuarantinedEvidence(ctx context.Context, limit int) ([]File, error)
}

// Scanner looks for viruses. An empty name is a clean file; an error is no
// answer, and the file waits.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader, size int64) (virus string, err error)
}

// Keeper takes files in and gives them out.
type Keeper struct {
	Blobs   Blobs
	Catalog Catalog
	Scanner Scanner // nil when none is set up
	Quota   int64   // bytes of one mine; 0 is DefaultQuota
	Now     func() time.Time
}

// Handed is a file that somebody hands in.
type Handed struct {
	Site, Name string
	Kind       Kind
	By         string
	Bytes      io.ReaderAt
	Size       int64
}

// Take looks at a file, keeps its bytes and records it. The bytes are durable
// before the record speaks of them.
func (k *Keeper) Take(ctx context.Context, h Handed) (File, error) {
	f := File{Site: h.Site, Name: CleanName(h.Name), Size: h.Size, Kind: h.Kind, By: h.By, At: k.Now().UTC().Truncate(time.Millisecond), State: Clean}
	if err := h.Kind.Check(); err != nil {
		return f, err
	}
	found, err := Inspect(f.Name, h.Bytes, h.Size)
	if err != nil {
		return f, err
	}
	f.Type, f.Flags = found.Type, found.Flags
	if f.SHA256, err = hashOf(h); err != nil {
		return f, err
	}
	if err := k.scan(ctx, &f, io.NewSectionReader(h.Bytes, 0, h.Size)); err != nil {
		return f, err
	}
	if err := k.Blobs.Put(ctx, f.SHA256, io.NewSectionReader(h.Bytes, 0, h.Size), h.Size); err != nil {
		return f, fmt.Errorf("keep %s: %w", f.SHA256, err)
	}
	quota := k.Quota
	if quota == 0 {
		quota = DefaultQuota
	}
	return k.Catalog.PutEvidence(ctx, f, quota)
}

func hashOf(h Handed) (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(h.Bytes, 0, h.Size)); err != nil {
		return "", fmt.Errorf("hash what was handed in: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// scan asks the scanner, if there is one. A virus is refused; where there is no
// answer the file is taken in and waits.
func (k *Keeper) scan(ctx context.Context, f *File, r io.Reader) error {
	if k.Scanner == nil {
		return nil
	}
	virus, err := k.Scanner.Scan(ctx, r, f.Size)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		f.State = Quarantined
	case virus != "":
		f.State, f.Virus = Refused, virus
		return errors.Join(k.Catalog.RefusedEvidence(ctx, *f), refusal(f))
	}
	return nil
}

func refusal(f *File) error {
	return fault.Invalid.Say(lang.T("查出病毒 %.100s,未收下", "the virus %.100s was found, the file was not taken in"), f.Virus).
		Do(lang.T("向出具方索取干净的原件,并检查这台电脑", "ask its issuer for a clean original, and look at this computer")).At(fault.Place{File: f.Name})
}

// Open gives a mine's file with its bytes, which were hashed again just now.
func (k *Keeper) Open(ctx context.Context, site, sha256 string) (File, io.ReadSeekCloser, error) {
	f, err := k.Catalog.Evidence(ctx, site, sha256)
	if err == nil {
		err = f.Open()
	}
	if err != nil {
		return f, nil, err
	}
	bytes, err := k.Blobs.Open(ctx, sha256)
	if err != nil {
		return f, nil, placed(err, f.Name)
	}
	return f, bytes, nil
}

// rescanned is how many waiting files are looked at in one go.
const rescanned = 20

// Rescan asks the scanner again about files that wait, and tells how many do
// not wait any more. Where nothing scans any more they stay where they are:
// that is for a person to decide.
func (k *Keeper) Rescan(ctx context.Context) (int, error) {
	if k.Scanner == nil {
		return 0, nil
	}
	waiting, err := k.Catalog.QuarantinedEvidence(ctx, rescanned)
	if err != nil {
		return 0, err
	}
	var faults []error
	done := 0
	for _, f := range waiting {
		if err := k.rescan(ctx, f); err != nil {
			faults = append(faults, fmt.Errorf("scan %s of %s: %w", f.SHA256, f.Site, err))
			continue
		}
		done++
	}
	return done, errors.Join(faults...)
}

func (k *Keeper) rescan(ctx context.Context, f File) error {
	in, err := k.Blobs.Open(ctx, f.SHA256)
	if err != nil {
		return err
	}
	defer in.Close()
	if f.Virus, err = k.Scanner.Scan(ctx, in, f.Size); err != nil {
		return err
	}
	f.State = Clean
	if f.Virus != "" {
		f.State = Refused
	}
	return k.Catalog.ScannedEvidence(ctx, f)
}
