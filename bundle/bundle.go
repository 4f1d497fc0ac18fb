// Package bundle owns the evidence bundle: one archive that holds an inventory
// and everything it was computed from, so that anybody with this program can
// recompute it offline, with no database, and find a single changed byte. And
// the package of a month: what was filed, on which papers, who reviewed it, with
// the slice of the ledger that proves it.
//
// It is a zip. manifest.json names every file with its SHA-256; the archive's
// comment is the SHA-256 of every byte before it, so that nothing of the
// container itself can be changed unseen either.
package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/period"
	"lingtan/reading"
)

// The files of a bundle.
const (
	manifestFile  = "manifest.json"
	readmeFile    = "README.txt"
	inventoryFile = "inventory.json"
	siteFile      = "site.toml"
	factorsFile   = "factors.csv"
	filingsFile   = "filings.json"
	ledgerFile    = "ledger.jsonl"
	pointsFile    = "points.json"
	hoursFile     = "hours.csv"
	openFile      = "readings/open.parquet"
	readingsDir   = "readings/"
)

// Margin is how far readings beside the period are packed, for the hours at
// its edges lie between readings on both sides.
const Margin = 40 * 24 * time.Hour

// format names the layout, so that a later program can tell an older bundle.
const format = "lingtan-bundle-1"

// Manifest lists what a bundle holds.
type Manifest struct {
	Format    string      `json:"format"`
	Site      string      `json:"site,omitempty"`  // of a month's package
	Month     string      `json:"month,omitempty"` // of a month's package
	Inventory string      `json:"inventory"`
	Hash      string      `json:"hash"` // the inventory's
	Made      time.Time   `json:"made"`
	From      ledger.Head `json:"from,omitzero"` // the place before the first entry packed
	Head      ledger.Head `json:"head"`          // of the site's chain when it was made, or of the last entry packed
	Files     []File      `json:"files"`
}

// File is one file of a bundle.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Source is where a bundle's contents come from.
type Source struct {
	Inventory inventory.Inventory
	Mine      *inventory.Mine
	Factors   []byte // the factor set's table, byte for byte
	Filings   []filing.Filing
	Ledger    iter.Seq2[ledger.Entry, error] // the site's whole chain
	Series    func(point string) (reading.ID, bool)
	Readings  reading.Series
	Segments  []reading.Segment
	// Open opens a sealed segment.
	Open func(s reading.Segment) (io.ReadCloser, error)
	// Encode writes readings in reading.Compare order as a segment file.
	Encode func(w io.Writer, rs iter.Seq2[reading.Reading, error]) error
	Now    func() time.Time
}

// writer packs files and remembers their hashes.
type writer struct {
	zip   *zip.Writer
	made  time.Time
	files []File
}

// Write packs a bundle. progress may be nil.
func Write(ctx context.Context, w io.Writer, s Source, progress func(file string)) (Manifest, error) {
	m := Manifest{Format: format, Inventory: s.Inventory.ID, Hash: s.Inventory.Hash, Made: s.Now().UTC().Truncate(time.Second)}
	err := pack(w, &m, func(p *writer) (err error) {
		m.Head, err = p.contents(ctx, s, progress)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("bundle %s: %w", s.Inventory.ID, err)
	}
	return m, nil
}

// pack writes an archive: what fill puts in, the manifest of it, the seal.
func pack(w io.Writer, m *Manifest, fill func(*writer) error) error {
	seal := newSealer(w)
	z := zip.NewWriter(seal)
	p := &writer{zip: z, made: m.Made}
	if err := fill(p); err != nil {
		return err
	}
	m.Files = p.files
	if err := p.json(manifestFile, m); err != nil {
		return err
	}
	if err := z.SetComment(placeholder); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return seal.Close()
}

func (p *writer) contents(ctx context.Context, s Source, progress func(string)) (ledger.Head, error) {
	var head ledger.Head
	var entries []ledger.Entry
	for e, err := range s.Ledger {
		if err != nil {
			return head, err
		}
		head = e.Head()
		entries = append(entries, e)
	}
	points := pointsOf(s)
	steps := []struct {
		name string
		put  func() error
	}{
		{readmeFile, func() error { return p.bytes(readmeFile, []byte(readme)) }},
		{inventoryFile, func() error { return p.json(inventoryFile, s.Inventory) }},
		{siteFile, func() error { return p.bytes(siteFile, s.Mine.Text) }},
		{factorsFile, func() error { return p.bytes(factorsFile, s.Factors) }},
		{filingsFile, func() error { return p.json(filingsFile, s.Filings) }},
		{ledgerFile, func() error { return p.ledger(entries) }},
		{pointsFile, func() error { return p.json(pointsFile, points) }},
		{hoursFile, func() error { return p.hours(ctx, s, points) }},
		{readingsDir, func() error { return p.readings(ctx, s, points) }},
	}
	for _, step := range steps {
		if progress != nil {
			progress(step.name)
		}
		if err := ctx.Err(); err != nil {
			return head, err
		}
		if err := step.put(); err != nil {
			return head, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return head, nil
}

// pointsOf numbers the series the plan's parameters are fed by: points, gases
// and what the gases are made of.
func pointsOf(s Source) map[string]reading.ID {
	out := map[string]reading.ID{}
	add := func(point string) {
		if id, ok := s.Series(point); ok {
			out[point] = id
		}
	}
	for _, par := range s.Mine.Plan.Parameters {
		for _, point := range slices.Concat(par.Points, par.Minus) {
			add(point)
			if g, ok := s.Mine.Site.Gas(point); ok {
				for _, input := range g.Inputs() {
					add(input)
				}
			}
		}
	}
	return out
}

func ids(points map[string]reading.ID) []reading.ID {
	out := make([]reading.ID, 0, len(points))
	for _, id := range points {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// span is the period with its margins, in ms.
func span(inv inventory.Inventory, mine *inventory.Mine) (p period.Period, from, to int64, err error) {
	p, err = mine.Site.Calendar.Parse(inv.Content.Period)
	if err != nil {
		return p, 0, 0, err
	}
	from, to = p.Millis()
	return p, from - Margin.Milliseconds(), to + Margin.Milliseconds(), nil
}

// hours packs the derived hours of the period as a table a person can read.
func (p *writer) hours(ctx context.Context, s Source, points map[string]reading.ID) error {
	per, _, _, err := span(s.Inventory, s.Mine)
	if err != nil {
		return err
	}
	from, to := per.Millis()
	var b bytes.Buffer
	b.WriteString(hoursHeader)
	for h, err := range s.Readings.Hours(ctx, reading.Query{Series: ids(points), From: from, To: to}) {
		if err != nil {
			return err
		}
		writeHour(&b, h)
	}
	return p.bytes(hoursFile, b.Bytes())
}

// readings packs the sealed segments that touch the period whole, for their
// hashes stand in the ledger, and the readings of the points that are not
// sealed yet beside them.
func (p *writer) readings(ctx context.Context, s Source, points map[string]reading.ID) error {
	_, from, to, err := span(s.Inventory, s.Mine)
	if err != nil {
		return err
	}
	sealed := map[string]bool{}
	for _, g := range s.Segments {
		if g.To < from || g.From >= to {
			continue
		}
		sealed[g.Month] = true
		if err := p.segment(s, g); err != nil {
			return err
		}
	}
	open := func(yield func(reading.Reading, error) bool) {
		for r, err := range s.Readings.Scan(ctx, reading.Query{Series: ids(points), From: from, To: to}) {
			if err == nil && sealed[time.UnixMilli(r.T).UTC().Format("2006-01")] {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
	w, done, err := p.create(openFile, zip.Store)
	if err != nil {
		return err
	}
	if err := s.Encode(w, open); err != nil {
		return err
	}
	return done()
}

func (p *writer) segment(s Source, g reading.Segment) error {
	in, err := s.Open(g)
	if err != nil {
		return err
	}
	defer in.Close()
	w, done, err := p.create(readingsDir+g.Name, zip.Store)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, in); err != nil {
		return err
	}
	return done()
}

// create begins a file; done ends it and notes its hash.
func (p *writer) create(name string, method uint16) (io.Writer, func() error, error) {
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: p.made})
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.New()
	count := &counter{}
	done := func() error {
		p.files = append(p.files, File{Name: name, Bytes: count.n, SHA256: hex.EncodeToString(sum.Sum(nil))})
		return nil
	}
	return io.MultiWriter(w, sum, count), done, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

func (p *writer) bytes(name string, data []byte) error {
	w, done, err := p.create(name, zip.Deflate)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	return done()
}

// ledger packs the chain, an entry a line: their bodies are hashed as they
// stand, so no space is put in and no letter escaped.
func (p *writer) ledger(entries []ledger.Entry) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, e := range entries {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return p.bytes(ledgerFile, b.Bytes())
}

func (p *writer) json(name string, v any) error {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return p.bytes(name, data)
}

const readme = `零碳证据包 / Lingtan evidence bundle

lingtan verify 本文件.zip    离线重算全部内容并核对每个字节。
lingtan verify THIS.zip      recomputes everything offline and checks every byte.

inventory.json   清单:活动数据、计算行与合计            the inventory: activities, lines, totals
site.toml        矿点文件与监测计划                      the site file with its monitoring plan
factors.csv      所用因子库                              the factor set
filings.json     填报值及其更正                          filed values and their corrections
hours.csv        各计量点小时量(纳单位整数)            hour amounts of the points, whole nano units
readings/        原始读数(Parquet),封存段的哈希在账本中  raw readings; the hashes of sealed segments stand in the ledger
ledger.jsonl     本矿账本(哈希链)                      the mine's ledger, a hash chain
manifest.json    文件清单与 SHA-256                      the files and their SHA-256
压缩包注释       其前全部字节的 SHA-256                  the archive's comment: SHA-256 of every byte before it
`
