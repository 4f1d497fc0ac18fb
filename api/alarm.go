package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lingtan/alarm"
	"lingtan/site"
)

// Alarms keeps the alarms of mines, and lets people act on them.
type Alarms interface {
	Alarms(ctx context.Context, site string, f alarm.Filter) ([]alarm.Alarm, error)
	ActOnAlarm(ctx context.Context, site, id string, w alarm.Act) (alarm.Alarm, error)
}

func (s *server) listAlarms(ctx context.Context, in *struct {
	OfSite
	Paged
	Open     bool      `query:"open" doc:"只列未解除的 | only those that are not cleared"`
	Severity string    `query:"severity" enum:"note,warning,severe" doc:"级别 | how much they matter"`
	Since    time.Time `query:"since" doc:"此刻起首次报警的 | first raised at or after"`
},
) (*Listed[alarm.Alarm], error) {
	f := alarm.Filter{Open: in.Open, Severity: site.Severity(in.Severity), Since: in.Since, Limit: in.limit()}
	if in.Cursor != "" {
		var ok bool
		if f.After, ok = alarmCursor(in.Cursor); !ok {
			return nil, badCursor(in.Cursor)
		}
	}
	rows, err := s.Store.Alarms(ctx, in.Site, f)
	if err != nil {
		return nil, err
	}
	return follow(rows, in.Paged, func(a alarm.Alarm) string { return strconv.FormatInt(a.OpenedAt.UnixMilli(), 10) + "." + a.ID }), nil
}

func alarmCursor(text string) (alarm.Cursor, bool) {
	ms, id, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(ms, 10, 64)
	return alarm.Cursor{OpenedAt: time.UnixMilli(n).UTC(), ID: id}, ok && err == nil && n > 0
}

// Said is what a person says with an act on an alarm.
type Said struct {
	Note  string    `json:"note,omitempty" maxLength:"2000" doc:"说明;解除与搁置必填 | a note, needed to clear and to shelve"`
	Until time.Time `json:"until,omitzero" doc:"搁置到何时,至多 72 h | end of a shelf, within 72 h"`
}

// actOnAlarm does one kind of act.
func (s *server) actOnAlarm(kind alarm.Kind) func(context.Context, *alarmAct) (*struct{ Body alarm.Alarm }, error) {
	return func(ctx context.Context, in *alarmAct) (*struct{ Body alarm.Alarm }, error) {
		a, err := s.Store.ActOnAlarm(ctx, in.Site, in.ID, alarm.Act{
			Kind: kind, Actor: actorOf(ctx).ID, At: s.Now(), Note: in.Body.Note, Until: in.Body.Until,
		})
		if err != nil {
			return nil, err
		}
		if err := s.announce(ctx, in.Site, a); err != nil {
			return nil, err
		}
		return &struct{ Body alarm.Alarm }{a}, nil
	}
}

type alarmAct struct {
	OfSite
	ID   string `path:"id" maxLength:"200" doc:"报警编号 | id of the alarm"`
	Body Said
}

// announce tells the viewers what somebody did about an alarm.
func (s *server) announce(ctx context.Context, site string, a alarm.Alarm) error {
	mine, err := s.Mine(ctx, site)
	if err != nil || mine.Hall == nil {
		return err
	}
	return mine.Hall.Publish(alarmed, "", a)
}
