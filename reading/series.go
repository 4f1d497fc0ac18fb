package reading

import (
	"context"
	"iter"
	"math/big"
)

// Series is an engine that keeps readings. It stores and hands back; all
// arithmetic is this package's. Every iterator sees one moment of the data and
// ends after its first error.
type Series interface {
	// Append returns nil once the batch would survive a power cut: all of it or
	// none. Any order, any age; duplicates and contradictions are kept.
	Append(ctx context.Context, b Batch) error
	// Mark gives the last mark written under a key.
	Mark(ctx context.Context, key string) (Mark, bool, error)
	// Scan yields readings in Compare order, duplicates included.
	Scan(ctx context.Context, q Query) iter.Seq2[Reading, error]
	// Hourly yields the buckets whose hours begin within the query, by series
	// and hour; it equals Fold over Scan.
	Hourly(ctx context.Context, q Query) iter.Seq2[Bucket, error]
	// Latest gives the last counted reading of each series that has one.
	Latest(ctx context.Context, ids []ID) ([]Reading, error)
	// Dirty tells the hours of readings that arrived since the last PutHours
	// with a Mark, looking at no more than limit arrivals.
	Dirty(ctx context.Context, limit int) (Dirty, error)
	// PutHours erases and inserts derived hours and moves the watermark, all or
	// nothing.
	PutHours(ctx context.Context, w Write) error
	// Hours yields derived hours by series and hour.
	Hours(ctx context.Context, q Query) iter.Seq2[Hour, error]
	// Totals adds derived hours up exactly, per series and per stretch between
	// consecutive bounds (ms UTC, ascending, on full hours). Stretches without
	// an hour have no total.
	Totals(ctx context.Context, q Query, bounds []int64) ([]Total, error)
	// Seal writes every UTC month that ended at or before an instant into a
	// segment and takes its readings out of the hot part. No answer changes.
	Seal(ctx context.Context, before int64) ([]Segment, error)
	Close() error
}

// Batch is what is appended at once.
type Batch struct {
	Readings []Reading
	Marks    []Mark // written in the same transaction: how far an import has come
	// Live says that the source tells of now, not of a buffer or a file: a stamp
	// that is minutes off is then its clock's fault.
	Live bool
}

// Mark remembers how far a source has been read.
type Mark struct {
	Key  string // names the source: a file's hash, a broker's topic
	Pos  int64
	Note string
}

// Query asks for a stretch of some series.
type Query struct {
	Series   []ID           // nil asks for all
	From, To int64          // ms UTC, half-open
	Limit    func(ID) Limit // Hourly only; nil means the zero Limit
}

// LimitOf gives the fold's limit for a series.
func (q Query) LimitOf(id ID) Limit {
	if q.Limit == nil {
		return Limit{}
	}
	return q.Limit(id)
}

// All asks for everything there is: instants an int64 of ms can hold, with
// room to shift them.
func All() Query { return Query{From: -Forever, To: Forever} }

// Forever is further away than any instant, in ms.
const Forever = 1 << 60

// Dirty are hours whose buckets may have changed.
type Dirty struct {
	Spans []Span // by series and hour, disjoint
	Upto  int64  // the watermark to write with the recomputed hours
	More  bool   // further arrivals wait behind Upto
}

// Write replaces derived hours.
type Write struct {
	Erase []Span
	Hours []Hour
	Upto  int64 // moves the watermark if beyond it; 0 leaves it
}

// Total is an exact sum of hours.
type Total struct {
	Series      ID
	From, To    int64    // ms UTC
	Amount      *big.Int // nano, as Hour.Amount
	CoveredMS   int64
	Hours       int64
	Estimated   int64 // hours flagged so
	Substituted int64
	Flags       Flags // of any hour
}

// Segment is a sealed month: a Parquet file that is never rewritten. Readings
// that come late for a sealed month make a further segment.
type Segment struct {
	Name        string `json:"name"`   // file name
	SHA256      string `json:"sha256"` // of the file, lower-case hex
	Month       string `json:"month"`  // UTC, "2025-01"
	From        int64  `json:"from"`   // first instant, ms UTC
	To          int64  `json:"to"`     // last instant
	Rows        int64  `json:"rows"`
	Series      int    `json:"series"`      // how many different ones
	UptoArrival int64  `json:"uptoArrival"` // holds every reading of the month up to this arrival
	Clean       bool   `json:"clean"`       // one counted reading an instant, and no other
}

// Catalog remembers the sealed segments; the store writes their hashes into
// the ledger.
type Catalog interface {
	Add(ctx context.Context, s Segment) error
	List(ctx context.Context) ([]Segment, error)
}
