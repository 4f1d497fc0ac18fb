package api

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// Point is a measured or derived series with the last that is known of it.
type Point struct {
	ID         string    `json:"id"`
	Name       lang.Text `json:"name"`
	Org        string    `json:"org"`
	Source     string    `json:"source,omitempty"`
	Kind       string    `json:"kind" enum:"counter,gauge,delta,gas" doc:"counter、gauge、delta,或由其他测点算出的 gas | counter, gauge, delta, or gas, which is derived"`
	Unit       string    `json:"unit" doc:"读数的单位 | unit of readings"`
	AmountUnit string    `json:"amount_unit" doc:"累计量的单位 | unit of amounts"`
	StepS      float64   `json:"step_s,omitempty" doc:"应有的间隔,秒 | expected interval, seconds"`
	Latest     *Reading  `json:"latest,omitempty"`
	Fault      *Reading  `json:"fault,omitempty" doc:"之后的不计入的读数 | a later reading, which does not count"`
	Device     string    `json:"device,omitempty" doc:"供给读数的设备 | the device that gives it its readings"`
	Channel    string    `json:"channel,omitempty" doc:"设备的通道 | and which of its channels"`
}

// PointPage is a part of the points that were asked for.
type PointPage struct {
	Page[Point]
	Total int `json:"total" doc:"一共几个 | how many there are in all"`
}

// Reading is one value as it was sent.
type Reading struct {
	T    time.Time `json:"t"`
	V    *float64  `json:"v" doc:"null 表示送来的不是数 | null where what was sent is no number"`
	Q    string    `json:"q" enum:"good,manual,suspect,bad,quarantined"`
	Why  []string  `json:"why,omitempty" doc:"品质的理由 | the reasons for the quality"`
	Seq  int64     `json:"seq,omitempty"`
	Recv time.Time `json:"recv" doc:"到达时间 | instant of arrival"`
}

// qualities name reading.Quality, best first.
//
//nolint:gochecknoglobals // a table that is read only
var qualities = []string{"good", "manual", "suspect", "bad", "quarantined"}

func readingOf(r reading.Reading) Reading {
	out := Reading{T: r.At(), Q: qualities[min(int(r.Q), len(qualities)-1)], Why: r.Why.Names(), Seq: r.Seq, Recv: time.UnixMilli(r.Recv).UTC()}
	if !math.IsNaN(r.V) && !math.IsInf(r.V, 0) {
		out.V = &r.V
	}
	return out
}

// Sought narrows a list of points.
type Sought struct {
	Q       string `query:"q" maxLength:"80" doc:"编号或名称含有 | part of an id or a name"`
	Org     string `query:"org" maxLength:"64" doc:"组织及其下属 | of a unit and those below it"`
	Kind    string `query:"kind" enum:"counter,gauge,delta,gas"`
	Device  string `query:"device" maxLength:"64"`
	Quality string `query:"quality" enum:"good,manual,suspect,bad,quarantined,none" doc:"最新读数的品质,none 为从无读数 | of the last reading; none never had one"`
}

func (s *server) listPoints(ctx context.Context, in *struct {
	OfSite
	Sought
	Paged
},
) (*struct{ Body PointPage }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	points := mine.sought(in.Sought)
	if in.Quality != "" { // the last readings lie in memory
		if err := mine.latest(ctx, points); err != nil {
			return nil, err
		}
		points = slices.DeleteFunc(points, func(p Point) bool { return p.quality() != in.Quality })
	}
	page, err := slice(points, in.Paged, func(p Point) string { return p.ID })
	if err != nil {
		return nil, err
	}
	return &struct{ Body PointPage }{PointPage{page.Body, len(points)}}, mine.latest(ctx, page.Body.Items)
}

// sought lists the points that are asked for, but for their quality.
func (m *Mine) sought(in Sought) []Point {
	below, feeds, text := m.below(in.Org), m.Devices.Feeds(), strings.ToLower(strings.TrimSpace(in.Q))
	var out []Point
	for _, p := range pointsOf(m.Site) {
		p.Device, p.Channel = feeds[p.ID].Device, feeds[p.ID].Channel
		words := strings.ToLower(strings.Join([]string{p.ID, p.Name.ZH, p.Name.EN}, "\n"))
		if (in.Org == "" || below[p.Org]) && (in.Kind == "" || p.Kind == in.Kind) && (in.Device == "" || p.Device == in.Device) && strings.Contains(words, text) {
			out = append(out, p)
		}
	}
	return out
}

// below gives a unit and those below it, in whatever order the file lists them.
func (m *Mine) below(org string) map[string]bool {
	out := map[string]bool{org: true}
	for grown := true; grown; {
		grown = false
		for _, o := range m.Site.Orgs {
			if out[o.Parent] && !out[o.ID] {
				out[o.ID], grown = true, true
			}
		}
	}
	return out
}

// quality is that of the last reading, whether it counts or not.
func (p Point) quality() string {
	switch {
	case p.Fault != nil:
		return p.Fault.Q
	case p.Latest != nil:
		return p.Latest.Q
	}
	return "none"
}

func pointsOf(m *site.Site) []Point {
	out := make([]Point, 0, len(m.Points)+len(m.Gases))
	for _, p := range m.Points {
		out = append(out, Point{
			ID: p.ID, Name: p.Name, Org: p.Org, Source: p.Source, Kind: string(p.Kind), Unit: p.Unit.String(),
			AmountUnit: p.AmountUnit().String(), StepS: p.Step.Seconds(),
		})
	}
	for _, g := range m.Gases {
		unit := g.Unit().String()
		out = append(out, Point{ID: g.ID, Name: g.Name, Org: g.Org, Source: g.Source, Kind: "gas", Unit: unit, AmountUnit: unit})
	}
	return out
}

// latest fills in the last counted reading of each point, and a later one that
// does not count.
func (m *Mine) latest(ctx context.Context, points []Point) error {
	var ids []reading.ID
	place := map[reading.ID]int{}
	for i, p := range points {
		if id, ok := m.Number(p.ID); ok {
			ids = append(ids, id)
			place[id] = i
		}
	}
	if len(ids) == 0 {
		return nil
	}
	last, err := m.Readings.Series.Latest(ctx, ids)
	for _, r := range last {
		told := readingOf(r)
		points[place[r.Series]].Latest = &told
	}
	m.faults(points)
	return err
}

func (m *Mine) faults(points []Point) {
	if m.Hall == nil {
		return
	}
	at := map[string]int{}
	for i, p := range points {
		at[p.ID] = i
	}
	now, _ := m.Hall.Look()
	for _, x := range now {
		i, asked := at[x.ID]
		if asked && x.Last.Series != 0 && !x.Last.Counts() {
			told := readingOf(x.Last)
			points[i].Fault = &told
		}
	}
}

func noPoint(point string) *fault.Fault {
	return fault.NotFound.Say(lang.T("没有测点 %.80q", "there is no point %.80q"), point).
		Do(lang.T("测点列表见 GET …/points", "GET …/points lists them")).At(fault.Place{Column: "point"})
}
