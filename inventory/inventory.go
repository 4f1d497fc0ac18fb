// Package inventory owns the greenhouse-gas inventory of a month or a year: it
// runs a standard over what the plan gathered, freezes the answer, restates it
// under a new version, and explains the difference.
package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/site"
	"lingtan/standard"
)

// Inventory is one frozen answer. Its Content never changes; a correction is
// another version beside it.
type Inventory struct {
	ID       string    `json:"id"`
	Version  int       `json:"version"`
	Previous string    `json:"previous,omitempty"` // the id of the version before
	Reason   string    `json:"reason,omitempty"`   // why it was restated, or closed over a hard finding
	ClosedAt time.Time `json:"closed_at"`
	By       string    `json:"by"`
	Hash     string    `json:"hash"` // of the Content, see Content.Sum
	Bridge   *Bridge   `json:"bridge,omitempty"`
	// Months tells when the months of a year were closed whose frozen
	// activities it took over; the others were gathered at ClosedAt.
	Months  map[string]time.Time `json:"months,omitempty"`
	Content Content              `json:"content"`
}

// Gathered tells as of when a month's readings and filings were taken.
func (inv Inventory) Gathered(month string) time.Time {
	if at, ok := inv.Months[month]; ok {
		return at
	}
	return inv.ClosedAt
}

// Content is what an inventory says and everything it was computed from:
// whoever has it can compute the same lines again, to the same hash.
type Content struct {
	Site       Site                `json:"site"`
	Period     string              `json:"period"`  // "2024" or "2024-06"
	Edition    string              `json:"edition"` // the standard's
	GWP        string              `json:"gwp"`
	Province   string              `json:"province"`
	Choices    map[string]string   `json:"choices,omitempty"`
	FactorSet  string              `json:"factor_set"`
	FactorSHA  string              `json:"factor_sha256"`
	PlanSHA    string              `json:"plan_sha256"` // of the site file with its plan
	PlanNumber int                 `json:"plan_version"`
	Activities []activity.Activity `json:"activities"`
	Result     standard.Result     `json:"result"`
	Findings   []activity.Finding  `json:"findings,omitempty"` // of gathering; the standard's are in Result
}

// Site is the reporting entity as it stood when the inventory was closed.
type Site struct {
	ID         string    `json:"id"`
	Name       lang.Text `json:"name"`
	Entity     lang.Text `json:"entity"`
	CreditCode string    `json:"credit_code"`
	Address    string    `json:"address"`
	Mine       string    `json:"mine"`
	Grade      string    `json:"grade"`
	Zone       string    `json:"zone"`
}

// Sum is the SHA-256 of the content as JSON. The encoding is Go's: struct
// fields in order, maps by key, exact quantities as text.
func (c Content) Sum() (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("hash inventory: %w", err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

// AllFindings gives the findings of gathering and of the standard.
func (c Content) AllFindings() []activity.Finding {
	return append(append([]activity.Finding{}, c.Findings...), c.Result.Findings...)
}

// Request is what the content's lines are computed from.
func (c Content) Request(factors *factor.Set, mine *site.Site) standard.Request {
	return standard.Request{
		Edition: c.Edition, Activities: c.Activities, Factors: factors, GWP: c.GWP,
		Province: c.Province, Choices: c.Choices, Calendar: mine.Calendar,
	}
}

// Rerun computes the content again from its frozen activities and gives what
// comes out; an unchanged program and factor set give an equal hash.
func (c Content) Rerun(factors *factor.Set, mine *site.Site) (Content, error) {
	if factors.SHA256() != c.FactorSHA {
		return Content{}, fault.Conflict.Say(lang.T("因子库 %s 与清单所用的不同", "factor set %s is not the one the inventory used"), factors.ID()).
			Do(lang.T("载入清单所用的因子库版本 %s", "load the version the inventory used, %s"), c.FactorSHA[:12])
	}
	result, err := standard.Compute(c.Request(factors, mine))
	if err != nil {
		return Content{}, fmt.Errorf("rerun %s %s: %w", c.Site.ID, c.Period, err)
	}
	c.Result = result
	return c, nil
}

// Mine is a site with its plan, as one file describes both.
type Mine struct {
	Site *site.Site
	Plan *plan.Plan
	Text []byte // the file, as evidence
}

// OpenMine reads a site file with its plan. All faults come at once.
func OpenMine(name string, text []byte) (*Mine, error) {
	doc, err := site.Open(name, text)
	if err != nil {
		return nil, err
	}
	s, err := site.Parse(name, text)
	if err != nil {
		return nil, err
	}
	p, err := plan.Parse(doc, s, Vocabulary)
	if err != nil {
		return nil, err
	}
	return &Mine{Site: s, Plan: p, Text: text}, nil
}

// Vocabulary gives the fields of a kind of activity over all editions.
func Vocabulary(kind string) []plan.Field {
	var out []plan.Field
	seen := map[string]bool{}
	for _, e := range standard.Editions() {
		k, err := e.Kind(kind)
		if err != nil {
			continue
		}
		for _, f := range k.Fields {
			if !seen[f.Name] {
				seen[f.Name] = true
				out = append(out, plan.Field{Name: f.Name, Units: f.AllUnits(), Required: f.Required})
			}
		}
	}
	return out
}

// describe tells the entity for the content.
func describe(s *site.Site) Site {
	return Site{
		ID: s.ID, Name: s.Name, Entity: s.Entity.Name, CreditCode: s.Entity.CreditCode, Address: s.Entity.Address,
		Mine: string(s.Mine), Grade: string(s.Grade), Zone: s.Calendar.Zone.String(),
	}
}
