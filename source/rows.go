package source

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// row appends the readings of one row to d.out and puts what it cannot
// understand into d.rejects. One bad cell costs that cell, a bad time the row.
func (d *decoder) row(r Row) {
	n := d.rows
	d.rows++
	d.tally.Rows++
	d.rejects = d.rejects[:0]
	before := len(d.out)
	if d.m.Long != nil {
		d.longRow(r, n)
	} else {
		d.wideRow(r, n)
	}
	if len(d.preview) < previewRows && len(d.out) > before {
		d.show(r, d.out[before:])
	}
}

// malformed counts a row that the table could not make out. It is a row of the
// file all the same: where rows are the clock, it has its tick.
func (d *decoder) malformed() {
	d.rows++
	d.tally.Rows++
	d.tally.Rejected++
}

func (d *decoder) wideRow(r Row, n int64) {
	at, ok := d.instant(r, n)
	if !ok {
		return
	}
	for _, t := range d.wide {
		d.take(r, t, at)
	}
}

func (d *decoder) longRow(r Row, n int64) {
	label := bytes.TrimSpace(r.Cells[d.pointAt])
	t := d.long[string(label)]
	if t == nil {
		if u := d.unknown[string(label)]; u != nil {
			u.Rows++
			d.tally.Unknown++
			return
		}
		if t = d.meet(string(label), r.Number); t == nil {
			d.tally.Unknown++
			return
		}
	}
	if at, ok := d.instant(r, n); ok {
		d.take(r, t, at)
	}
}

// instant tells the time of a row.
func (d *decoder) instant(r Row, n int64) (int64, bool) {
	if d.step > 0 {
		return d.start + n*d.step, true
	}
	cell := r.Cells[d.stamp[0]]
	if len(d.stamp) > 1 {
		d.joined = d.joined[:0]
		for i, c := range d.stamp {
			if i > 0 {
				d.joined = append(d.joined, ' ')
			}
			d.joined = append(d.joined, bytes.TrimSpace(r.Cells[c])...)
		}
		cell = d.joined
	}
	at, bad := d.clock.read(cell)
	if bad != nil {
		d.refuse(bad, r.Number, strings.Join(d.m.Time.Columns, " "))
		return 0, false
	}
	return at, true
}

// take reads one cell as a reading of its target.
func (d *decoder) take(r Row, t *target, at int64) {
	cell := bytes.TrimSpace(r.Cells[t.cell])
	if len(cell) == 0 || d.figures && d.missing[string(cell)] {
		d.tally.Missing++
		return
	}
	v, bad := d.m.Dialect.numeral.read(cell, &t.by)
	if bad != nil {
		if d.missing[fold(string(cell))] {
			d.tally.Missing++
			return
		}
		d.refuse(bad, r.Number, t.label)
		return
	}
	quality := reading.Good
	if t.quality >= 0 {
		mark := bytes.TrimSpace(r.Cells[t.quality])
		var known bool
		if quality, known = d.m.Dialect.qualities[string(mark)]; !known && len(mark) > 0 {
			d.refuse(reject(mark, lang.T("[quality] 中列出的质量记号", "a mark of quality listed under [quality]"),
				lang.T("在映射文件 [quality] 中写明它的含义", "say under [quality] of the mapping what it means")), r.Number, t.label)
			return
		}
	}
	if at += t.shift; at < reading.Oldest {
		d.refuse(tooOld(cell), r.Number, t.label)
		return
	}
	t.note(at, v, r.Number)
	d.tally.Readings++
	d.out = append(d.out, reading.Reading{Series: t.series, T: at, V: v, Q: quality, Seq: d.seq})
}

func (d *decoder) refuse(bad *Reject, row int, column string) {
	d.tally.Rejected++
	d.rejects = append(d.rejects, bad.at(row, column))
}

// note keeps what the summary tells of a point.
func (t *target) note(at int64, v float64, row int) {
	s := &t.summary
	switch {
	case s.Readings == 0:
		t.lowest, t.highest = at, at
	case at < t.last:
		if s.Back++; s.BackRow == 0 {
			s.BackRow = row
		}
	case at == t.last:
		s.Same++
	}
	t.last, t.lowest, t.highest = at, min(t.lowest, at), max(t.highest, at)
	s.Readings++
	if math.Abs(v) <= reading.MaxValue {
		t.sum = t.sum.Add(reading.Nano(v))
	}
}

// meet looks a long file's point up the first time it is named; nil takes no
// readings, and is told once.
func (d *decoder) meet(label string, row int) *target {
	l := d.m.Long
	id, renamed := l.Points[label]
	if !renamed {
		id = label
	}
	t := &target{label: l.Value, cell: d.valueAt, quality: d.qualityAt}
	p, known := d.points(id)
	reason := lang.T("矿点没有这个测点", "the site has no such point")
	if known {
		err := d.aim(t, id, p, l.Unit, l.HasUnit, l.Scale)
		if err == nil {
			d.long[label] = t
			return t
		}
		reason = lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN))
	}
	if len(d.unknown) < maxUnknown {
		d.unknown[label] = &Unknown{Point: shown([]byte(label)), Rows: 1, Row: row, Reason: reason}
		d.rejects = append(d.rejects, reject([]byte(label), lang.T("可接收读数的测点:%s", "a point that takes readings: %s").Format(reason),
			lang.T("在 [long] points 中改名,或先在矿点文件中定义它", "rename it under points of [long], or define it in the site file")).at(row, l.Point))
	}
	return nil
}

// show keeps a row as it was understood.
func (d *decoder) show(r Row, readings []reading.Reading) {
	p := Preview{Row: r.Number}
	for _, x := range readings[:min(len(readings), previewCells)] {
		u := Understanding{At: x.At().In(d.clock.zone), Value: x.V, Quality: qualityName(x.Q)}
		for _, t := range d.targets() {
			if t.series == x.Series {
				u.Point, u.Unit = t.point, t.unit.String()
			}
		}
		p.Cells = append(p.Cells, u)
	}
	d.preview = append(d.preview, p)
}

func qualityName(q reading.Quality) string {
	for name, quality := range qualityWords {
		if quality == q {
			return name
		}
	}
	return ""
}

// targets lists the points met, by id.
func (d *decoder) targets() []*target {
	all := slices.Clone(d.wide)
	for _, t := range d.long {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *target) int { return strings.Compare(a.point, b.point) })
	return all
}
