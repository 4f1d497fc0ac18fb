package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const (
	// DefaultBatch is how many readings are handed over at once. With DuckDB two
	// million take a quarter longer in batches of 32,768; a kill repeats a tenth
	// of a second's work.
	DefaultBatch = 131_072
	// DefaultMaxRejects is how many rejects are listed: more is a wrong mapping.
	DefaultMaxRejects = 100_000
)

// Import brings one file in. Killed at any moment it goes on, run again, behind
// the last row that was durable; what was delivered is not delivered again.
type Import struct {
	Path    string
	Mapping *Mapping

	Points Points // for readings
	Sink   Sink
	Marks  Marks

	Cells Cells // for filings
	Filer Filer
	Site  string
	By    string

	Now        func() time.Time // the clock of the rate, and of filings
	DryRun     bool             // understand everything, write nothing
	Force      bool             // import a file that was imported before
	Seq        int64            // of the readings: a corrected file carries a higher one
	MaxBytes   int64
	Batch      int
	MaxRejects int64
	Rejects    string // the file of rejects; "" is beside the imported one
	Lang       lang.Tag
	Progress   func(Progress) // may be nil
}

// run is one import under way.
type run struct {
	Import
	survey  survey
	report  Report
	table   Table
	rejects rejects
	after   int64 // rows up to here are durable already
	key     string

	bytes int64
	rows  int64
	phase string
	began time.Time
	told  time.Time
}

// Run imports the file. Its report is good as far as it goes also where there
// is an error.
func (im Import) Run(ctx context.Context) (report Report, err error) {
	r := &run{Import: im.withDefaults()}
	defer func() { report = r.report }()
	r.report = Report{File: im.Path, DryRun: im.DryRun}
	if err := r.look(ctx); err != nil {
		return r.report, err
	}
	if err := r.marks(ctx); err != nil {
		return r.report, err
	}
	r.start("import")
	if r.table, err = r.survey.open(r.Mapping.Dialect, r.count); err != nil {
		return r.report, err
	}
	defer func() { err = errors.Join(err, r.table.Close(), r.rejects.drop()) }()
	if r.Mapping.Kind == KindFilings {
		err = r.importFilings(ctx)
	} else {
		err = r.importReadings(ctx)
	}
	var told *fault.Fault
	if err != nil && !errors.As(err, &told) { // a fault says its place, and wrapping would hide those joined to it
		err = fmt.Errorf("import %s: %w", filepath.Base(im.Path), err)
	}
	if err != nil {
		return r.report, err
	}
	r.tell()
	if err := r.rejects.keep(); err != nil {
		return r.report, err
	}
	if r.rejects.kept > 0 {
		r.report.RejectsFile = r.rejects.path
	}
	return r.report, nil
}

func (im Import) withDefaults() Import {
	if im.MaxBytes <= 0 {
		im.MaxBytes = DefaultMaxBytes
	}
	if im.Batch <= 0 || im.Batch > reading.MaxBatch/2 { // a last wide row may overshoot it
		im.Batch = DefaultBatch
	}
	if im.MaxRejects <= 0 {
		im.MaxRejects = DefaultMaxRejects
	}
	if im.Rejects == "" {
		im.Rejects = im.Path + ".errors.csv"
	}
	if im.Progress == nil {
		im.Progress = func(Progress) {}
	}
	return im
}

func (r *run) look(ctx context.Context) (err error) {
	r.start("look")
	r.survey, err = look(ctx, r.Path, r.MaxBytes, func(n int64) {
		r.count(n)
		r.progress()
	})
	r.report.Bytes, r.report.SHA256, r.report.Format = r.survey.bytes, r.survey.sha256, r.survey.format
	if r.survey.format == CSV {
		r.report.Encoding = "utf-8"
		if !r.survey.utf8 {
			r.report.Encoding = "gb18030"
		}
	}
	path := r.Rejects
	if r.DryRun {
		path = ""
	}
	r.rejects = rejects{path: path, file: filepath.Base(r.Path), tag: r.Lang, most: r.MaxRejects}
	return err
}

// importReadings decodes on one goroutine and delivers on this one, so that the
// engine's commit and the reading of the next batch overlap.
func (r *run) importReadings(ctx context.Context) error {
	d, err := newDecoder(r.Mapping, r.table.Columns(), r.Points, r.Path)
	if err != nil {
		return err
	}
	d.seq = r.Seq
	if book, ok := r.table.(interface{ Date1904() bool }); ok {
		d.clock.base1904 = book.Date1904()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches := make(chan reading.Batch, 1)
	decoded := make(chan error, 1)
	go func() {
		defer close(batches)
		decoded <- r.decode(ctx, d, batches)
	}()
	err = r.deliver(ctx, batches)
	if err != nil {
		cancel() // and the decoder ends
	}
	if wrong := <-decoded; err == nil {
		err = wrong
	}
	d.summarise(&r.report)
	return err
}

// deliver hands batches to the sink until there are no more.
func (r *run) deliver(ctx context.Context, batches <-chan reading.Batch) error {
	for b := range batches {
		if r.DryRun {
			continue
		}
		n := len(b.Readings)
		receipt, err := r.Sink.Accept(ctx, b)
		if err != nil {
			return err
		}
		r.report.Delivered += int64(n)
		r.report.Receipt.Accepted += receipt.Accepted
		r.report.Receipt.Bad += receipt.Bad
		r.report.Receipt.Quarantined += receipt.Quarantined
	}
	return nil
}

// decode reads the table to its end and sends batches of what is not yet
// durable. Rows that are go through the decoder all the same, so that clock,
// counts and list of rejects come out as in one go.
func (r *run) decode(ctx context.Context, d *decoder, out chan<- reading.Batch) error {
	last := 0
	for {
		row, err := r.next(ctx)
		var bad *Malformed
		switch {
		case errors.Is(err, io.EOF):
			return r.finish(ctx, d, last, out)
		case errors.As(err, &bad):
			d.malformed()
			err = r.refused(bad.Reject)
		case err == nil:
			before := len(d.out)
			if d.row(row); int64(row.Number) <= r.after {
				d.out = d.out[:before]
			}
			last = row.Number
			for _, j := range d.rejects {
				err = errors.Join(err, r.refused(j))
			}
		}
		if err != nil {
			return err
		}
		if len(d.out) >= r.Batch {
			if err := r.send(ctx, d, out, reading.Mark{Key: r.key, Pos: int64(last)}); err != nil {
				return err
			}
		}
	}
}

// finish sends the rest with the mark that says the file is done.
func (r *run) finish(ctx context.Context, d *decoder, last int, out chan<- reading.Batch) error {
	if err := r.whole(); err != nil {
		return err
	}
	mark, err := r.doneMark(d.tally.Rows)
	if err != nil {
		return err
	}
	return r.send(ctx, d, out, reading.Mark{Key: r.key, Pos: int64(last)}, mark)
}

func (r *run) send(ctx context.Context, d *decoder, out chan<- reading.Batch, marks ...reading.Mark) error {
	select {
	case out <- reading.Batch{Readings: d.out, Marks: marks}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	d.out = make([]reading.Reading, 0, r.Batch+r.Batch/8)
	return nil
}

// next reads a row and tells the progress.
func (r *run) next(ctx context.Context) (Row, error) {
	row, err := r.table.Next()
	var told *fault.Fault
	if errors.As(err, &told) {
		err = told.At(fault.Place{File: r.Path})
	}
	if r.rows++; r.rows%progressEvery == 0 {
		if ctx.Err() != nil {
			return row, context.Cause(ctx)
		}
		r.progress()
	}
	return row, err
}

// refused keeps a reject in the file, and the first of them in the report.
func (r *run) refused(j Reject) error {
	if len(r.report.Examples) < examples {
		r.report.Examples = append(r.report.Examples, j)
	}
	return r.rejects.add(j)
}
