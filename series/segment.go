// Package series owns the engines that keep readings: DuckDB, and SQLite where
// cgo is not to be had; both seal finished months into the same Parquet files.
package series

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"
	"time"

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
)

// row is a reading in a segment. Plain values with zstd were the smallest of
// the encodings tried, 1.5 bytes a reading; a dictionary makes the repeated
// series, quality and reason nearly free.
type row struct {
	Series int64   `parquet:"series,dict,zstd"`
	T      int64   `parquet:"t,delta,zstd"` // ms UTC
	V      float64 `parquet:"v,plain,zstd"`
	Q      int32   `parquet:"q,dict,zstd"`
	Seq    int64   `parquet:"seq,delta,zstd"`
	Recv   int64   `parquet:"recv,delta,zstd"` // ms UTC
	Why    uint32  `parquet:"why,dict,zstd"`   // nearly always 0: a dictionary of one entry
}

// A row group holds about seriesPerGroup series, so that one series is read
// without its neighbours, and at most rowsPerGroup rows, so that a month of
// seconds fits into memory.
const (
	seriesPerGroup = 20
	rowsPerGroup   = 1 << 20
)

// narrow is the largest value whose nano-units an int64 holds with room: a
// clean segment has none beyond it, so that whoever reads it may count in 64 bits.
const narrow = 9e9

// yearOne is 0001-01-01 in ms UTC: months before it have no name.
const yearOne = -62_135_596_800_000

// monthSpan gives the bounds of a named UTC month in ms.
func monthSpan(month string) (from, to int64, err error) {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return 0, 0, fmt.Errorf("month %q: %w", month, err)
	}
	return t.UnixMilli(), time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), nil
}

// month is a UTC month of the hot table, as far as it had arrived.
type month struct {
	name     string
	from, to int64 // ms
	upto     int64 // arrival
}

// Writer writes a segment from readings in reading.Compare order.
type Writer struct {
	out     *parquet.GenericWriter[row]
	sum     hash.Hash
	buf     []row
	seg     reading.Segment
	last    reading.Reading
	inGroup int // series in the open row group
	rows    int // rows in it
}

// NewWriter begins a segment of one month.
func NewWriter(w io.Writer, month string) *Writer {
	sum := sha256.New()
	out := parquet.NewGenericWriter[row](io.MultiWriter(w, sum),
		parquet.MaxRowsPerRowGroup(math.MaxInt64),
		parquet.SkipPageBounds("v"), // a bound says nothing beside a NaN
		parquet.CreatedBy("lingtan", "1", "segment"),
		parquet.KeyValueMetadata("lingtan.month", month))
	return &Writer{out: out, sum: sum, buf: make([]row, 0, 4096), seg: reading.Segment{Month: month, Clean: true}}
}

// Write adds the next reading.
func (w *Writer) Write(r reading.Reading) error {
	if w.seg.Rows == 0 || r.Series != w.last.Series {
		w.seg.Series++
		if w.inGroup++; w.inGroup > seriesPerGroup {
			if err := w.flush(); err != nil {
				return err
			}
			w.inGroup = 1
		}
	} else if r.T == w.last.T {
		w.seg.Clean = false
	}
	w.note(r)
	w.buf = append(w.buf, row{int64(r.Series), r.T, r.V, int32(r.Q), r.Seq, r.Recv, uint32(r.Why)})
	if len(w.buf) == cap(w.buf) {
		if err := w.spill(); err != nil {
			return err
		}
	}
	if w.rows++; w.rows >= rowsPerGroup {
		return w.flush()
	}
	return nil
}

// note keeps what the catalogue wants to know.
func (w *Writer) note(r reading.Reading) {
	if w.seg.Rows == 0 {
		w.seg.From, w.seg.To = r.T, r.T
	}
	w.seg.From, w.seg.To = min(w.seg.From, r.T), max(w.seg.To, r.T)
	w.seg.Rows++
	if !r.Counts() || math.Abs(r.V) > narrow || r.T < 0 {
		w.seg.Clean = false
	}
	w.last = r
}

func (w *Writer) spill() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// flush ends the row group.
func (w *Writer) flush() error {
	w.rows, w.inGroup = 0, 0
	if err := w.spill(); err != nil {
		return err
	}
	return w.out.Flush()
}

// Close ends the segment and tells what it holds. Its name and arrival are the
// caller's to add.
func (w *Writer) Close() (reading.Segment, error) {
	if err := w.spill(); err != nil {
		return reading.Segment{}, err
	}
	if err := w.out.Close(); err != nil {
		return reading.Segment{}, err
	}
	w.seg.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	return w.seg, nil
}
