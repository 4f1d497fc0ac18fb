package source

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

const (
	previewRows  = 5  // rows shown as they were understood
	previewCells = 12 // readings shown of each
	examples     = 20 // rejects told in the report; all are in their file
)

// Tally counts what was read.
type Tally struct {
	Rows     int64 `json:"rows"`
	Readings int64 `json:"readings"`
	Missing  int64 `json:"missing"`  // cells that say there is no value
	Rejected int64 `json:"rejected"` // rows or cells that could not be understood
	Unknown  int64 `json:"unknown"`  // rows of points the site does not have
}

// Report tells what an import did, or in a dry run would do. After a resume its
// counts are those of the whole file; Delivered and Receipt are this run's.
type Report struct {
	File      string    `json:"file"`
	SHA256    string    `json:"sha256"`
	Bytes     int64     `json:"bytes"`
	Format    string    `json:"format"`
	Encoding  string    `json:"encoding,omitempty"`
	DryRun    bool      `json:"dry_run"`
	Tally               // flat in JSON
	Filings   int       `json:"filings"`
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
	Resumed   int64     `json:"resumed_after_row,omitempty"`
	Delivered int64     `json:"delivered"`
	// Receipt adds up what the sink said of the batches of this run.
	Receipt     reading.Receipt `json:"receipt"`
	RejectsFile string          `json:"rejects_file,omitempty"` // "" when there are none
	Examples    []Reject        `json:"examples,omitempty"`
	Unknowns    []Unknown       `json:"unknowns,omitempty"`
	Points      []Summary       `json:"points,omitempty"`
	Preview     []Preview       `json:"preview,omitempty"`
	Warnings    []lang.Text     `json:"warnings,omitempty"`
}

// Unknown is a point that a long file names and that takes no readings.
type Unknown struct {
	Point  string    `json:"point"`
	Rows   int64     `json:"rows"`
	Row    int       `json:"row"` // the first
	Reason lang.Text `json:"reason"`
}

// Summary tells what a file has of one point.
type Summary struct {
	Point    string            `json:"point"`
	Readings int64             `json:"readings"`
	First    time.Time         `json:"first,omitzero"`
	Last     time.Time         `json:"last,omitzero"`
	Sum      quantity.Quantity `json:"sum"` // exact; means something for a delta only
	// Back and Same count the stamps that lie before, or at, the one above them.
	Back    int64 `json:"back,omitempty"`
	Same    int64 `json:"same,omitempty"`
	BackRow int   `json:"back_row,omitempty"` // the first such row
}

// Preview is a row as it was understood.
type Preview struct {
	Row   int             `json:"row"`
	Cells []Understanding `json:"cells"`
}

// Understanding is one reading of a preview.
type Understanding struct {
	Point   string    `json:"point"`
	At      time.Time `json:"at"`
	Value   float64   `json:"value"`
	Unit    string    `json:"unit"`
	Quality string    `json:"quality"`
}

// goesBack warns of time that runs backwards, which is most often a wrong
// layout or a row of 0:00 that ends its day.
func goesBack(s Summary, zone *time.Location) lang.Text {
	return lang.T("测点 %s 的时间从第 %d 行起 %d 次倒退(末 %s);若 0:00 表示当日结束,写 midnight = \"same_day\",并核对日月顺序",
		`the times of point %s go back %[3]d times, first at row %[2]d (last is %[4]s); where 0:00 ends its day write midnight = "same_day", and check the order of day and month`).
		Format(s.Point, s.BackRow, s.Back, s.Last.In(zone).Format(time.DateTime))
}

// Fault tells a reject of the report as a fault.
func (r Report) Fault(j Reject) *fault.Fault { return j.Fault(r.File) }
