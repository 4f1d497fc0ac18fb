package query

import (
	"maps"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"lingtan/reading"
	"lingtan/site"
)

// entry is a series with what is needed to read it.
type entry struct {
	labels labels.Labels
	metric metric
	id     reading.ID
	stepMS int64 // between samples, as expected
	holdMS int64 // how long a sample stands for itself
	moment float64
}

// catalog is the series of one mine, sorted by their labels.
type catalog struct {
	sha256     string
	entries    []entry
	lookbackMS int64                       // no sample stands longer
	index      map[string]map[string][]int // label, value, places in entries
}

func newCatalog(s *site.Site, number func(string) (reading.ID, bool)) *catalog {
	c := &catalog{sha256: s.SHA256, lookbackMS: max(hourHold, momentMS), index: map[string]map[string][]int{}}
	for _, p := range s.Points {
		of := map[string]string{"site": s.ID, "point": p.ID, "org": p.Org, "source": p.Source, "kind": string(p.Kind), "unit": p.Unit.String()}
		id, numbered := number(p.ID)
		if !numbered {
			continue
		}
		rule := p.Rule()
		step := max(rule.Step.Milliseconds(), 1)
		c.add(nameReading, of, entry{id: id, stepMS: step, holdMS: rule.Limit().MaxHold})
		c.addHours(of, id, p.AmountUnit().String())
	}
	for _, g := range s.Gases {
		if id, numbered := number(g.ID); numbered {
			c.addHours(map[string]string{"site": s.ID, "point": g.ID, "org": g.Org, "source": g.Source, "kind": "gas"}, id, g.Unit().String())
		}
	}
	c.sort()
	return c
}

func (c *catalog) addHours(of map[string]string, id reading.ID, unit string) {
	e := entry{id: id, stepMS: reading.HourMS, holdMS: hourHold}
	of["unit"] = unit
	c.add(nameAmount, of, e)
	c.add(nameTotal, of, e)
	of["unit"] = "1"
	c.add(nameCoverage, of, e)
}

func (c *catalog) add(name string, of map[string]string, e entry) {
	c.entries = append(c.entries, e.named(name, of))
	c.lookbackMS = max(c.lookbackMS, e.holdMS)
}

// named gives an entry its labels. An empty one is none.
func (e entry) named(name string, of map[string]string) entry {
	all := maps.Clone(of)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	all[model.MetricNameLabel] = name
	e.labels, e.metric = labels.FromMap(all), metricOf(name)
	return e
}

// momentary gives the series that are known of this moment alone.
func momentary(site string, moments []Moment) []entry {
	out := make([]entry, 0, len(moments))
	for _, m := range moments {
		of := maps.Clone(m.Labels)
		of["site"] = site
		out = append(out, entry{stepMS: momentMS, holdMS: momentMS, moment: m.V}.named(m.Name, of))
	}
	return out
}

// sort puts the entries in the order of their labels, and finds them again by
// each of these.
func (c *catalog) sort() {
	slices.SortFunc(c.entries, func(a, b entry) int { return labels.Compare(a.labels, b.labels) })
	for i, e := range c.entries {
		e.labels.Range(func(l labels.Label) {
			if c.index[l.Name] == nil {
				c.index[l.Name] = map[string][]int{}
			}
			c.index[l.Name][l.Value] = append(c.index[l.Name][l.Value], i)
		})
	}
}

// find gives the entries that match, in order.
func (c *catalog) find(matchers []*labels.Matcher) []entry {
	var out []entry
	visit := func(e entry) {
		if matches(e.labels, matchers) {
			out = append(out, e)
		}
	}
	places, narrowed := c.narrow(matchers)
	if !narrowed {
		for _, e := range c.entries {
			visit(e)
		}
		return out
	}
	for _, i := range places {
		visit(c.entries[i])
	}
	return out
}

// narrow gives the places of the rarest value that is asked for.
func (c *catalog) narrow(matchers []*labels.Matcher) (places []int, narrowed bool) {
	for _, m := range matchers {
		if m.Type != labels.MatchEqual || m.Value == "" {
			continue
		}
		if these := c.index[m.Name][m.Value]; !narrowed || len(these) < len(places) {
			places, narrowed = these, true
		}
	}
	return places, narrowed
}

func matches(l labels.Labels, matchers []*labels.Matcher) bool {
	for _, m := range matchers {
		if !m.Matches(l.Get(m.Name)) {
			return false
		}
	}
	return true
}

// names lists the labels of entries.
func names(entries []entry) []string {
	seen := map[string]bool{}
	for _, e := range entries {
		e.labels.Range(func(l labels.Label) { seen[l.Name] = true })
	}
	return slices.Sorted(maps.Keys(seen))
}

// values lists what a label of entries says.
func values(entries []entry, name string) []string {
	seen := map[string]bool{}
	for _, e := range entries {
		if v := e.labels.Get(name); v != "" {
			seen[v] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
