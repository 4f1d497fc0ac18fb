package bundle

import (
	"archive/zip"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/standard"
)

// The files of a month's package, beside those that a bundle has as well.
const (
	monthFile   = "month.json"
	remarksFile = "remarks.json"
	formsFile   = "forms/grid.json"
	sheetFile   = "forms/grid.xlsx"
	pageFile    = "forms/grid.html"
	evidenceDir = "evidence/"
)

// monthFormat names the layout of a month's package.
const monthFormat = "lingtan-month-1"

// MonthSource is where the package of a month comes from.
type MonthSource struct {
	Document  filing.Month
	Name      lang.Text            // of the mine
	Steps     []filing.Passed      // of the month
	Filings   []filing.Filing      // of the month, corrected ones included
	Remarks   []filing.Remark      // of the month
	Entries   []ledger.Entry       // without a gap, from the first about the month to the last
	Papers    []Paper              // of the filings and remarks
	Forms     []byte               // the grid as JSON
	Sheet     []byte               // as XLSX
	Page      []byte               // as HTML
	Inventory *inventory.Inventory // closed from the month; nil when there is none
}

// Paper is a file of evidence with a way to its bytes; nil where the mine keeps
// the file elsewhere or it may not be opened.
type Paper struct {
	evidence.File
	Open func() (io.ReadCloser, error)
}

// monthDocument is month.json: what the package holds and what it was packed from.
type monthDocument struct {
	Site      string          `json:"site"`
	Name      lang.Text       `json:"name"`
	Month     filing.Month    `json:"month"`
	Steps     []filing.Passed `json:"steps"`
	Filings   int             `json:"filings"`
	Files     []packedPaper   `json:"files"`
	Inventory *closedMonth    `json:"inventory,omitempty"`
}

// packedPaper is a file of evidence in the package.
type packedPaper struct {
	Path string `json:"path,omitempty"` // absent where the file is not packed
	evidence.File
}

// closedMonth tells the inventory that was closed from the month.
type closedMonth struct {
	ID     string           `json:"id"`
	Hash   string           `json:"hash"`
	Totals []standard.Total `json:"totals"`
}

// WriteMonth packs a month. Equal sources give equal bytes: its instants are
// those of the book, none is the one of packing.
func WriteMonth(ctx context.Context, w io.Writer, s MonthSource) (Manifest, error) {
	name := s.Document.Site + " " + s.Document.Month
	if len(s.Entries) == 0 {
		return Manifest{}, fault.Conflict.Say(lang.T("账本里没有 %s 的条目", "the ledger has no entry about %s"), name)
	}
	first, last := s.Entries[0], s.Entries[len(s.Entries)-1]
	m := Manifest{
		Format: monthFormat, Site: s.Document.Site, Month: s.Document.Month, Made: last.At.UTC().Truncate(time.Second),
		From: ledger.Head{Seq: first.Seq - 1, Hash: first.Prev}, Head: last.Head(),
	}
	if s.Inventory != nil {
		m.Inventory, m.Hash = s.Inventory.ID, s.Inventory.Hash
	}
	if err := pack(w, &m, func(p *writer) error { return p.month(ctx, s) }); err != nil {
		return m, fmt.Errorf("package %s: %w", name, err)
	}
	return m, nil
}

// Slice keeps the entries from the first about the month to the last, with all
// that stand between: only without a gap does each prove the one before.
func (s MonthSource) Slice(entries iter.Seq2[ledger.Entry, error]) ([]ledger.Entry, error) {
	about := map[string]bool{s.Document.Month: true}
	for _, f := range s.Filings {
		about[f.ID] = true
	}
	for _, r := range s.Remarks {
		about[r.ID] = true
	}
	if s.Inventory != nil {
		about[s.Inventory.ID] = true
	}
	var out []ledger.Entry
	last := 0
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		if about[e.Subject] {
			last = len(out) + 1
		}
		if last > 0 {
			out = append(out, e)
		}
	}
	return out[:last], nil
}

func (p *writer) month(ctx context.Context, s MonthSource) error {
	doc := s.document()
	steps := []func() error{
		func() error { return p.bytes(readmeFile, []byte(monthReadme)) },
		func() error { return p.json(monthFile, doc) },
		func() error { return p.json(filingsFile, s.Filings) },
		func() error { return p.json(remarksFile, s.Remarks) },
		func() error { return p.ledger(s.Entries) },
		func() error { return p.bytes(formsFile, s.Forms) },
		func() error { return p.bytes(sheetFile, s.Sheet) },
		func() error { return p.bytes(pageFile, s.Page) },
	}
	if s.Inventory != nil {
		steps = append(steps, func() error { return p.json(inventoryFile, s.Inventory) })
	}
	for _, paper := range s.papers() {
		if paper.Open != nil {
			steps = append(steps, func() error { return p.paper(paper) })
		}
	}
	for _, put := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := put(); err != nil {
			return err
		}
	}
	slices.SortFunc(p.files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

func (s MonthSource) papers() []Paper {
	return slices.SortedFunc(slices.Values(s.Papers), func(a, b Paper) int { return cmp.Compare(a.SHA256, b.SHA256) })
}

func (s MonthSource) document() monthDocument {
	doc := monthDocument{Site: s.Document.Site, Name: s.Name, Month: s.Document, Steps: s.Steps, Filings: len(s.Filings), Files: []packedPaper{}}
	for _, paper := range s.papers() {
		doc.Files = append(doc.Files, packedPaper{paper.Path(), paper.File})
	}
	if inv := s.Inventory; inv != nil {
		doc.Inventory = &closedMonth{inv.ID, inv.Hash, inv.Content.Result.Totals}
	}
	return doc
}

// Path is where the file lies in the package, so that it is told apart from one
// of the same name and still found by it; empty where it is not packed.
func (p Paper) Path() string {
	if p.Open == nil {
		return ""
	}
	return evidenceDir + p.SHA256[:16] + "-" + evidence.CleanName(p.Name)
}

// paper packs a file of evidence as it is: PDF and JPEG are packed already.
func (p *writer) paper(paper Paper) error {
	in, err := paper.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	w, done, err := p.create(paper.Path(), zip.Store)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, in); err != nil {
		return fmt.Errorf("%s: %w", paper.Name, err)
	}
	return done()
}

const monthReadme = `零碳月度存证包 / Lingtan evidence package of a month

lingtan verify 本文件.zip    离线核对每个字节、账本链、填报值、表格与证据。
lingtan verify THIS.zip      checks every byte, the chain of the ledger, the filed values, the forms and the evidence, offline.

month.json       月份、各步审核、证据清单、清单编号与合计   the month, its steps, its files, the inventory and its totals
forms/           填报表:grid.json、grid.xlsx、grid.html     the forms: for programs, for a spreadsheet, for a reader
filings.json     填报值及其更正                              filed values and their corrections
remarks.json     说明、退回与意见                            reasons, returns and comments
evidence/        证据文件,文件名前为其 SHA-256 开头          the files of evidence, behind the beginning of their SHA-256
inventory.json   由本月关账的清单(如有)                     the inventory closed from the month, where there is one
ledger.jsonl     账本片段,首尾相接的哈希链                  a slice of the ledger, a hash chain without a gap
manifest.json    文件清单与 SHA-256;片段起止的序号与哈希      the files and their SHA-256; where the slice begins and ends
压缩包注释       其前全部字节的 SHA-256                      the archive's comment: SHA-256 of every byte before it
`
