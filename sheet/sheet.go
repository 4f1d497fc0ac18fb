// Package sheet owns the grid of filed values as a workbook: written so that
// only what may be filed can be changed, and read back as the differences from
// what stands now, each with its cell's address.
package sheet

import (
	"time"

	"lingtan/lang"
	"lingtan/quantity"
)

// Grid is what a workbook is written from, and what it is compared with when it
// comes back.
type Grid struct {
	Site   string
	Name   lang.Text // of the mine
	Node   string    // the unit whose rows these are; empty is all of them
	Made   time.Time
	Months []Month
	Rows   []Row
	Cells  map[Key]Cell
}

// Month is a column.
type Month struct {
	Month string // "2026-03"
	State lang.Text
}

// Row is a parameter of a source.
type Row struct {
	ID       string // "source/parameter"
	Group    lang.Text
	Title    lang.Text
	Unit     quantity.Unit
	Units    []quantity.Unit // in which it may be filed, its own among them
	Decimals int
	Note     lang.Text // what the row needs: papers, or that a meter tells it
}

// Key names a cell.
type Key struct{ Row, Month string }

// Cell is what stands in a cell. One that is not in the map has no value and
// takes none.
type Cell struct {
	Open   bool   // may be filed now, by who asks
	Filing string // the id of what stands, the version that a change supersedes
	Has    bool   // a missing value is not zero
	Value  quantity.Quantity
}

// Change is a cell whose value in the workbook is another than the one that
// stands now.
type Change struct {
	Key
	Address string // in the workbook: "填报!F7"
	Before  Cell
	Cleared bool // the cell was emptied
	After   quantity.Quantity
	Stale   bool    // somebody filed another value since the workbook was written
	Errors  []error // why it can not be taken
}

// Diff is what a workbook would change.
type Diff struct {
	Changes   []Change
	Unchanged int // cells that its reader left as they were
}

// Limits on a workbook that comes back.
const (
	MaxRows    = 10_000
	maxColumns = 200
	// MaxSize is the longest workbook: 10,000 rows of a year are 3 MB.
	MaxSize = 10 << 20
)

// The places of the workbook. The keys of rows stand in column A and those of
// months in row 1, both hidden, so that a workbook whose rows were moved is
// still understood.
const (
	format      = "lingtan-grid-1"
	stampSheet  = "lingtan"
	keyRow      = 1
	titleRow    = 2
	hintRow     = 3
	headRow     = 4
	stateRow    = 5
	firstRow    = 6
	keyColumn   = 1
	groupColumn = 2
	titleColumn = 3
	noteColumn  = 4
	unitColumn  = 5
	firstColumn = 6
)

var sheetName = lang.T("填报", "Filing") //nolint:gochecknoglobals // constant
