// Package series owns the engines that keep readings: DuckDB, and SQLite where
// cgo is not to be had; both seal finished months into the same Parquet files.
package series

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
)

// row is a reading in a segment. Plain values with zstd were the smallest of
// the encodings tried, 1.5 bytes a reading; a dictionary makes the repeated
// series and quality nearly free.
type row struct {
	Series int64   `parquet:"series,dict,zstd"`
	T      int64   `parquet:"t,delta,zstd"` // ms UTC
	V      float64 `parquet:"v,plain,zstd"`
	Q      int32   `parquet:"q,dict,zstd"`
	Seq    int64   `parquet:"seq,delta,zstd"`
	Recv   int64   `parquet:"recv,delta,zstd"` // ms UTC
}

// The column numbers of row.
const (
	columnSeries = iota
	columnT
	columnV
	columnQ
	columnSeq
	columnRecv
)

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
	w.buf = append(w.buf, row{int64(r.Series), r.T, r.V, int32(r.Q), r.Seq, r.Recv})
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

// Read yields the readings of a segment within the query, in reading.Compare
// order. It needs nothing but the file, so that a verifier can use it offline.
func Read(r io.ReaderAt, size int64, q reading.Query) iter.Seq2[reading.Reading, error] {
	return func(yield func(reading.Reading, error) bool) {
		file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil {
			yield(reading.Reading{}, fmt.Errorf("open segment: %w", err))
			return
		}
		if n := len(file.Schema().Fields()); n != columnRecv+1 {
			yield(reading.Reading{}, fmt.Errorf("open segment: %d columns, want %d", n, columnRecv+1))
			return
		}
		wanted := wantedSeries(q.Series)
		for _, g := range file.RowGroups() {
			if !readGroup(g, q, wanted, yield) {
				return
			}
		}
	}
}

// wantedSeries gives a test for membership; nil asks for all.
func wantedSeries(ids []reading.ID) func(reading.ID) bool {
	if ids == nil {
		return func(reading.ID) bool { return true }
	}
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	return func(id reading.ID) bool {
		_, found := slices.BinarySearch(sorted, id)
		return found
	}
}

// readGroup reads the columns of a row group; the other columns only where a
// series of it is wanted.
func readGroup(g parquet.RowGroup, q reading.Query, wanted func(reading.ID) bool, yield func(reading.Reading, error) bool) bool {
	chunks := g.ColumnChunks()
	ids, err := integers(chunks[columnSeries])
	if err != nil {
		return yield(reading.Reading{}, err) && false
	}
	if !slices.ContainsFunc(slices.Compact(slices.Clone(ids)), func(id int64) bool { return wanted(reading.ID(id)) }) {
		return true
	}
	var c columns
	if err := c.read(chunks); err != nil {
		return yield(reading.Reading{}, err) && false
	}
	if min(len(c.t), len(c.v), len(c.q), len(c.seq), len(c.recv)) < len(ids) {
		return yield(reading.Reading{}, fmt.Errorf("read segment: columns of unequal length")) && false
	}
	for i, id := range ids {
		if c.t[i] < q.From || c.t[i] >= q.To || !wanted(reading.ID(id)) {
			continue
		}
		r := reading.Reading{
			Series: reading.ID(id), T: c.t[i], Recv: c.recv[i], V: c.v[i], Q: reading.Quality(c.q[i]), Seq: c.seq[i],
		}
		if !yield(r, nil) {
			return false
		}
	}
	return true
}

type columns struct {
	t, q, seq, recv []int64
	v               []float64
}

func (c *columns) read(chunks []parquet.ColumnChunk) error {
	for _, into := range []struct {
		column int
		values *[]int64
	}{{columnT, &c.t}, {columnQ, &c.q}, {columnSeq, &c.seq}, {columnRecv, &c.recv}} {
		values, err := integers(chunks[into.column])
		if err != nil {
			return err
		}
		*into.values = values
	}
	return pages(chunks[columnV], func(p parquet.Page) error {
		data := p.Data()
		c.v = append(c.v, data.Double()...)
		return nil
	})
}

func integers(chunk parquet.ColumnChunk) ([]int64, error) {
	return appendIntegers(make([]int64, 0, chunk.NumValues()), chunk)
}

// appendIntegers reads an integer column, through its dictionary if it has one.
func appendIntegers(out []int64, chunk parquet.ColumnChunk) ([]int64, error) {
	err := pages(chunk, func(p parquet.Page) error {
		data := p.Data()
		if dict := p.Dictionary(); dict != nil {
			values := entries(dict)
			for _, i := range data.Int32() {
				if i < 0 || int(i) >= len(values) {
					return fmt.Errorf("read segment: dictionary has no entry %d", i)
				}
				out = append(out, values[i])
			}
			return nil
		}
		if p.Type().Kind() == parquet.Int32 {
			for _, v := range data.Int32() {
				out = append(out, int64(v))
			}
			return nil
		}
		out = append(out, data.Int64()...)
		return nil
	})
	return out, err
}

// entries lists what a dictionary of integers holds.
func entries(dict parquet.Dictionary) []int64 {
	out := make([]int64, dict.Len())
	for i := range out {
		if v := dict.Index(int32(i)); v.Kind() == parquet.Int32 {
			out[i] = int64(v.Int32())
		} else {
			out[i] = v.Int64()
		}
	}
	return out
}

func pages(chunk parquet.ColumnChunk, each func(parquet.Page) error) error {
	reader := chunk.Pages()
	for {
		p, err := reader.ReadPage()
		if errors.Is(err, io.EOF) {
			return reader.Close()
		}
		if err != nil {
			return fmt.Errorf("read segment: %w", err)
		}
		err = each(p)
		parquet.Release(p)
		if err != nil {
			return err
		}
	}
}
