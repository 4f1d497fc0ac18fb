package board

import (
	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
)

// Origin tells where a month's lines come from.
type Origin struct {
	Period    string    `json:"period"`
	From      string    `json:"from" enum:"closed,working,open,missing" doc:"已关账的清单、此刻试算、未到月末、无数据 | the closed inventory, computed now, a month that still runs, no data"`
	Inventory string    `json:"inventory,omitempty" doc:"已关账清单的编号 | of the closed inventory"`
	Version   int       `json:"version,omitempty"`
	Lacking   []string  `json:"lacking,omitempty" doc:"未计入的参数 | parameters left out"`
	Missing   lang.Text `json:"missing,omitzero"`
}

// Lines are the lines of a period: of closed inventories where there are, else
// as they would be computed now.
type Lines struct {
	Period    string   `json:"period"`
	Edition   string   `json:"edition"`
	GWP       string   `json:"gwp"`
	FactorSet string   `json:"factor_set"`
	TotalID   string   `json:"total_id"`
	Origins   []Origin `json:"origins" doc:"各月的来历 | of each month"`
	Sum       string   `json:"sum" doc:"所列各行中计入合计的部分,tCO2e | of the listed lines that the total counts"`
	Items     []Line   `json:"items"`
}

// Line is a line without its workings.
type Line struct {
	ID         string            `json:"id" doc:"打开计算卡 | opens the calculation card"`
	From       string            `json:"from" enum:"closed,working,open"`
	Source     string            `json:"source"`
	Name       lang.Text         `json:"name"`
	Item       string            `json:"item,omitempty"`
	Period     string            `json:"period"`
	Category   string            `json:"category"`
	Groups     []string          `json:"groups" enum:"c-vam,c-drain,c-s1,c-power,c-heat" doc:"归入哪些组 | the groups it belongs to"`
	Scope      string            `json:"scope,omitempty"`
	Basis      string            `json:"basis"`
	Counted    bool              `json:"counted" doc:"计入所示合计 | counted by the total shown"`
	Gas        string            `json:"gas"`
	Mass       quantity.Quantity `json:"mass" doc:"精确值 | exact"`
	CO2e       string            `json:"co2e" doc:"tCO2e"`
	Clause     string            `json:"clause"`
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C"`
}

// Card is the calculation card of a line of a period, closed or not.
type Card struct {
	Origin
	Card inventory.Card `json:"card"`
}
