// Package board owns what boards show: the numbers of the overview and of the
// wall, each computed from readings and filings as they stand, with its
// definition, its formula with the numbers put in, and what it is made of.
package board

import (
	"time"

	"lingtan/lang"
)

// Kind says how a figure came about.
type Kind string

// The kinds of figure.
const (
	Measured Kind = "measured" // all of it from meters
	Filed    Kind = "filed"    // all of it from documents and registers
	Mixed    Kind = "mixed"    // from both
	Forecast Kind = "forecast" // of time that has not passed yet
	Estimate Kind = "estimate" // of a month that still runs, or spread over its days
)

// Figure is one number with everything a reader may ask of it. A value that is
// not known is null and says why; it is never zero for want of data.
type Figure struct {
	ID         string    `json:"id" doc:"稳定,可作地址参数 fig= | stable, for the address as fig="`
	Title      lang.Text `json:"title"`
	Value      *string   `json:"value" doc:"十进制数,至多九位小数;未知为 null | a decimal of at most nine places; null: not known, see missing"`
	Unit       string    `json:"unit" doc:"如 tCO2e、%、tCO2e/t;纯数为空 | empty for a plain number"`
	Period     string    `json:"period" doc:"2025、2025-03 或 2025-01..2025-10"`
	Kind       Kind      `json:"kind" enum:"measured,filed,mixed,forecast,estimate"`
	Coverage   *float64  `json:"coverage" doc:"有读数的时间占比 0…1;无表计为 null | share of the time measured; null: no meters"`
	Estimated  *float64  `json:"estimated" doc:"插补与替代小时占比 | share of hours interpolated or substituted"`
	Newest     time.Time `json:"newest,omitzero" doc:"所用读数的最新时刻 | the newest reading in it"`
	Definition lang.Text `json:"definition"`
	Formula    lang.Text `json:"formula" doc:"代入数字的公式 | the formula with the numbers put in"`
	Inputs     []Input   `json:"inputs"`
	Ref        Ref       `json:"ref"`
	Change     *Change   `json:"change,omitempty" doc:"与上年同期相比 | against the same months of the year before"`
	Trend      []Sample  `json:"trend,omitempty" doc:"逐月 | by month"`
	Lacking    []string  `json:"lacking,omitempty" doc:"未计入的参数,如 post-mining#raw_coal@2025-03 | parameters left out"`
	LackCount  int       `json:"lacking_count"`
	Missing    lang.Text `json:"missing,omitzero" doc:"为何没有数 | why there is no value"`
}

// Input is a number that a figure was computed from.
type Input struct {
	Title lang.Text `json:"title"`
	Value *string   `json:"value"`
	Unit  string    `json:"unit"`
	Ref   Ref       `json:"ref"`
}

// Ref tells what a number is made of, as GET …/working/{period}/lines and
// …/amounts ask for it. A field that is empty does not narrow.
type Ref struct {
	Period   string   `json:"period,omitempty" doc:"一个月或一段 | a month or a stretch of them"`
	Node     string   `json:"node,omitempty"`
	Source   string   `json:"source,omitempty"`
	Category string   `json:"category,omitempty"`
	Group    string   `json:"group,omitempty" doc:"c-vam、c-drain、c-s1、c-power、c-heat"`
	Scope    string   `json:"scope,omitempty" doc:"1、2"`
	Line     string   `json:"line,omitempty" doc:"计算卡 | opens the calculation card"`
	Cells    []string `json:"cells,omitempty" doc:"填报格,如 post-mining#raw_coal | filed cells"`
	Points   []string `json:"points,omitempty"`
	Register string   `json:"register,omitempty" doc:"矿点文件的登记:vehicle、measure、budget | a register of the site file"`
}

// Change compares a figure with the same months of the year before.
type Change struct {
	Period     string    `json:"period" doc:"所比的期间 | the period compared with"`
	Before     *string   `json:"before"`
	Difference *string   `json:"difference" doc:"本期减上年同期,单位同前 | this less before, in the figure's unit"`
	Share      *string   `json:"share" doc:"变化率,0.05 为增 5% | relative, 0.05 is 5 % more"`
	Missing    lang.Text `json:"missing,omitzero"`
}

// Sample is one month of a figure's course.
type Sample struct {
	Period string  `json:"period"`
	Value  *string `json:"value"`
}

// Head says what a board was asked for and from what it was computed.
type Head struct {
	Site        string    `json:"site"`
	Name        lang.Text `json:"name"`
	From        string    `json:"from" doc:"首月 | first month"`
	To          string    `json:"to" doc:"末月 | last month"`
	Period      string    `json:"period" doc:"2025-01..2025-10"`
	Node        string    `json:"node,omitempty"`
	NodeName    lang.Text `json:"node_name"`
	Edition     string    `json:"edition"`
	EditionName lang.Text `json:"edition_name"`
	GWP         string    `json:"gwp"`
	FactorSet   string    `json:"factor_set"`
	TotalID     string    `json:"total_id" doc:"所示合计在标准中的编号 | the edition's total that is shown"`
	TotalName   lang.Text `json:"total_name"`
	Plan        int       `json:"plan_version"`
	At          time.Time `json:"at" doc:"计算时刻 | when it was computed"`
	Newest      time.Time `json:"newest,omitzero" doc:"数据截至 | data up to"`
	YearElapsed float64   `json:"year_elapsed" doc:"末月所在年到末月末(不晚于此刻)已过的占比 | share of the year gone by at the end of the last month"`
	Tally       Tally     `json:"tally"`
}

// Tally counts the months asked for by how far they have come.
type Tally struct {
	Months    int `json:"months"`
	Closed    int `json:"closed" doc:"已关账 | with a closed inventory"`
	Locked    int `json:"locked"`
	Approved  int `json:"approved"`
	Submitted int `json:"submitted"`
	Draft     int `json:"draft"`
	Missing   int `json:"missing" doc:"没有数据 | without any data"`
}

// Group is a part of the stack with the colour it is known by.
type Group struct {
	Key   string    `json:"key" enum:"c-vam,c-drain,c-s1,c-power,c-heat"`
	Title lang.Text `json:"title"`
	Scope string    `json:"scope"`
}

// How far a month has come, beyond the states of its filing.
const (
	FromClosed   = "closed"   // of the closed inventory
	FromWorking  = "working"  // as it would be closed now
	FromOpen     = "open"     // the month still runs
	FromForecast = "forecast" // has not begun, or was not asked for
	FromNothing  = "missing"  // nothing is known
)
