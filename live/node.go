package live

import (
	"encoding/json"
	"fmt"
	"slices"

	"lingtan/lang"
	"lingtan/site"
)

// branch is a node of the tree: the mine, a unit of its organisation, a source.
type branch struct {
	Node
	below  []*source // all sources under it
	source *source   // of a leaf
}

// The kinds of node, also the first part of a node's id: "org:heating".
const (
	siteNode   = "site"
	orgNode    = "org"
	sourceNode = "source"
)

// plant makes the sources and the tree over them.
func (h *Hall) plant(meters map[string]*meter) error {
	root := &branch{Node: Node{ID: siteNode + ":" + h.Site.ID, Kind: siteNode, Name: h.Site.Name}}
	h.tree = []*branch{root}
	units := map[string]*branch{}
	for _, o := range h.Site.Orgs {
		units[o.ID] = &branch{Node: Node{ID: orgNode + ":" + o.ID, Kind: orgNode, Name: o.Name, Parent: h.above(o, root.ID)}}
		h.tree = append(h.tree, units[o.ID])
	}
	for _, s := range h.Site.Sources {
		made := h.newSource(s, meters)
		path := h.Site.Path(s.Org)
		if len(path) == 0 {
			return fmt.Errorf("source %s: no unit %q", s.ID, s.Org)
		}
		h.sources = append(h.sources, made)
		root.below = append(root.below, made)
		for _, o := range path {
			units[o.ID].below = append(units[o.ID].below, made)
		}
		h.tree = append(h.tree, &branch{
			Node:  Node{ID: sourceNode + ":" + s.ID, Kind: sourceNode, Name: s.Name, Parent: orgNode + ":" + s.Org},
			below: []*source{made}, source: made,
		})
	}
	return nil
}

func (*Hall) above(o site.Org, root string) string {
	if o.Parent == "" {
		return root
	}
	return orgNode + ":" + o.Parent
}

// figures are a node's: its sources' added up.
func (h *Hall) figures(b *branch) Figures {
	var open [stretches]figure
	var rate figure
	out := Figures{ID: b.ID}
	for _, s := range b.below {
		out.Fed = out.Fed || s.fed()
		rate.add(s.rate)
		open[day].add(s.open[day])
		open[month].add(s.open[month])
		open[year].add(h.ofYear(s))
	}
	out.Rate = Rate{PerHour: told(rate.totals), Fresh: share(int64(rate.fresh), int64(rate.meters)), Newest: rate.newest}
	out.Today, out.Month, out.Year = open[day].tell(), open[month].tell(), open[year].tell()
	return out
}

// ofYear is the past and the open month of a source.
func (h *Hall) ofYear(s *source) figure {
	var out figure
	out.add(h.past[s.ID])
	out.add(s.open[month])
	out.sources, out.told = min(out.sources, 1), min(out.told, 1)
	return out
}

// tellNodes sends the nodes over the sources that changed, with those alone.
func (h *Hall) tellNodes(changed map[*source]bool) {
	var parts []part
	for _, b := range h.tree {
		if !slices.ContainsFunc(b.below, func(s *source) bool { return changed[s] }) {
			continue
		}
		data, err := json.Marshal(h.figures(b))
		if err == nil { // of numbers, names and finite shares: it always is
			parts = append(parts, part{b.ID, data})
		}
	}
	if len(parts) > 0 {
		h.ring.post(list(Totals, parts))
	}
}

// State is a whole mine at one moment: what the events up to ID have told.
// Instants are ms UTC. Totals are keyed by the edition's total ids; TotalTitles
// names them, Headline is the one to show where there is room for one.
type State struct {
	ID          int64                `json:"id"` // of the last event it holds; subscribe after it
	T           int64                `json:"t"`
	Site        string               `json:"site"`
	Edition     string               `json:"edition"`
	GWP         string               `json:"gwp,omitempty"` // empty is the edition's own
	Day         string               `json:"day"`           // "2025-06-30", by the mine's calendar
	Month       string               `json:"month"`
	Year        string               `json:"year"`
	TotalTitles map[string]lang.Text `json:"total_titles"`
	TotalOrder  []string             `json:"total_order"`
	Headline    string               `json:"headline"`
	Nodes       []Node               `json:"nodes"` // a parent before its children
	Points      []Point              `json:"points"`
	Checks      []Check              `json:"checks"`
}

// Node is a node with what never changes of it; events carry its Figures.
type Node struct {
	ID     string    `json:"id"` // "site:qingling", "org:heating", "source:grid"
	Kind   string    `json:"kind" enum:"site,org,source"`
	Name   lang.Text `json:"name"`
	Parent string    `json:"parent,omitempty"`
	Figures
}

// Figures are a node's numbers. A source that no meter has ever fed is not Fed:
// its numbers are absent, or filed, and never zero for want of a meter.
type Figures struct {
	ID    string `json:"id"`
	Fed   bool   `json:"fed"`
	Rate  Rate   `json:"rate"`
	Today Figure `json:"today"`
	Month Figure `json:"month"`
	Year  Figure `json:"year"` // the months gone by as they would be accounted now, and the open one
}

// Rate is an emission rate.
type Rate struct {
	PerHour map[string]float64 `json:"kg_co2e_per_h" nullable:"true"` // null: nothing speaks for now
	Fresh   *float64           `json:"fresh_share"`                   // of the meters that speak for now, 0…1; null: no meters
	Newest  int64              `json:"newest_t,omitempty"`
}

// Figure is a total so far.
type Figure struct {
	Totals  map[string]float64 `json:"t_co2e" nullable:"true"` // null: not known, which is not zero
	Sources int                `json:"sources"`
	Told    int                `json:"told"` // of the sources, those in the total
	// Covered is measured time ÷ elapsed time over all meters, 0…1; Estimated
	// is the part of hours interpolated over a gap, Substituted of those put in
	// by the plan's rule in months gone by. Null where there are no meters.
	Covered     *float64 `json:"covered_share"`
	Estimated   *float64 `json:"estimated_share"`
	Substituted *float64 `json:"substituted_share"`
	Flags       []string `json:"flags,omitempty"` // of any hour: "estimated", "rollover", "replaced", "doubtful", "substituted", "contested"
	Newest      int64    `json:"newest_t,omitempty"`
	// Provisional are parameters ("flare#ch4") that an earlier month's filing
	// stands for, Lacking those the total leaves out, of months gone by with
	// the month ("flare#ch4@2025-03"); the first of them and how many.
	Provisional  []string  `json:"provisional,omitempty"`
	Lacking      []string  `json:"lacking,omitempty"`
	LackingCount int       `json:"lacking_count"`
	Problem      lang.Text `json:"problem,omitzero"` // why a total could not be computed
}

// Snapshot gives the mine as it stands.
func (h *Hall) Snapshot() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := State{
		ID: h.ring.end(), T: h.cut.now, Site: h.Site.ID, Edition: h.edition.ID, GWP: h.GWP,
		Day: h.cut.name(day), Month: h.cut.name(month), Year: h.cut.name(year), TotalTitles: map[string]lang.Text{}, Checks: h.checks(),
		TotalOrder: []string{}, Nodes: []Node{}, Points: []Point{},
	}
	for _, t := range h.edition.Totals {
		out.TotalTitles[t.ID], out.TotalOrder = t.Title, append(out.TotalOrder, t.ID)
	}
	if headline, ok := h.edition.Headline(); ok {
		out.Headline = headline.ID
	}
	for _, b := range h.tree {
		n := b.Node
		n.Figures = h.figures(b)
		out.Nodes = append(out.Nodes, n)
	}
	for _, p := range h.points {
		out.Points = append(out.Points, h.describe(p))
	}
	for _, g := range h.gases {
		out.Points = append(out.Points, h.describeGas(g))
	}
	return out
}
