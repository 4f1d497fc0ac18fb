package board

import (
	"time"

	"lingtan/lang"
)

// Wall is the screen of the dispatch hall: the year so far, and what moves.
// What moves by the second comes by the stream, to the points named here.
type Wall struct {
	Overview
	LiveNode string    `json:"live_node" doc:"事件流中全矿节点 | the mine's node in the stream"`
	Section  []Binding `json:"section" doc:"剖面图各处由哪些点供数 | which points feed each place of the section"`
	Supply   Supply    `json:"supply"`
	Events   []Event   `json:"events" doc:"新的在前,至多 40 条 | newest first, at most 40"`
}

// Binding tells which points of the stream feed a place of the mine section.
type Binding struct {
	Place   string    `json:"place" doc:"intake_air、return_air、return_ch4、face_ch4、vent_pure、drained_mixed、drained_pure、drained_ch4、used_pure、power_grid、power_gas、power_pv、coal"`
	Title   lang.Text `json:"title"`
	Unit    string    `json:"unit" doc:"显示的单位 | in which it is shown"`
	Combine string    `json:"combine" enum:"sum,max,range" doc:"多点如何合成 | how several points become one number"`
	Feeds   []Feed    `json:"feeds"`
	Missing lang.Text `json:"missing,omitzero" doc:"没有点 | no point is there"`
}

// Feed is one point of a place: take field of its values, times scale.
type Feed struct {
	Point string    `json:"point"`
	Name  lang.Text `json:"name"`
	Field string    `json:"field" enum:"value,rate" doc:"values.value 或 values.rate"`
	Scale float64   `json:"scale" doc:"乘以它即为显示的单位 | times this it is in the binding's unit"`
}

// Supply is where today's power came from.
type Supply struct {
	Day     string         `json:"day"`
	Step    string         `json:"step" enum:"15 min,1 h" doc:"读数够密才到一刻钟 | quarters only where readings are dense enough"`
	Unit    string         `json:"unit" doc:"MW"`
	Series  []SupplySeries `json:"series"`
	Share   Figure         `json:"share" doc:"今日自发清洁电占比 | today's share of self-generated clean power"`
	Missing lang.Text      `json:"missing,omitzero"`
}

// SupplySeries is one kind of supply through the day, mean power of each step.
type SupplySeries struct {
	Key    string     `json:"key" enum:"grid,gas,pv"`
	Group  string     `json:"group" enum:"c-power,c-green,c-pv" doc:"颜色 | colour"`
	Title  lang.Text  `json:"title"`
	Values []*float64 `json:"values" doc:"自日初起每步一个;未知为 null | one for each step of the day so far; null: not known"`
	Energy Figure     `json:"energy" doc:"今日电量 | energy today"`
}

// Event is something that happened a while ago or lasts.
type Event struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Kind     string    `json:"kind" enum:"alarm,device,clash,counter"`
	Severity string    `json:"severity" enum:"note,warning,severe" doc:"按告警规则 | as the alarm's rule says"`
	State    string    `json:"state" doc:"raised、acknowledged、cleared;设备 up、down、faulty 等"`
	Title    lang.Text `json:"title"`
	Text     lang.Text `json:"text"`
	Subject  string    `json:"subject,omitempty" doc:"测点、设备等的编号 | id of the point, device …"`
}
