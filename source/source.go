// Package source owns how readings and filings come in: files of tables now,
// told apart by their content and understood by a mapping the mine's people
// write, and the protocols of meters.
//
// A file is understood in four steps, each of them a file here: a [Table]
// yields rows of cells with their places, a clock tells the instant of a row, a
// numeral reads a number, and a [Mapping] says which cell is which point. What
// cannot be understood becomes a [Reject] beside the file; the rest goes on.
package source

import (
	"context"
	"time"

	"lingtan/filing"
	"lingtan/quantity"
	"lingtan/reading"
)

// Sink is where readings go: [reading.Service] is one. A batch and its marks
// are durable together when Accept returns; the batch is the sink's from then on.
type Sink interface {
	Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error)
}

// Marks reads back how far a source has been read: every [reading.Series] does.
type Marks interface {
	Mark(ctx context.Context, key string) (m reading.Mark, known bool, err error)
}

// Filer takes the filings of a file, all of them or none. Their ids are made of
// the file and the row, so a second try files nothing twice.
type Filer interface {
	File(ctx context.Context, filings []filing.Filing) error
}

// Point is what an import must know of a site's point.
type Point struct {
	Series reading.ID
	Unit   quantity.Unit // readings are stored in it
	// Stamp is the end of its interval that a delta's stored readings are
	// stamped with, "end" or "start"; "" for a value of an instant.
	Stamp string
	Step  time.Duration // expected interval
}

// Points finds a site's point by its id.
type Points func(id string) (Point, bool)

// Cells finds the unit in which the plan asks for a filed value; its error says
// what is wrong with the cell's source or parameter.
type Cells func(filing.Cell) (quantity.Unit, error)
