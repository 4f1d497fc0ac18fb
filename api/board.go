package api

import (
	"context"
	"strings"
	"time"

	"lingtan/access"
	"lingtan/alarm"
	"lingtan/board"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// boardWait is for a board of which nothing is at hand: two years of a large
// mine take seconds, once.
const boardWait = 30 * time.Second

// boards are the services behind the boards.
type boards struct{ *server }

func (s *server) boardRoutes() []route {
	b := &boards{s}
	return group(lang.T("看板", "boards"),
		at(get, "/sites/{site}/boards/overview", access.ReadInventory, bySite, "get-overview", lang.T("综合概览", "the overview"), handle(b.getOverview), patient(boardWait)),
		at(get, "/sites/{site}/boards/wall", access.ReadWall, bySite, "get-wall", lang.T("调度大屏", "the wall of the dispatch hall"), handle(b.getWall), patient(boardWait)),
		at(get, "/sites/{site}/working/{period}/lines", access.ReadInventory, bySite, "list-working-lines", lang.T("期间的行:已关账的取清单,其余按此刻试算", "lines of a period: of closed inventories, else as they would be computed now"), handle(b.listWorkingLines), patient(boardWait)),
		at(get, "/sites/{site}/working/{period}/card", access.ReadInventory, bySite, "get-working-card", lang.T("期间某行的计算卡", "calculation card of a line of a period"), handle(b.getWorkingCard), patient(boardWait)),
	)
}

// Shown chooses what a board is told by.
type Shown struct {
	OfSite
	Node    string `query:"node" maxLength:"80" doc:"组织或排放源的编号,缺省为全矿 | id of a unit or a source; the mine unless given"`
	Edition string `query:"edition" maxLength:"64" doc:"标准版本,缺省为监测计划的第一个 | the plan's first unless given"`
	GWP     string `query:"gwp" maxLength:"64" doc:"缺省按标准 | otherwise the edition's own"`
}

func (s Shown) ask() board.Ask { return board.Ask{Node: s.Node, Edition: s.Edition, GWP: s.GWP} }

// desk sets a mine's boards up.
func (b *boards) desk(ctx context.Context, site string) (*board.Desk, *Mine, error) {
	mine, err := b.Mine(ctx, site)
	if err != nil {
		return nil, nil, err
	}
	return &board.Desk{
		Mine: mine.Mine, Series: mine.Number, Meters: mine.Readings.Series, Revision: mine.Readings.Revision, Refresh: mine.Inventories.Refresh,
		Papers: b.Store, Factors: b.Factors, Hall: mine.Hall, Now: b.Now, Shelf: b.shelf,
	}, mine, nil
}

func (b *boards) getOverview(ctx context.Context, in *struct {
	Shown
	From string `query:"from" maxLength:"7" doc:"首月,如 2025-01;缺省为今年一月 | first month; January of this year unless given"`
	To   string `query:"to" maxLength:"7" doc:"末月;缺省为本月 | last month; the current one unless given"`
},
) (*struct{ Body board.Overview }, error) {
	desk, _, err := b.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	ask := in.ask()
	ask.From, ask.To = in.From, in.To
	out, err := desk.Overview(ctx, ask)
	if err != nil {
		return nil, err
	}
	return &struct{ Body board.Overview }{out}, nil
}

func (b *boards) getWall(ctx context.Context, in *Shown) (*struct{ Body board.Wall }, error) {
	desk, mine, err := b.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	events, err := b.happened(ctx, mine)
	if err != nil {
		return nil, err
	}
	out, err := desk.Wall(ctx, in.ask(), events)
	if err != nil {
		return nil, err
	}
	return &struct{ Body board.Wall }{out}, nil
}

// OfPeriod names a month, a year or a stretch of months.
type OfPeriod struct {
	Shown
	Period string `path:"period" maxLength:"16" pattern:"^[0-9]{4}(-[0-9]{2}(\\.\\.[0-9]{4}-[0-9]{2})?)?$" doc:"2025、2025-03 或 2025-01..2025-10"`
}

func (b *boards) listWorkingLines(ctx context.Context, in *struct {
	OfPeriod
	Source   string `query:"source" maxLength:"128"`
	Category string `query:"category" maxLength:"64"`
	Group    string `query:"group" maxLength:"16" doc:"c-vam、c-drain、c-s1、c-power、c-heat"`
	Scope    string `query:"scope" maxLength:"1" doc:"1、2"`
},
) (*struct{ Body board.Lines }, error) {
	desk, _, err := b.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	out, err := desk.Lines(ctx, in.Period, in.ask(), board.Narrow{Source: in.Source, Category: in.Category, Group: in.Group, Scope: in.Scope})
	if err != nil {
		return nil, err
	}
	return &struct{ Body board.Lines }{out}, nil
}

// getWorkingCard opens a line of a period, closed or not.
func (b *boards) getWorkingCard(ctx context.Context, in *struct {
	OfPeriod
	Line string `query:"line" required:"true" maxLength:"512" doc:"行编号 | id of the line"`
},
) (*struct{ Body board.Card }, error) {
	desk, _, err := b.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	out, err := desk.Card(ctx, in.Period, in.ask(), in.Line)
	if err != nil {
		return nil, err
	}
	return &struct{ Body board.Card }{out}, nil
}

const (
	// remembered is how far back a wall looks.
	remembered = 7 * 24 * time.Hour
	// mostOfKind is how many events of a kind a wall looks at.
	mostOfKind = 50
)

// happened gathers what happened of late: alarms, devices that are not at work,
// readings that contradict each other, and what counters did.
func (b *boards) happened(ctx context.Context, m *Mine) ([]board.Event, error) {
	now, site := b.Now(), m.Site.ID
	alarms, err := b.Store.Alarms(ctx, site, alarm.Filter{Since: now.Add(-remembered), Limit: mostOfKind})
	if err != nil {
		return nil, err
	}
	standing, err := b.Store.Alarms(ctx, site, alarm.Filter{Open: true, Limit: mostOfKind})
	if err != nil {
		return nil, err
	}
	var out []board.Event
	seen := map[string]bool{}
	for _, a := range append(standing, alarms...) {
		if !seen[a.ID] {
			seen[a.ID] = true
			out = append(out, alarmEvent(a))
		}
	}
	out = append(out, deviceEvents(m)...)
	from, to := now.Add(-remembered).UnixMilli(), now.UnixMilli()+1
	clashes, err := b.Store.Clashes(ctx, site, from, to, reading.Clash{}, mostOfKind)
	if err != nil {
		return nil, err
	}
	counted, err := b.Store.Events(ctx, site, from, to, reading.Event{}, mostOfKind)
	if err != nil {
		return nil, err
	}
	name := m.names()
	for _, c := range clashes {
		out = append(out, clashEvent(c, name(c.Series)))
	}
	for _, e := range counted {
		out = append(out, counterEvent(e, name(e.Series)))
	}
	return out, nil
}

func alarmEvent(a alarm.Alarm) board.Event {
	e := board.Event{ID: "alarm:" + a.ID, At: a.RaisedAt, Kind: "alarm", Severity: string(a.Severity), State: string(a.State), Title: a.Name, Text: a.Says, Subject: a.Subject}
	if !a.About.IsZero() {
		e.Title = lang.T("%s · %s", "%s · %s").Format(a.Name, a.About)
	}
	return e
}

// deviceEvents tell of devices that do not bring what they should.
func deviceEvents(m *Mine) []board.Event {
	var out []board.Event
	if m.Devices == nil {
		return nil
	}
	for _, h := range m.Devices.Health() {
		if h.State == "up" && !h.Silent {
			continue
		}
		e := board.Event{ID: "device:" + h.Device, At: h.Since, Kind: "device", Severity: "warning", State: string(h.State), Title: lang.T("设备 %s", "device %s").Format(h.Device), Text: lang.T("没有读数", "it says nothing"), Subject: h.Device}
		if h.Fault != nil {
			e.Text = lang.T(fault.Tell(h.Fault, lang.ZH), fault.Tell(h.Fault, lang.EN))
		}
		out = append(out, e)
	}
	return out
}

func clashEvent(c reading.Dispute, point string) board.Event {
	state := "raised"
	if !c.SettledAt.IsZero() {
		state = "cleared"
	}
	at := time.UnixMilli(c.T).UTC()
	return board.Event{
		ID: strings.Join([]string{"clash", point, at.Format(time.RFC3339)}, ":"), At: at, Kind: "clash", Severity: "note", State: state, Subject: point,
		Title: lang.T("点 %s 同一时刻有不同读数", "point %s has contradictory readings").Format(point),
		Text:  lang.T("计入 %v,不计 %v", "%v counts, %v does not").Format(c.Kept.V, c.Other.V),
	}
}

func counterEvent(e reading.Event, point string) board.Event {
	at := time.UnixMilli(e.T).UTC()
	what := map[string]lang.Text{
		"reset": lang.T("复位", "was reset"), "jump": lang.T("跳变", "jumped"), "spike": lang.T("毛刺", "spiked"), "overflow": lang.T("溢出", "overflowed"),
	}[e.Kind.String()]
	return board.Event{
		ID: strings.Join([]string{"counter", point, e.Kind.String(), at.Format(time.RFC3339)}, ":"), At: at, Kind: "counter", Severity: "note", State: "raised", Subject: point,
		Title: lang.T("计数器 %s %s", "counter %s %s").Format(point, what), Text: lang.T("由 %v 到 %v", "from %v to %v").Format(e.From, e.To),
	}
}
