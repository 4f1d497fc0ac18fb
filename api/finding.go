package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lingtan/reading"
)

// Clash is two values of one point for one instant. Both are kept; the rule has
// settled which one counts.
type Clash struct {
	Point     string    `json:"point"`
	T         time.Time `json:"t"`
	Kept      Reading   `json:"kept" doc:"计入的 | the one that counts"`
	Other     Reading   `json:"other" doc:"不计入的 | the one that does not"`
	SettledBy string    `json:"settled_by,omitempty" doc:"处理人 | who dealt with it"`
	SettledAt time.Time `json:"settled_at,omitzero"`
	Note      string    `json:"note,omitempty"`
}

// CounterEvent is what a counter did that its rule does not explain.
type CounterEvent struct {
	Point     string    `json:"point"`
	Kind      string    `json:"kind" enum:"reset,jump,spike,overflow" doc:"复位、跳变、毛刺、溢出"`
	From      time.Time `json:"from" doc:"之前一条读数的时刻 | the instant before it"`
	To        time.Time `json:"to" doc:"之后一条读数的时刻 | the instant after it"`
	Before    float64   `json:"before" doc:"之前的读数 | the register before it"`
	After     float64   `json:"after"`
	Confirmed bool      `json:"confirmed" doc:"其后两条读数相符 | two further readings agree"`
}

// found asks for findings of a stretch, of all times unless one is named.
type found struct {
	OfSite
	Stretch
	Paged
}

// ask tells the stretch, and the finding after which to go on.
func (f found) ask(m *Mine) (from, to int64, after finding, err error) {
	if from, to = -reading.Forever, reading.Forever; f.Stretch != (Stretch{}) {
		if from, to, err = f.between(m.Site.Calendar); err != nil {
			return from, to, after, err
		}
	}
	after, err = parseFinding(f.Cursor)
	return from, to, after, err
}

// finding names a clash by its value, an event by its kind, as a cursor does.
type finding struct {
	series reading.ID
	t      int64
	what   float64
}

func parseFinding(cursor string) (f finding, err error) {
	if cursor == "" {
		return f, nil
	}
	parts := strings.SplitN(cursor, ".", 3)
	if len(parts) < 3 {
		return f, badCursor(cursor)
	}
	t, errT := strconv.ParseInt(parts[0], 10, 64)
	series, errSeries := strconv.ParseInt(parts[1], 10, 64)
	what, errWhat := strconv.ParseFloat(parts[2], 64)
	if errT != nil || errSeries != nil || errWhat != nil || series <= 0 {
		return f, badCursor(cursor)
	}
	return finding{reading.ID(series), t, what}, nil
}

func (f finding) String() string {
	return fmt.Sprintf("%d.%d.%s", f.t, f.series, strconv.FormatFloat(f.what, 'g', -1, 64))
}

// listClashes lists contradictions by instant.
func (s *server) listClashes(ctx context.Context, in *found) (*Listed[Clash], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	from, to, after, err := in.ask(mine)
	if err != nil {
		return nil, err
	}
	behind := reading.Clash{Series: after.series, T: after.t, Other: reading.Reading{V: after.what}}
	rows, err := s.Store.Clashes(ctx, in.Site, from, to, behind, in.limit())
	if err != nil {
		return nil, err
	}
	page := follow(rows, in.Paged, func(c reading.Dispute) string { return finding{c.Series, c.T, c.Other.V}.String() })
	name := mine.names()
	return rewrite(page, func(c reading.Dispute) Clash {
		return Clash{name(c.Series), time.UnixMilli(c.T).UTC(), readingOf(c.Kept), readingOf(c.Other), c.SettledBy, c.SettledAt, c.Note}
	}), nil
}

// listEvents lists by instant what counters did.
func (s *server) listEvents(ctx context.Context, in *found) (*Listed[CounterEvent], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	from, to, after, err := in.ask(mine)
	if err != nil {
		return nil, err
	}
	behind := reading.Event{Series: after.series, T: after.t, Kind: reading.EventKind(after.what)}
	rows, err := s.Store.Events(ctx, in.Site, from, to, behind, in.limit())
	if err != nil {
		return nil, err
	}
	page := follow(rows, in.Paged, func(e reading.Event) string { return finding{e.Series, e.T, float64(e.Kind)}.String() })
	name := mine.names()
	return rewrite(page, func(e reading.Event) CounterEvent {
		return CounterEvent{name(e.Series), e.Kind.String(), time.UnixMilli(e.Prev).UTC(), time.UnixMilli(e.T).UTC(), e.From, e.To, e.Confirmed}
	}), nil
}

// rewrite tells the rows of a page in another form.
func rewrite[A, B any](page *Listed[A], turn func(A) B) *Listed[B] {
	out := &Listed[B]{Page[B]{Items: make([]B, 0, len(page.Body.Items)), Next: page.Body.Next}}
	for _, row := range page.Body.Items {
		out.Body.Items = append(out.Body.Items, turn(row))
	}
	return out
}

// names gives the point of a series; one that the site's file no longer has is
// told by its number.
func (m *Mine) names() func(reading.ID) string {
	known := map[reading.ID]string{}
	for _, p := range m.Site.Points {
		if id, ok := m.Number(p.ID); ok {
			known[id] = p.ID
		}
	}
	return func(id reading.ID) string {
		if name, ok := known[id]; ok {
			return name
		}
		return "#" + strconv.FormatInt(int64(id), 10)
	}
}
