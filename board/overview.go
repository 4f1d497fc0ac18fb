package board

import (
	"time"

	"lingtan/activity"
	"lingtan/lang"
)

// Overview is the board 综合概览.
type Overview struct {
	Head
	Total      Figure    `json:"total"`
	Scopes     []Figure  `json:"scopes" doc:"范围一、范围二 | scope 1, scope 2"`
	Beside     []Figure  `json:"beside" doc:"标准的其他合计,如市场口径 | the edition's other totals, such as market-based"`
	Year       Year      `json:"year"`
	Tiles      []Figure  `json:"tiles" doc:"gas_utilisation、electrification、reduction_year、intensity、self_supply、reduction_2030"`
	Groups     []Group   `json:"groups"`
	Months     []Month   `json:"months" doc:"首年一月至末年十二月 | January of the first year to December of the last"`
	Sources    []Ranked  `json:"sources" doc:"大的在前 | largest first"`
	Gas        Balance   `json:"gas"`
	Measures   Measures  `json:"measures"`
	Days       []Day     `json:"days" doc:"所选各月的每一天 | each day of the months asked for"`
	DaysMethod lang.Text `json:"days_method"`
	Quality    Quality   `json:"quality"`
}

// Year is the year of the last month against its budget.
type Year struct {
	Year     int       `json:"year"`
	Budget   Figure    `json:"budget"`
	ToDate   Figure    `json:"to_date" doc:"一月至末月 | January to the last month"`
	Allowed  Figure    `json:"allowed" doc:"同期预算 | the budget of those months"`
	Used     Figure    `json:"used" doc:"已用占全年 | share of the year's budget used"`
	Left     Figure    `json:"left"`
	Forecast Figure    `json:"forecast" doc:"全年预测 | the whole year"`
	Method   lang.Text `json:"method" doc:"预测方法 | how the forecast is made"`
}

// Month is a bar of the stack.
type Month struct {
	Period    string    `json:"period"`
	Asked     bool      `json:"asked" doc:"在所选期间内 | within the period asked for"`
	From      string    `json:"from" enum:"closed,working,open,forecast,missing"`
	State     string    `json:"state,omitempty" enum:"draft,submitted,approved,locked" doc:"填报状态;没有填报为空 | of its filings; empty where nothing is filed"`
	StateName lang.Text `json:"state_name,omitzero"`
	Inventory string    `json:"inventory,omitempty" doc:"已关账清单的编号 | of the closed inventory"`
	Version   int       `json:"version,omitempty"`
	Total     Figure    `json:"total"`
	Parts     []Part    `json:"parts"`
	Budget    *Figure   `json:"budget,omitempty"`
	Expected  *Figure   `json:"expected,omitempty" doc:"未过完或缺数的月预计全月多少 | what a month that runs or lacks is expected to come to"`
}

// Part is one group's share of a month.
type Part struct {
	Group string `json:"group" enum:"c-vam,c-drain,c-s1,c-power,c-heat"`
	Figure
}

// Ranked is a row of the sources.
type Ranked struct {
	Figure
	Source string    `json:"source"`
	Group  string    `json:"group" enum:"c-vam,c-drain,c-s1,c-power,c-heat"`
	Org    string    `json:"org"`
	Share  *string   `json:"share" doc:"占合计,0.25 为四分之一 | of the total"`
	How    lang.Text `json:"how" doc:"怎样得来 | how it is obtained"`
}

// Balance is the gas balance as a Sankey: nodes, and links that carry figures.
type Balance struct {
	State   lang.Text  `json:"state" doc:"气体状态 | the reference state of all volumes"`
	Unit    string     `json:"unit"`
	Nodes   []GasNode  `json:"nodes"`
	Links   []GasLink  `json:"links"`
	Rates   []Figure   `json:"rates" doc:"瓦斯利用率、抽采率 | utilisation and drainage rate"`
	Checks  []GasCheck `json:"checks"`
	Missing lang.Text  `json:"missing,omitzero"`
}

// GasNode is a station of the gas on its way: liberated, vent, drain, then uses.
type GasNode struct {
	Figure
	Node  string `json:"node" doc:"liberated、vent、drain、vam_vented、vam_used、vented、flared、use:<source>、use:other"`
	Group string `json:"group" enum:"c-ctx,c-vam,c-drain,c-green" doc:"颜色 | colour"`
}

// GasLink is gas that goes from one node to another.
type GasLink struct {
	From  string  `json:"from"`
	To    string  `json:"to"`
	Value *string `json:"value"`
}

// GasCheck compares what meters say on two sides of the same gas.
type GasCheck struct {
	ID        string    `json:"id"`
	Title     lang.Text `json:"title"`
	In        Figure    `json:"in"`
	Out       Figure    `json:"out"`
	Imbalance Figure    `json:"imbalance" doc:"入减出 | in less out"`
	Share     *string   `json:"share" doc:"不平衡占入量 | of what goes in"`
}

// Measures is the register of reduction measures against its plan.
type Measures struct {
	Items  []Measure   `json:"items"`
	Years  []Milestone `json:"years" doc:"登记的各年 | each year of the register"`
	Target []Figure    `json:"target" doc:"到末年与到 2030 年的计划累计 | planned up to the year shown and to 2030"`
	Note   lang.Text   `json:"note"`
}

// Measure is one reduction project.
type Measure struct {
	ID       string    `json:"id"`
	Name     lang.Text `json:"name"`
	Category string    `json:"category"`
	Status   string    `json:"status"`
	Org      string    `json:"org"`
	Planned  Figure    `json:"planned" doc:"到末年计划累计 | planned up to the year shown"`
	Through  Figure    `json:"through_2030"`
	Measured Figure    `json:"measured" doc:"实测减排;算不出为 null | measured; null where it can not be computed"`
}

// Milestone is what the register plans of a year.
type Milestone struct {
	Year       int    `json:"year"`
	Planned    string `json:"planned" doc:"tCO2e,当年新增 | added in the year"`
	Cumulative string `json:"cumulative"`
}

// Day is one day of the calendar.
type Day struct {
	Date     string            `json:"date"`
	Value    *string           `json:"value" doc:"tCO2e"`
	Coverage *float64          `json:"coverage"`
	Parts    map[string]string `json:"parts,omitempty" doc:"按组 | by group"`
}

// Quality is how far the data can be trusted, and what is left to do.
type Quality struct {
	Coverage  Figure   `json:"coverage"`
	Estimated Figure   `json:"estimated"`
	Missing   []string `json:"missing_months"`
	Counts    Counts   `json:"counts"`
	ToDo      []ToDo   `json:"todo" doc:"要紧的在前,至多 100 条 | most urgent first, at most 100"`
	More      int      `json:"more" doc:"未列出的条数 | how many are not listed"`
}

// Counts are the findings by severity.
type Counts struct {
	Hard    int `json:"hard"`
	Explain int `json:"explain"`
	Note    int `json:"note"`
}

// ToDo is something a person should see to.
type ToDo struct {
	ID        string            `json:"id"`
	Code      string            `json:"code"`
	Severity  activity.Severity `json:"severity" enum:"hard,explain,note"`
	Owner     string            `json:"owner,omitempty" doc:"部门/岗位 | unit/duty"`
	OwnerName lang.Text         `json:"owner_name,omitzero"`
	Source    string            `json:"source,omitempty"`
	Points    []string          `json:"points,omitempty"`
	Cell      string            `json:"cell,omitempty" doc:"待填的格 | the cell to fill"`
	Periods   []string          `json:"periods,omitempty"`
	Due       time.Time         `json:"due,omitzero"`
	Text      lang.Text         `json:"text"`
	Hint      lang.Text         `json:"hint,omitzero"`
}
