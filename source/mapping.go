package source

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
	"lingtan/site"
)

// MaxMapping is the longest mapping file read; 10,000 columns need a third of it.
const MaxMapping = 4 << 20

// The kinds of a mapping.
const (
	KindReadings = "readings"
	KindFilings  = "filings"
)

// Mapping says how the rows of a file are understood. It is a TOML text that
// the mine's people write; docs/formats.md describes it.
type Mapping struct {
	Name    string // the mapping's file
	SHA256  string // of its bytes
	Kind    string
	Title   lang.Text
	Missing []string // tokens that mean no value, besides the usual ones
	Dialect Dialect
	Time    Time
	Columns []Column // wide form: a column is a point
	Long    *Long    // long form: a row is a reading
	Filing  *Filing
}

// Time says how the instant of a row is found.
type Time struct {
	Columns  []string // joined with a space
	Layouts  []string
	Zone     *time.Location
	Stamp    string // "start" or "end" of an interval; "" is the instant itself
	Interval time.Duration
	Midnight bool // 0:00 ends the day whose date it carries
	// Start and Step stamp a file that has no times: its first row is Start.
	Start time.Time
	Step  time.Duration
	at    fault.Place
}

// Column makes a column of a wide file the readings of a point.
type Column struct {
	Name    string
	Point   string
	Unit    quantity.Unit
	HasUnit bool // otherwise the file is in the point's unit
	Scale   *big.Rat
	Quality string // the column that tells the quality; "" is none
	at      func(key string) fault.Place
}

// Long says where a long file has the point, the value and the quality.
type Long struct {
	Point   string
	Value   string
	Quality string
	Unit    quantity.Unit
	HasUnit bool
	Scale   *big.Rat
	Points  map[string]string // the file's names of the site's points
	at      func(key string) fault.Place
}

// Filing names the columns of filed values; Fixed stands where the file has no
// such column.
type Filing struct {
	Columns map[string]string // field to column
	Fixed   map[string]string // field to value
	at      func(key string) fault.Place
}

// filingFields are what a row of filed values may tell.
var filingFields = []string{"source", "parameter", "month", "quantity", "unit", "how", "note", "evidence"} //nolint:gochecknoglobals // a constant table

// qualityWords are the qualities a mapping may name.
var qualityWords = map[string]reading.Quality{ //nolint:gochecknoglobals // a constant table
	"good": reading.Good, "manual": reading.Manual, "suspect": reading.Suspect, "bad": reading.Bad,
}

// ParseMapping reads a mapping file and tells every fault of it at once.
func ParseMapping(name string, data []byte) (*Mapping, error) {
	if len(data) > MaxMapping {
		return nil, fault.Invalid.Say(lang.T("映射文件 %d 字节,上限 %d", "mapping file of %d bytes, at most %d"), len(data), MaxMapping).
			Do(lang.T("检查是否把数据文件当作了映射文件", "check that it is not the data file")).At(fault.Place{File: name})
	}
	doc, err := site.Open(name, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	m := &Mapping{Name: name, SHA256: hex.EncodeToString(sum[:])}
	r := doc.Read()
	r.Unknown("mapping", "file", "time", "quality", "column", "long", "filing")
	m.head(r)
	m.dialect(doc, r)
	if m.Kind == KindFilings {
		m.filing(doc, r)
	} else {
		m.readings(doc, r)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Mapping) head(r *site.Reader) {
	s := r.Table("mapping")
	if s == nil {
		return
	}
	defer s.Close()
	m.Kind = s.Choice("kind", KindReadings, KindFilings)
	m.Title = s.Name("title")
	m.Missing = s.Texts("missing")
}

func (m *Mapping) readings(doc *site.Document, r *site.Reader) {
	m.time(r)
	for _, s := range r.Tables("column") {
		m.Columns = append(m.Columns, readColumn(s))
	}
	if present(doc, "long") {
		m.Long = readLong(r.Table("long"))
	}
	if (m.Long == nil) == (len(m.Columns) == 0) {
		r.Fail(fault.Invalid.Say(lang.T("读数映射要么有 [[column]](宽表),要么有 [long](长表)", "a mapping of readings has either [[column]] (wide) or [long]")).
			Do(lang.T("一列一个测点写 [[column]],一行一条读数写 [long]", "write [[column]] where a column is a point, [long] where a row is a reading")), fault.Place{File: doc.Name})
	}
	m.columnsOnce(r)
	if present(doc, "filing") {
		r.Fail(fault.Invalid.Say(lang.T("kind 是 readings,却有 [filing]", "kind is readings, yet there is [filing]")).
			Do(lang.T("填报表写 kind = \"filings\"", `write kind = "filings" for filed values`)), doc.Place("filing"))
	}
	if present(doc, "quality") {
		m.qualities(r.Table("quality"))
	}
}

// columnsOnce refuses two columns of one point: which of them would count is
// nobody's to guess.
func (m *Mapping) columnsOnce(r *site.Reader) {
	seen := map[string]string{}
	for _, c := range m.Columns {
		if other, twice := seen[c.Point]; twice && c.Point != "" {
			r.Fail(fault.Invalid.Say(lang.T("测点 %s 已由列 %q 给出", "point %s is given by column %q already"), c.Point, other).
				Do(lang.T("每个测点只写一列", "give each point one column")), c.at("point"))
		}
		seen[c.Point] = c.Name
	}
}

// present tells whether a section is written, so that Table does not fault its absence.
func present(doc *site.Document, name string) bool { return doc.Line(name) > 0 }

func (m *Mapping) time(r *site.Reader) {
	s := r.Table("time")
	if s == nil {
		return
	}
	defer s.Close()
	t := &m.Time
	t.at = s.Place("")
	t.Zone = readZone(s)
	r.Zone = t.Zone
	t.Columns, t.Layouts = s.Texts("column"), s.Texts("layouts")
	t.Stamp = s.Text("stamp")
	if t.Stamp != "" {
		t.Stamp = s.Choice("stamp", "end", "start")
	}
	t.Interval = s.Duration("interval")
	t.Midnight = s.Choice("midnight", "as_written", "same_day") == "same_day"
	t.Start, t.Step = s.Instant("start"), s.Duration("step")
	for i, l := range t.Layouts {
		if _, err := compile(l); err != nil {
			s.Fail("layouts", fault.At(err, fault.Place{Column: "layouts " + string(rune('1'+i))}))
		}
	}
	if !t.Start.IsZero() && t.Start.UnixMilli() < reading.Oldest {
		s.Wrong("start", lang.T("1990 年以后的时刻", "an instant from 1990"))
	}
	switch byRow := !t.Start.IsZero() || t.Step > 0; {
	case byRow && (t.Start.IsZero() || t.Step == 0 || len(t.Columns) > 0):
		s.Fail("start", fault.Invalid.Say(lang.T("start 与 step 须同时写,且不写 column", "start and step go together, and without column")).
			Do(lang.T("文件有时间列就写 column 与 layouts,没有才写 start 与 step", "write column and layouts if the file has times, start and step if it has none")))
	case !byRow && len(t.Columns) == 0:
		s.Need("column")
	case !byRow && len(t.Layouts) == 0 && m.Dialect.Format != Parquet:
		s.Need("layouts") // which of 1/2 is the month is never guessed
	}
}

// readZone reads a zone's name or a fixed offset such as +08:00. Without one,
// times are the clock of China, where there has been no summer time since 1991.
func readZone(s *site.Section) *time.Location {
	name := s.Text("zone")
	if name == "" {
		name = "Asia/Shanghai"
	}
	if ms, rest, ok := cutOffset([]byte(name)); ok && len(rest) == 0 {
		return time.FixedZone(name, int(ms/1000))
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		s.Wrong("zone", lang.T("时区名如 Asia/Shanghai,或固定时差如 +08:00", "the name of a zone such as Asia/Shanghai, or an offset such as +08:00"))
		return time.UTC
	}
	return zone
}

func readColumn(s *site.Section) Column {
	defer s.Close()
	s.Need("name", "point")
	c := Column{Name: s.Text("name"), Point: s.Text("point"), Scale: readScale(s), Quality: s.Text("quality"), at: s.Place}
	c.Unit, c.HasUnit = s.Unit("unit")
	return c
}

func readLong(s *site.Section) *Long {
	if s == nil {
		return nil
	}
	defer s.Close()
	s.Need("point", "value")
	l := &Long{Point: s.Text("point"), Value: s.Text("value"), Quality: s.Text("quality"), Scale: readScale(s), Points: s.Pairs("points"), at: s.Place}
	l.Unit, l.HasUnit = s.Unit("unit")
	return l
}

func readScale(s *site.Section) *big.Rat {
	if r := s.Ratio("scale"); r != nil {
		return r
	}
	return big.NewRat(1, 1)
}

func (m *Mapping) qualities(s *site.Section) {
	if s == nil {
		return
	}
	defer s.Close()
	m.Dialect.qualities = map[string]reading.Quality{}
	for word, quality := range qualityWords {
		for _, token := range s.Texts(word) {
			m.Dialect.qualities[strings.TrimSpace(token)] = quality
		}
	}
}

func (m *Mapping) filing(doc *site.Document, r *site.Reader) {
	s := r.Table("filing")
	if s == nil {
		return
	}
	defer s.Close()
	f := &Filing{Columns: map[string]string{}, Fixed: s.Pairs("fixed"), at: s.Place}
	for _, field := range filingFields {
		if c := s.Text(field); c != "" {
			f.Columns[field] = c
		}
	}
	if fixed := s.Table("fixed"); fixed != nil {
		for _, field := range filingFields {
			fixed.Has(field)
		}
		fixed.Close()
	}
	for _, field := range filingFields[:4] {
		if f.Columns[field] == "" && f.Fixed[field] == "" {
			s.Need(field)
		}
	}
	for _, other := range []string{"time", "column", "long", "quality"} {
		if present(doc, other) {
			r.Fail(fault.Invalid.Say(lang.T("kind 是 filings,却有 %s", "kind is filings, yet there is %s"), other).
				Do(lang.T("填报表只写 [filing]", "filed values need [filing] alone")), doc.Place(other))
		}
	}
	m.Filing = f
}
