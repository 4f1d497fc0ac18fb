package source

import (
	"cmp"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/reading"
)

// missingTokens are the cells that mean no value, never zero.
var missingTokens = []string{ //nolint:gochecknoglobals // a constant table
	"", "-", "--", "---", "—", "——", "/", "NULL", "null", "Null", "NaN", "nan", "NA", "N/A", "n/a", "#N/A", "None", "none", "无", "缺测",
}

// maxUnknown bounds how many unknown points are told apart.
const maxUnknown = 10_000

// target is a point that a file has readings of.
type target struct {
	label   string // in the file: the column or the point's name
	point   string
	unit    quantity.Unit
	series  reading.ID
	cell    int // wide form
	quality int // cell; -1 is none
	by      ratio
	shift   int64
	summary Summary
	sum     reading.Wide
	last    int64 // the instant before
	lowest  int64
	highest int64
}

// decoder turns rows into readings.
type decoder struct {
	m                           *Mapping
	points                      Points
	seq                         int64
	clock                       clock
	start                       int64 // of a file without times
	step                        int64
	rows                        int64 // of the table, before this one
	stamp                       []int // cells of the time
	joined                      []byte
	missing                     map[string]bool
	figures                     bool      // some token for missing is itself a number
	wide                        []*target // by column
	long                        map[string]*target
	unknown                     map[string]*Unknown
	pointAt, valueAt, qualityAt int // cells of the long form

	tally   Tally
	out     []reading.Reading
	rejects []Reject // of the last row
	preview []Preview
}

// newDecoder joins a mapping, the columns of a file and the points of a site.
// All that does not fit is told at once, before a row is read.
func newDecoder(m *Mapping, columns []string, points Points, file string) (*decoder, error) {
	d := &decoder{m: m, points: points, missing: map[string]bool{}, long: map[string]*target{}, unknown: map[string]*Unknown{}, qualityAt: -1}
	for _, token := range slices.Concat(missingTokens, m.Missing) {
		token = strings.TrimSpace(token)
		d.missing[token] = true
		_, err := strconv.ParseFloat(token, 64)
		d.figures = d.figures || err == nil && !strings.EqualFold(token, "nan")
	}
	at := header{file: file, names: columns}
	d.times(&at)
	if m.Long != nil {
		d.longForm(&at)
	} else {
		d.wideForm(&at)
	}
	return d, errors.Join(at.faults...)
}

// header finds columns by name and keeps what it does not find.
type header struct {
	file   string
	names  []string
	faults []error
}

func (h *header) find(name string) int {
	i := slices.Index(h.names, name)
	switch {
	case i < 0:
		h.faults = append(h.faults, fault.Invalid.Say(lang.T("没有列 %q", "there is no column %q"), name).
			Do(lang.T("改正映射文件;该文件的列:%s", "correct the mapping; the file's columns: %s"), h.some()).
			At(fault.Place{File: h.file, Column: name}))
	case slices.Contains(h.names[i+1:], name):
		h.faults = append(h.faults, fault.Invalid.Say(lang.T("列名 %q 出现多次", "column %q occurs more than once"), name).
			Do(lang.T("改名后重新导出,或跳过表头并写 names", "rename one, or skip the header and write names")).
			At(fault.Place{File: h.file, Column: name}))
	}
	return i
}

func (h *header) some() string {
	const most = 20
	if len(h.names) <= most {
		return strings.Join(h.names, ", ")
	}
	return strings.Join(h.names[:most], ", ") + ", …"
}

func (d *decoder) times(h *header) {
	t := d.m.Time
	d.clock.zone, d.clock.midnight = t.Zone, t.Midnight
	if !t.Start.IsZero() {
		d.start, d.step = t.Start.UnixMilli(), t.Step.Milliseconds()
		return
	}
	for _, name := range t.Columns {
		d.stamp = append(d.stamp, h.find(name))
	}
	names := t.Layouts
	if len(names) == 0 {
		names = stampLayouts // of Parquet's typed instants; ParseMapping asks all others for theirs
	}
	for _, name := range names {
		l, err := compile(name)
		if err != nil {
			h.faults = append(h.faults, err)
			continue
		}
		d.clock.layouts = append(d.clock.layouts, l)
	}
}

func (d *decoder) wideForm(h *header) {
	for _, c := range d.m.Columns {
		t := &target{label: c.Name, cell: h.find(c.Name), quality: -1}
		if c.Quality != "" {
			t.quality = h.find(c.Quality)
		}
		p, known := d.points(c.Point)
		if !known {
			h.faults = append(h.faults, fault.NotFound.Say(lang.T("矿点没有测点 %q", "the site has no point %q"), c.Point).
				Do(lang.T("改正 point,或先在矿点文件中定义它", "correct point, or define it in the site file")).At(c.at("point")))
			continue
		}
		if err := d.aim(t, c.Point, p, c.Unit, c.HasUnit, c.Scale); err != nil {
			h.faults = append(h.faults, fault.At(err, c.at("unit")))
			continue
		}
		d.wide = append(d.wide, t)
	}
}

func (d *decoder) longForm(h *header) {
	l := d.m.Long
	d.pointAt, d.valueAt = h.find(l.Point), h.find(l.Value)
	if l.Quality != "" {
		d.qualityAt = h.find(l.Quality)
	}
	for name, id := range l.Points {
		if _, known := d.points(id); !known {
			h.faults = append(h.faults, fault.NotFound.Say(lang.T("矿点没有测点 %q(文件中的 %q)", "the site has no point %q (%q in the file)"), id, name).
				Do(lang.T("改正 points,或先在矿点文件中定义它", "correct points, or define it in the site file")).At(l.at("points")))
		}
	}
}

// aim prepares a target's conversion into the point's unit, and the shift
// between the end of the interval that the file stamps and the one that is
// stored.
func (d *decoder) aim(t *target, id string, p Point, unit quantity.Unit, given bool, scale *big.Rat) (err error) {
	if !given {
		unit = p.Unit
	}
	t.point, t.series, t.unit = id, p.Series, p.Unit
	t.summary.Point = id
	if t.by, err = ratioOf(unit, scale, p.Unit); err != nil {
		return err
	}
	stamp, interval := d.m.Time.Stamp, d.m.Time.Interval
	if interval == 0 {
		interval = p.Step
	}
	switch {
	case stamp == "" || p.Stamp == "" || stamp == p.Stamp:
	case interval == 0:
		return fault.Invalid.Say(lang.T("文件的时间是时段的 %s,测点 %s 存 %s,而时段长度未知", "the file stamps the %s of an interval, point %s stores its %s, and the interval is not known"), stamp, id, p.Stamp).
			Do(lang.T("在 [time] 写 interval,如 \"15 min\"", `write interval under [time], such as "15 min"`))
	case stamp == "start":
		t.shift = interval.Milliseconds()
	default:
		t.shift = -interval.Milliseconds()
	}
	return nil
}

// summarise puts what was read into the report.
func (d *decoder) summarise(r *Report) {
	r.Tally, r.Preview = d.tally, d.preview
	for _, u := range d.unknown {
		r.Unknowns = append(r.Unknowns, *u)
	}
	slices.SortFunc(r.Unknowns, func(a, b Unknown) int { return cmp.Compare(a.Row, b.Row) })
	for _, t := range d.targets() {
		s := t.summary
		if s.Readings > 0 {
			s.First, s.Last = time.UnixMilli(t.lowest).In(d.clock.zone), time.UnixMilli(t.highest).In(d.clock.zone)
			if r.First.IsZero() || s.First.Before(r.First) {
				r.First = s.First
			}
			if s.Last.After(r.Last) {
				r.Last = s.Last
			}
		}
		s.Sum = quantity.Nano(t.sum.Big(), t.unit)
		if s.Back > 0 {
			r.Warnings = append(r.Warnings, goesBack(s, d.clock.zone))
		}
		r.Points = append(r.Points, s)
	}
}
