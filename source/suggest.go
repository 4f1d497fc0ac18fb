package source

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lingtan/lang"
	"lingtan/quantity"
)

// Known is a point that a suggestion may choose.
type Known struct {
	ID   string
	Name lang.Text
	Unit quantity.Unit
}

// The uses of a column.
const (
	UseTime    = "time"
	UsePoint   = "point"   // wide form: its cells are a point's readings
	UseLabel   = "label"   // long form: its cells name points
	UseValue   = "value"   // and these are their readings
	UseQuality = "quality" // of the long form's readings
	UseField   = "field"   // of a filed value
)

// Guess is what a column most likely is.
type Guess struct {
	Name  string  `json:"name"`
	Use   string  `json:"use,omitempty" enum:"time,point,label,value,quality,field" doc:"用途,空为不用 | what it is for; empty is nothing"`
	Point string  `json:"point,omitempty"`
	Field string  `json:"field,omitempty" doc:"填报表的字段 | of a filed value: which part of it"`
	Unit  string  `json:"unit,omitempty"`
	Sure  float64 `json:"sure,omitempty" doc:"把握,0 至 1 | how sure the point is, 0 to 1"`
}

// Suggestion is a mapping to begin with. It is a person's to correct: Open says
// what the file alone does not tell.
type Suggestion struct {
	Kind    string      `json:"kind" enum:"readings,filings"`
	Columns []Guess     `json:"columns"`
	Mapping string      `json:"mapping" doc:"映射文件(TOML) | mapping file (TOML)"`
	Open    []lang.Text `json:"open,omitempty" doc:"须由人决定之处 | what a person has to decide"`
}

// guessing is a suggestion under way.
type guessing struct {
	head   Head
	known  []Known
	zone   string
	cols   []Guess
	times  timing
	labels map[string]string // long form: the file's names of points
	marks  map[string][]string
	open   []lang.Text
}

// Suggest guesses a mapping from the beginning of a file: times by how they are
// written, points by their names and units. zone is the mine's.
func Suggest(h Head, known []Known, zone string) Suggestion {
	g := &guessing{head: h, known: known, zone: zone, cols: make([]Guess, len(h.Columns))}
	for i, name := range h.Columns {
		g.cols[i].Name = name
	}
	s := Suggestion{Kind: KindReadings}
	if g.filed() {
		s.Kind = KindFilings
	} else {
		g.time()
		if !g.long() {
			g.wide()
		}
	}
	s.Columns, s.Open = g.cols, g.open
	s.Mapping = g.write(s.Kind)
	return s
}

func (g *guessing) ask(zh, en string, args ...any) {
	g.open = append(g.open, lang.T(zh, en).Format(args...))
}

// cells gives what a column says, without what says nothing.
func (g *guessing) cells(col int) []string {
	var out []string
	for _, row := range g.head.Rows {
		if !slices.Contains(missingTokens, row[col]) {
			out = append(out, row[col])
		}
	}
	return out
}

// filedNames are how people head the columns of filed values, by the mapping's field.
var filedNames = map[string][]string{ //nolint:gochecknoglobals // a constant table
	"source": {"排放源", "源", "source"}, "parameter": {"参数", "parameter"}, "month": {"月份", "月", "month"},
	"quantity": {"数值", "数量", "值", "quantity", "value", "amount"}, "unit": {"单位", "unit"}, "how": {"方式", "how"},
	"note": {"说明", "备注", "note", "remark"}, "evidence": {"凭证", "证据", "evidence"},
}

// filed tells whether the columns are those of filed values.
func (g *guessing) filed() bool {
	found := map[string]int{}
	for field, names := range filedNames {
		if i := slices.IndexFunc(g.head.Columns, func(c string) bool { return slices.Contains(names, plainName(c)) }); i >= 0 {
			found[field] = i
		}
	}
	for _, field := range filingFields[:4] {
		if _, has := found[field]; !has {
			return false
		}
	}
	for field, i := range found {
		g.cols[i].Use, g.cols[i].Field = UseField, field
	}
	return true
}

// wide gives columns to points, the surest first: a point takes one column and
// a column is one point.
func (g *guessing) wide() {
	type pair struct {
		col, point int
		sure       float64
	}
	var pairs []pair
	names := keysOf(g.known)
	for c := range g.cols {
		if g.cols[c].Use != "" || !g.numeric(c) {
			continue
		}
		name, unit := cutUnit(g.head.Columns[c])
		key := keyOf(name)
		for p := range g.known {
			if sure := likeness(key, names[p], unit, g.known[p].Unit); sure >= leastSure {
				pairs = append(pairs, pair{c, p, sure})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.sure, a.sure) })
	taken := map[int]bool{}
	for _, x := range pairs {
		if g.cols[x.col].Use == "" && !taken[x.point] {
			taken[x.point] = true
			g.cols[x.col] = g.point(x.col, g.known[x.point], x.sure)
		}
	}
	if len(taken) == 0 {
		g.ask("没有一列的名称像本矿的测点:在 [[column]] 中写明哪一列是哪个测点", "no column is named like a point of the mine: say under [[column]] which column is which point")
	}
}

func (g *guessing) point(col int, p Known, sure float64) Guess {
	_, unit := cutUnit(g.head.Columns[col])
	out := Guess{Name: g.head.Columns[col], Use: UsePoint, Point: p.ID, Unit: p.Unit.String(), Sure: sure}
	if unit != "" && convertible(unit, p.Unit) {
		out.Unit = unit
	} else if unit != "" {
		g.ask("列 %q 的单位 %s 与测点 %s 的 %s 不能换算", "column %q is in %s, which does not convert to %[4]s of point %[3]s", out.Name, unit, p.ID, p.Unit.String())
	}
	return out
}

// numeric tells whether a column's cells are numbers, half of them at least.
func (g *guessing) numeric(col int) bool {
	cells, n := g.cells(col), 0
	for _, c := range cells {
		if _, err := strconv.ParseFloat(strings.NewReplacer(",", "", " ", "").Replace(fold(c)), 64); err == nil {
			n++
		}
	}
	return n*2 >= len(cells)
}

// labelHeads and valueHeads head the columns of a long file.
var (
	labelHeads    = []string{"测点", "点号", "位号", "测点编号", "测点名称", "point", "tag", "tagname", "series", "metric"} //nolint:gochecknoglobals // a constant table
	valueHeads    = []string{"值", "数值", "读数", "测值", "监测值", "value", "v", "reading"}                           //nolint:gochecknoglobals // a constant table
	qualityHeads  = []string{"质量", "品质", "状态", "数据状态", "quality", "q", "status", "flag"}                      //nolint:gochecknoglobals // a constant table
	goodMarks     = []string{"正常", "good", "ok", "n", "0", "192", "有效"}                                       //nolint:gochecknoglobals // a constant table
	badMarks      = []string{"断线", "故障", "bad", "f", "d", "error", "无效", "失效"}                                //nolint:gochecknoglobals // a constant table
	doubtfulMarks = []string{"标校", "调校", "uncertain", "suspect", "?", "c", "m", "维护", "超量程"}                  //nolint:gochecknoglobals // a constant table
)

// long finds a file where a row is a reading: one column names points, another
// is their values.
func (g *guessing) long() bool {
	label, sure := g.labelColumn()
	value := g.named(valueHeads, g.numeric)
	if label < 0 || value < 0 {
		return false
	}
	g.cols[label].Use, g.cols[label].Sure = UseLabel, sure
	g.cols[value].Use = UseValue
	_, g.cols[value].Unit = cutUnit(g.head.Columns[value])
	if q := g.named(qualityHeads, func(c int) bool { return g.cols[c].Use == "" }); q >= 0 {
		g.quality(q)
	}
	return true
}

// named finds a column by how it is headed.
func (g *guessing) named(names []string, fits func(col int) bool) int {
	for i, c := range g.head.Columns {
		name, _ := cutUnit(c)
		if g.cols[i].Use == "" && slices.Contains(names, plainName(name)) && fits(i) {
			return i
		}
	}
	return -1
}

// labelColumn finds the column whose cells are names of points; a column that
// is only headed so serves too.
func (g *guessing) labelColumn() (col int, sure float64) {
	ids := map[string]string{}
	for _, p := range g.known {
		ids[p.ID] = p.ID
		for _, name := range []string{p.Name.ZH, p.Name.EN} {
			if _, there := ids[name]; !there && name != "" {
				ids[name] = p.ID
			}
		}
	}
	col = g.named(labelHeads, func(int) bool { return true })
	for c := range g.cols {
		cells := g.cells(c)
		renamed, hits := map[string]string{}, 0
		for _, cell := range cells {
			if id, is := ids[cell]; is && g.cols[c].Use == "" {
				hits++
				if id != cell {
					renamed[cell] = id
				}
			}
		}
		if hits > 0 && hits*2 >= len(cells) {
			g.labels = renamed
			return c, float64(hits) / float64(len(cells))
		}
	}
	if col >= 0 {
		g.ask("测点列 %q 中没有本矿的测点编号或名称:在 [long] points 中写明", "column %q names no point of the mine: list its names under points of [long]", g.head.Columns[col])
	}
	return col, 0
}

// quality takes a column of marks when all of them are known.
func (g *guessing) quality(col int) {
	g.cols[col].Use = UseQuality
	g.marks = map[string][]string{}
	cells := g.cells(col)
	slices.Sort(cells)
	for _, mark := range slices.Compact(cells) {
		word := strings.ToLower(fold(mark))
		switch {
		case slices.Contains(goodMarks, word):
			g.marks["good"] = append(g.marks["good"], mark)
		case slices.Contains(badMarks, word):
			g.marks["bad"] = append(g.marks["bad"], mark)
		case slices.Contains(doubtfulMarks, word):
			g.marks["suspect"] = append(g.marks["suspect"], mark)
		default:
			g.ask("质量记号 %q 的含义须写进 [quality]", "say under [quality] what the mark %q means", mark)
		}
	}
}
