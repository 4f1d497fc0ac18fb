package series

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// Image is what an engine holds besides its segments, as it stood at one
// instant, while it goes on taking readings in. Whichever engine wrote it,
// either reads it.
type Image interface {
	// Arrived is the number of the last reading in it.
	Arrived() int64
	// Write writes one of ImageFiles.
	Write(ctx context.Context, name string, w io.Writer) error
	Close() error
}

// Imaged is an engine that can be copied at work.
type Imaged interface {
	// Still keeps everybody from writing until release, so that several engines
	// and the store can be held at one instant.
	Still() (release func())
	// Image holds the instant. It is taken while the engine is Still.
	Image(ctx context.Context) (Image, error)
}

// The files of an image.
const (
	hotFile   = "hot.parquet"   // readings that are in no segment, with their numbers of arrival
	hourFile  = "hour.parquet"  // derived hours
	staleFile = "stale.parquet" // hours to be derived again, of readings that were sealed
	lastFile  = "last.parquet"  // the latest readings over a seal
	stateFile = "state.json"
)

// ImageFiles lists the files of an image.
func ImageFiles() []string { return []string{stateFile, hotFile, hourFile, staleFile, lastFile} }

// The rows of an image's files.
type (
	hotRow struct {
		Arr int64 `parquet:"arr,delta,zstd"`
		row
	}
	derivedRow struct {
		Series  int64 `parquet:"series,dict,zstd"`
		Hour    int64 `parquet:"hour,delta,zstd"` // hours since 1970
		Amount  int64 `parquet:"amount,zstd"`     // nano
		Covered int64 `parquet:"covered,dict,zstd"`
		N       int32 `parquet:"n,dict,zstd"`
		Flags   int32 `parquet:"flags,dict,zstd"`
	}
	staleRow struct {
		Arr    int64 `parquet:"arr,delta,zstd"`
		Series int64 `parquet:"series,dict,zstd"`
		Hour   int64 `parquet:"hour,delta,zstd"`
	}
)

// imageState is what an engine keeps in single numbers.
type imageState struct {
	Arrived   int64          `json:"arrived"`
	Watermark int64          `json:"watermark"` // readings up to here are in the hours
	Marks     []reading.Mark `json:"marks"`     // how far each device was read
}

// rowsWriter writes rows of an image's file.
type rowsWriter[T any] struct {
	out *parquet.GenericWriter[T]
	buf []T
}

func newRows[T any](w io.Writer) *rowsWriter[T] {
	return &rowsWriter[T]{
		out: parquet.NewGenericWriter[T](w, parquet.MaxRowsPerRowGroup(rowsPerGroup), parquet.CreatedBy("lingtan", "1", "image")),
		buf: make([]T, 0, 4096),
	}
}

func (w *rowsWriter[T]) add(row T) error {
	if w.buf = append(w.buf, row); len(w.buf) < cap(w.buf) {
		return nil
	}
	return w.spill()
}

func (w *rowsWriter[T]) spill() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

func (w *rowsWriter[T]) close() error {
	if err := w.spill(); err != nil {
		return err
	}
	return w.out.Close()
}

// ImageFile is a file of an image that is read from anywhere in it.
type ImageFile interface {
	io.ReaderAt
	io.Closer
}

// opener opens a file of an image.
type opener func(name string) (ImageFile, error)

// eachChunk reads the rows of an image's file, many at a time; the slice is reused.
func eachChunk[T any](open opener, name string, take func([]T) error) (err error) {
	f, err := open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	defer func() {
		if cause := recover(); cause != nil { // the library panics over what is no Parquet
			err = badImage(name, fmt.Errorf("%v", cause))
		}
	}()
	in := parquet.NewGenericReader[T](f)
	defer in.Close()
	buf := make([]T, 1<<16)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			if err := take(buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return badImage(name, err)
		}
	}
}

func badImage(name string, err error) error {
	return fault.Invalid.Say(lang.T("备份的 %s 读不懂:%v", "%s of the backup is not understood: %v"), name, err).At(fault.Place{File: name})
}

func writeState(w io.Writer, s imageState) error {
	if s.Marks == nil {
		s.Marks = []reading.Mark{}
	}
	slices.SortFunc(s.Marks, func(a, b reading.Mark) int { return cmp.Compare(a.Key, b.Key) })
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func readState(open opener) (s imageState, err error) {
	f, err := open(stateFile)
	if err != nil {
		return s, err
	}
	defer f.Close()
	const most = 64 << 20
	if err := json.NewDecoder(io.NewSectionReader(f, 0, most)).Decode(&s); err != nil {
		return s, badImage(stateFile, err)
	}
	return s, nil
}

func noSuchImage(name string) error {
	return fault.Internal.Errorf("series: an image has no file %q", name)
}
