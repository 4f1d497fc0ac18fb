package form

import (
	"slices"
	"time"

	"lingtan/activity"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/rule"
)

// Cell is one cell of the grid with everything that is known of it.
type Cell struct {
	Row      string    `json:"row"`
	Month    string    `json:"month"`
	Filing   string    `json:"filing,omitempty" doc:"现值的编号,更正时写入 supersedes | id of what stands; a correction supersedes it"`
	Value    string    `json:"value,omitempty" doc:"精确的十进制数;没有即未填 | exact; absent where nothing is filed"`
	Unit     string    `json:"unit,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Note     string    `json:"note,omitempty"`
	Evidence []Paper   `json:"evidence"`

	Suggestion *Suggestion `json:"suggestion,omitempty"`
	Previous   string      `json:"previous,omitempty" doc:"上月,以本行单位 | the month before, in the row's unit"`
	LastYear   string      `json:"last_year,omitempty" doc:"上年同月 | the same month of last year"`
	Findings   []Finding   `json:"findings"`
	Returned   *Said       `json:"returned,omitempty" doc:"退回后尚未重填 | given back and not filed again"`
	Comments   []Comment   `json:"comments"`
	Changed    bool        `json:"changed_since_review"`
	Estimated  bool        `json:"estimated" doc:"取自不完整的表计 | taken from a meter that does not cover the month"`
	Asked      bool        `json:"asked" doc:"计划要求本月填报 | the plan asks for it in this month"`
}

// Suggestion is what meters say beside a cell.
type Suggestion struct {
	Value    string   `json:"value"`
	Unit     string   `json:"unit"`
	Coverage float64  `json:"coverage" doc:"0…1,有读数的时间 | share of the month with readings"`
	From     []string `json:"from" doc:"测点 | points"`
}

// Finding is what a rule says of a cell.
type Finding struct {
	Rule     string            `json:"rule"`
	Severity activity.Severity `json:"severity" enum:"hard,explain,note"`
	Text     lang.Text         `json:"text"`
	Hint     lang.Text         `json:"hint"`
	Cleared  *Said             `json:"cleared,omitempty" doc:"已说明;数量变动后重新打开 | explained; another quantity opens it again"`
}

// Said is who said what.
type Said struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason"`
	Evidence []string  `json:"evidence,omitempty"`
}

// Comment is what somebody said of a cell.
type Comment struct {
	ID   string    `json:"id"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Open tells whether the finding keeps a month from being submitted.
func (f Finding) Open() bool { return f.Severity != activity.Notice && f.Cleared == nil }

// cell looks at one cell.
func (l *look) cell(row Row, m rule.Month) Cell {
	id := row.par.ID()
	out := Cell{Row: row.ID, Month: m.String(), Evidence: []Paper{}, Findings: []Finding{}, Comments: []Comment{}}
	out.Asked = rule.Asked(row.par, m) && l.ends[m].After(l.Plan.ValidFrom)
	v, held := l.at(id, m)
	standing := held && !v.Withdrawn
	if held {
		out.Filing, out.By, out.At, out.Note = v.ID, v.By, v.At, v.Note
		doc := l.month(m)
		out.Changed = !doc.ReviewedAt.IsZero() && v.At.After(doc.ReviewedAt)
	}
	if standing {
		out.Value, out.Unit, out.Evidence = v.Quantity.Number(), v.Quantity.Unit().String(), l.shown(v.Evidence)
	}
	if b, ok := l.Beside(id, m); ok {
		q := b.Quantity.Round(row.Decimals, 0)
		out.Suggestion = &Suggestion{q.Number(), row.Unit, b.Coverage, b.Points}
		out.Estimated = standing && b.Coverage < 1 && v.amount.Equal(q)
	}
	out.Previous, out.LastYear = l.number(id, m-1), l.number(id, m-12)
	l.said(&out, id, m, v)
	l.findings(&out, id, m, v, standing)
	return out
}

// number prints what stands in a cell in the row's unit.
func (l *look) number(id string, m rule.Month) string {
	v, _ := l.at(id, m)
	return v.number
}

func (l *look) shown(list []activity.Evidence) []Paper {
	out := make([]Paper, 0, len(list))
	for _, e := range list {
		p, known := l.papers[e.SHA256]
		if !known {
			p = Paper{SHA256: e.SHA256, Name: e.ID, Kind: e.Kind}
			if e.Note != "" && e.SHA256 == "" {
				p.Name = e.Note
			}
		}
		out = append(out, p)
	}
	return out
}

// said tells what people said of a cell that still holds.
func (l *look) said(out *Cell, id string, m rule.Month, v value) {
	for _, r := range l.remarks[m][id] {
		switch {
		case r.Kind == filing.Commented:
			out.Comments = append(out.Comments, Comment{r.ID, r.By, r.At, r.Text})
		case r.Kind == filing.Returned && v.holds(r):
			out.Returned = &Said{By: r.By, At: r.At, Reason: r.Text}
		}
	}
}

// findings asks the rules, and tells which of what they found was explained.
func (l *look) findings(out *Cell, id string, m rule.Month, v value, filed bool) {
	found, now := l.rules.Check(l, id, m), l.Now()
	if !filed && out.Asked && !l.ends[m].After(now) {
		if f, missing := l.rules.Absent(l, id, m); missing {
			found = append(found, f)
		}
	}
	for _, f := range found {
		told := Finding{Rule: f.Rule, Severity: f.Severity, Text: f.Text, Hint: f.Hint}
		for _, r := range l.remarks[m][id] {
			if f.Severity == activity.Explain && r.Kind == filing.Explained && r.Rule == f.Rule && v.holds(r) && !l.trying(id, m) {
				told.Cleared = &Said{By: r.By, At: r.At, Reason: r.Text, Evidence: r.Evidence}
			}
		}
		out.Findings = append(out.Findings, told)
	}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int { return weight(a) - weight(b) })
}

// trying tells whether a cell holds a value that is not kept.
func (l *look) trying(id string, m rule.Month) bool { _, yes := l.tried[m][id]; return yes }

func weight(f Finding) int {
	return slices.Index([]activity.Severity{activity.Hard, activity.Explain, activity.Notice}, f.Severity)
}
