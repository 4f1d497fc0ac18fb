package export

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"

	"lingtan/reading"
)

// Row is a reading in a file. The unit is the point's own, before CT and PT.
type Row struct {
	Point   string  `parquet:"point,dict,zstd"`
	T       int64   `parquet:"t,timestamp(millisecond),delta,zstd"` // of measurement, UTC
	Value   float64 `parquet:"value,plain,zstd"`                    // bit by bit, NaN too
	Unit    string  `parquet:"unit,dict,zstd"`
	Quality string  `parquet:"quality,dict,zstd"`
	Reasons string  `parquet:"reasons,dict,zstd"` // names, by commas
	Seq     int64   `parquet:"seq,delta,zstd"`
	Recv    int64   `parquet:"recv,timestamp(millisecond),delta,zstd"` // of arrival, UTC
}

// HourRow is an hour's amount in a file. An hour that nothing is known of has
// no row: missing is never zero.
type HourRow struct {
	Point    string  `parquet:"point,dict,zstd"`
	Hour     int64   `parquet:"hour,timestamp(millisecond),delta,zstd"` // its beginning, UTC
	Amount   float64 `parquet:"amount,plain,zstd"`
	Nano     int64   `parquet:"amount_nano,plain,zstd"` // the same exactly, in 10⁻⁹ of the unit
	Unit     string  `parquet:"unit,dict,zstd"`
	Coverage float64 `parquet:"coverage,dict,zstd"` // measured share of the hour
	Flags    string  `parquet:"flags,dict,zstd"`    // names, by commas
}

// qualities name reading.Quality as the API does.
//
//nolint:gochecknoglobals // a table that is read only
var qualities = []string{"good", "manual", "suspect", "bad", "quarantined"}

// groupRows is how many rows lie in memory before they are written: some 10 MB.
const groupRows = 1 << 17

// batchRows is how many rows are handed over at once.
const batchRows = 1 << 10

// table writes rows.
type table[R any] struct {
	out   *parquet.GenericWriter[R]
	batch []R
	rows  int64
}

func newTable[R any](w io.Writer, r Request) *table[R] {
	return &table[R]{batch: make([]R, 0, batchRows), out: parquet.NewGenericWriter[R](
		w, parquet.MaxRowsPerRowGroup(groupRows), parquet.SkipPageBounds("value"), // a bound says nothing beside a NaN
		parquet.CreatedBy("lingtan", "1", "export"), parquet.KeyValueMetadata("lingtan.export", string(r.What)),
	)}
}

func (t *table[R]) put(row R) error {
	t.rows++
	if t.batch = append(t.batch, row); len(t.batch) < batchRows {
		return nil
	}
	return t.flush()
}

func (t *table[R]) flush() error {
	_, err := t.out.Write(t.batch)
	t.batch = t.batch[:0]
	return err
}

// Close writes what is left and the end of the file.
func (t *table[R]) Close() error {
	if err := t.flush(); err != nil {
		return err
	}
	return t.out.Close()
}

// readings writes readings as they stand in reading.Compare order.
func (m Mine) readings(ctx context.Context, parts []part, r Request, out *table[Row]) error {
	q, by := r.of(parts)
	in := m.Series.Scan(ctx, q)
	if r.What == Settled {
		in = reading.Settle(in, nil)
	}
	for x, err := range in {
		if err != nil {
			return err
		}
		err = out.put(Row{
			Point: by[x.Series].name, T: x.T, Value: x.V, Unit: by[x.Series].unit, Quality: qualities[min(int(x.Q), len(qualities)-1)],
			Reasons: strings.Join(x.Why.Names(), ","), Seq: x.Seq, Recv: x.Recv,
		})
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return ctx.Err()
}

// nano is how many counts of an amount make its unit.
const nano = 1e9

func (m Mine) hours(ctx context.Context, parts []part, r Request, out *table[HourRow]) error {
	q, by := r.of(parts)
	for h, err := range m.Series.Hours(ctx, q) {
		if err != nil {
			return err
		}
		err = out.put(HourRow{
			Point: by[h.Series].name, Hour: h.Hour * reading.HourMS, Amount: float64(h.Amount) / nano, Nano: h.Amount, Unit: by[h.Series].unit,
			Coverage: float64(h.CoveredMS) / reading.HourMS, Flags: strings.Join(h.Flags.Names(), ","),
		})
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return ctx.Err()
}
