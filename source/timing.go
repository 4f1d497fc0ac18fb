package source

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// timing is how the instants of a file are written.
type timing struct {
	columns []string
	layouts []string
	// either holds two layouts that read every row: which of 1/2 is the month.
	either []string
	cells  []string // what was read
}

// likelyLayouts are the layouts a file is tried with, the commonest first.
// A number that counts is tried only where the column is headed as a time.
var (
	likelyLayouts = mustCompile("yyyy-MM-dd HH:mm:ss", "yyyy/M/d H:mm:ss", "yyyy-MM-dd HH:mm", "yyyy/M/d H:mm", "yyyy-MM-ddTHH:mm:ss", "rfc3339", //nolint:gochecknoglobals // a constant table
		"yyyy年M月d日 H:mm:ss", "yyyy年M月d日 H时m分s秒", "yyyy年M月d日 H时m分", "yyyy年M月d日 H时", "yyyy年M月d日H时m分", "yyyy.M.d H:mm:ss", "yyyy.M.d H:mm",
		"d/M/yyyy H:mm:ss", "M/d/yyyy H:mm:ss", "d/M/yyyy H:mm", "M/d/yyyy H:mm", "d-M-yyyy H:mm:ss", "d-M-yyyy H:mm", "d.M.yyyy H:mm:ss", "d.M.yyyy H:mm",
		"yyyyMMddHHmmss", "yyyyMMdd HH:mm:ss", "yyyyMMdd HH:mm", "yyyy-MM-dd", "yyyy/M/d", "yyyy年M月d日", "yyyyMMdd", "d/M/yyyy", "M/d/yyyy")
	countLayouts = mustCompile("excel", "unix", "unix_ms") //nolint:gochecknoglobals // a constant table
)

// ambiguous are the layouts that read each other's times.
var ambiguous = [...][2]string{ //nolint:gochecknoglobals // a constant table
	{"d/M/yyyy H:mm:ss", "M/d/yyyy H:mm:ss"}, {"d/M/yyyy H:mm", "M/d/yyyy H:mm"}, {"d/M/yyyy", "M/d/yyyy"},
}

var (
	timeHeads   = []string{"时间", "时刻", "日期", "采集时间", "数据时间", "监测时间", "time", "date", "datetime", "timestamp", "t", "ts"} //nolint:gochecknoglobals // a constant table
	hourPattern = regexp.MustCompile(`^\d{1,2}:\d{2}(:\d{2})?$`)
)

// time finds the column of instants, or the two of a date and an hour.
func (g *guessing) time() {
	for c := range g.cols {
		if g.timed(c, nil) {
			g.hours(c)
			g.settle()
			return
		}
	}
	g.ask("没有找到时间列:在 [time] 写 column 与 layouts;没有时间的文件写 start 与 step",
		"no column of times was found: write column and layouts under [time], or start and step for a file without times")
}

// timed tries a column as the time, together with the one of hours if there is one.
func (g *guessing) timed(col int, hours []string) bool {
	cells := g.cells(col)
	if len(cells) == 0 {
		return false
	}
	for i := range cells {
		if hours != nil {
			cells[i] += " " + hours[min(i, len(hours)-1)]
		}
	}
	tried := likelyLayouts
	if headed := slices.Contains(timeHeads, plainName(g.head.Columns[col])); headed && g.numeric(col) {
		tried = slices.Concat(countLayouts, likelyLayouts)
	} else if g.numeric(col) {
		return false // 20240601 may be a number
	}
	names := covering(tried, cells)
	if names == nil {
		return false
	}
	g.times = timing{columns: []string{g.head.Columns[col]}, layouts: names, cells: cells}
	g.cols[col].Use = UseTime
	return true
}

// settle leaves to a person which of 1/2 is the month, where the file does not tell.
func (g *guessing) settle() {
	for _, pair := range ambiguous {
		if t := &g.times; len(t.layouts) == 1 && slices.Contains(pair[:], t.layouts[0]) && reads(pair[0], t.cells) && reads(pair[1], t.cells) {
			t.layouts, t.either = nil, pair[:]
			g.ask("时间 %q 的日与月分不清:在 [time] layouts 中二选一", "in the time %q day and month cannot be told apart: choose one of the layouts under [time]", t.cells[0])
		}
	}
}

// hours joins the column behind a date where it has the hour of the day.
func (g *guessing) hours(date int) {
	for c := range g.cols {
		cells := g.cells(c)
		if g.cols[c].Use != "" || len(cells) == 0 || slices.ContainsFunc(cells, func(s string) bool { return !hourPattern.MatchString(s) }) {
			continue
		}
		before := g.times
		if slices.ContainsFunc(before.layouts, func(l string) bool { return strings.Contains(l, "H") }) || !g.timed(date, cells) {
			g.times = before
			return
		}
		g.times.columns = append(g.times.columns, g.head.Columns[c])
		g.cols[c].Use = UseTime
		return
	}
}

// covering finds the fewest layouts that read nine of ten cells.
func covering(tried []layout, cells []string) []string {
	const most = 3
	var names []string
	for rest := cells; len(rest)*10 > len(cells); {
		best, left := "", rest
		for i := range tried {
			if miss := unread(&tried[i], rest); len(miss) < len(left) {
				best, left = tried[i].name, miss
			}
		}
		if best == "" || len(names) == most {
			return nil
		}
		names, rest = append(names, best), left
	}
	return names
}

// unread gives the cells that a layout does not read.
func unread(l *layout, cells []string) []string {
	c := clock{layouts: []layout{*l}, zone: time.UTC}
	var out []string
	for _, cell := range cells {
		if _, bad := c.read([]byte(cell)); bad != nil {
			out = append(out, cell)
		}
	}
	return out
}

func reads(name string, cells []string) bool {
	l, err := compile(name)
	return err == nil && len(unread(&l, cells)) == 0
}
