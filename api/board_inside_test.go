package api

import (
	"testing"
	"time"

	"lingtan/alarm"
	"lingtan/board"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// TestHappened: what a wall tells of an alarm, a clash and a counter.
func TestHappened(t *testing.T) {
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	ms := at.UnixMilli()
	for _, c := range []struct {
		name              string
		got               board.Event
		id, state, zh, en string
	}{
		{
			"an alarm", alarmEvent(alarm.Alarm{ID: "gas:1", RaisedAt: at, Severity: site.Severe, State: alarm.Raised, Name: lang.T("超限", "over"), About: lang.T("一号井", "shaft 1"), Says: lang.T("高", "high")}),
			"alarm:gas:1", "raised", "超限 · 一号井", "over · shaft 1",
		},
		{
			"a clash", clashEvent(reading.Dispute{Clash: reading.Clash{T: ms, Kept: reading.Reading{V: 1}, Other: reading.Reading{V: 2}}}, "feeder"),
			"clash:feeder:2025-01-02T03:04:05Z", "raised", "点 feeder 同一时刻有不同读数", "point feeder has contradictory readings",
		},
		{
			"a clash that is settled", clashEvent(reading.Dispute{Clash: reading.Clash{T: ms}, SettledAt: at}, "feeder"),
			"clash:feeder:2025-01-02T03:04:05Z", "cleared", "点 feeder 同一时刻有不同读数", "point feeder has contradictory readings",
		},
		{
			"a counter", counterEvent(reading.Event{T: ms, Kind: reading.Jump, From: 1, To: 9}, "feeder"),
			"counter:feeder:jump:2025-01-02T03:04:05Z", "raised", "计数器 feeder 跳变", "counter feeder jumped",
		},
	} {
		if g := c.got; g.ID != c.id || !g.At.Equal(at) || g.State != c.state || g.Title.ZH != c.zh || g.Title.EN != c.en || g.Text.ZH == "" && c.name != "an alarm" {
			t.Errorf("%s: %+v", c.name, g)
		}
	}
}
