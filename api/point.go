package api

import (
	"context"
	"math"
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
	Kind       string    `json:"kind" doc:"counter、gauge、delta,或由其他测点算出的 gas | counter, gauge, delta, or gas, which is derived"`
	Unit       string    `json:"unit" doc:"读数的单位 | unit of readings"`
	AmountUnit string    `json:"amount_unit" doc:"累计量的单位 | unit of amounts"`
	StepS      float64   `json:"step_s,omitempty" doc:"应有的间隔,秒 | expected interval, seconds"`
	Latest     *Reading  `json:"latest,omitempty"`
}

// Reading is one value as it was sent.
type Reading struct {
	T    time.Time `json:"t"`
	V    *float64  `json:"v" doc:"null 表示送来的不是数 | null where what was sent is no number"`
	Q    string    `json:"q"`
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

func (s *server) listPoints(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[Point], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	page, err := slice(pointsOf(mine.Site), in.Paged, func(p Point) string { return p.ID })
	if err != nil {
		return nil, err
	}
	return page, mine.latest(ctx, page.Body.Items)
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

// latest fills in the last counted reading of each point.
func (m *Mine) latest(ctx context.Context, points []Point) error {
	var ids []reading.ID
	place := map[reading.ID]int{}
	for i, p := range points {
		if id, ok := m.Number(p.ID); ok {
			ids = append(ids, id)
			place[id] = i
		}
	}
	last, err := m.Readings.Series.Latest(ctx, ids)
	for _, r := range last {
		told := readingOf(r)
		points[place[r.Series]].Latest = &told
	}
	return err
}

func noPoint(point string) *fault.Fault {
	return fault.NotFound.Say(lang.T("没有测点 %.80q", "there is no point %.80q"), point).
		Do(lang.T("测点列表见 GET …/points", "GET …/points lists them")).At(fault.Place{Column: "point"})
}
