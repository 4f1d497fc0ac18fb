package series

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
)

// layout tells where a segment has its columns. They are found by name, for
// segments are never rewritten: those of before reasons were kept have none.
type layout struct{ series, t, v, q, seq, recv, why int }

// absent is the place of a column that a segment does not have.
const absent = -1

func layoutOf(file *parquet.File) (layout, error) {
	var at layout
	for _, column := range []struct {
		name  string
		place *int
	}{
		{"series", &at.series}, {"t", &at.t}, {"v", &at.v}, {"q", &at.q}, {"seq", &at.seq}, {"recv", &at.recv}, {"why", &at.why},
	} {
		leaf, found := file.Schema().Lookup(column.name)
		switch {
		case found:
			*column.place = leaf.ColumnIndex
		case column.name == "why":
			*column.place = absent
		default:
			return at, fmt.Errorf("open segment: no column %s", column.name)
		}
	}
	return at, nil
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
		at, err := layoutOf(file)
		if err != nil {
			yield(reading.Reading{}, err)
			return
		}
		wanted := wantedSeries(q.Series)
		for _, g := range file.RowGroups() {
			if !at.readGroup(g, q, wanted, yield) {
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
func (at layout) readGroup(g parquet.RowGroup, q reading.Query, wanted func(reading.ID) bool, yield func(reading.Reading, error) bool) bool {
	chunks := g.ColumnChunks()
	ids, err := integers(chunks[at.series])
	if err != nil {
		return yield(reading.Reading{}, err) && false
	}
	if !slices.ContainsFunc(slices.Compact(slices.Clone(ids)), func(id int64) bool { return wanted(reading.ID(id)) }) {
		return true
	}
	var c columns
	if err := c.read(chunks, at); err != nil {
		return yield(reading.Reading{}, err) && false
	}
	if c.rows() < len(ids) {
		return yield(reading.Reading{}, fmt.Errorf("read segment: columns of unequal length")) && false
	}
	for i, id := range ids {
		if c.t[i] < q.From || c.t[i] >= q.To || !wanted(reading.ID(id)) {
			continue
		}
		r := reading.Reading{
			Series: reading.ID(id), T: c.t[i], Recv: c.recv[i], V: c.v[i], Q: reading.Quality(c.q[i]), Seq: c.seq[i],
		}
		if c.why != nil {
			r.Why = reading.Reason(c.why[i])
		}
		if !yield(r, nil) {
			return false
		}
	}
	return true
}

type columns struct {
	t, q, seq, recv []int64
	why             []int64 // nil where the segment has none
	v               []float64
}

// rows is how many rows all columns have.
func (c *columns) rows() int {
	n := min(len(c.t), len(c.v), len(c.q), len(c.seq), len(c.recv))
	if c.why != nil {
		n = min(n, len(c.why))
	}
	return n
}

func (c *columns) read(chunks []parquet.ColumnChunk, at layout) error {
	for _, into := range []struct {
		column int
		values *[]int64
	}{{at.t, &c.t}, {at.q, &c.q}, {at.seq, &c.seq}, {at.recv, &c.recv}, {at.why, &c.why}} {
		if into.column == absent {
			continue
		}
		values, err := integers(chunks[into.column])
		if err != nil {
			return err
		}
		*into.values = values
	}
	return pages(chunks[at.v], func(p parquet.Page) error {
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

// hasReasons tells whether a segment's file has the column of reasons.
func hasReasons(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	segment, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return false, fmt.Errorf("open segment: %w", err)
	}
	at, err := layoutOf(segment)
	return at.why != absent, err
}
