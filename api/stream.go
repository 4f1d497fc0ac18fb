package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/live"
)

const (
	// beat is how often a silent stream says that it is there, and asks whether
	// its token still opens: a wall whose key was revoked goes dark within it.
	beat = 15 * time.Second
	// writeWithin is how long a viewer may take to take an event. Who is slower
	// is let go and comes back with the last number it had.
	writeWithin = 10 * time.Second
	maxStreams  = 512 // at once: 200 viewers, each with a second page
)

// streamed are the kinds of event with what a viewer must be allowed to do.
//
//nolint:gochecknoglobals // a table that is read only
var streamed = map[string]access.Action{
	live.Points: access.ReadWall,
	live.Totals: access.ReadWall,
	alarmed:     access.ReadAlarms,
	"device":    access.ReadWall,
	live.Checks: access.ReadWall,

	filedKind:    access.ReadFilings,
	presenceKind: access.ReadFilings,
}

// byRow are the kinds of event that are about a row of the forms: who has a duty
// at a unit of the mine hears of its rows.
//
//nolint:gochecknoglobals // a table that is read only
var byRow = []string{filedKind, presenceKind}

// alarmed is the kind of event that tells an alarm's step.
const alarmed = "alarm"

// hall gives the mine's open hour.
func (m *Mine) hall() (*live.Hall, error) {
	if m.Hall == nil {
		return nil, fault.Conflict.Say(lang.T("该矿的实时汇总正在启动", "the mine's live totals are being made ready")).
			Do(lang.T("几秒后重试", "try again in a few seconds"))
	}
	return m.Hall, nil
}

// getLive gives the mine as it stands now; the stream goes on after its id.
func (s *server) getLive(ctx context.Context, in *OfSite) (*struct{ Body live.State }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	hall, err := mine.hall()
	if err != nil {
		return nil, err
	}
	told, err := (&Listened{OfSite: *in}).hears(actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body live.State }{snapshotFor(hall, told.Filter)}, nil
}

// Listened is what a viewer asks of the stream.
type Listened struct {
	OfSite
	After int64    `header:"Last-Event-ID" doc:"上次收到的事件号 | the last event had"`
	From  int64    `query:"after" doc:"同 Last-Event-ID | the same, in the address"`
	Kinds []string `query:"kinds" maxItems:"10" doc:"只要这些种类 | these kinds only"`
	Point []string `query:"points" maxItems:"500" doc:"只要这些测点 | these points only"`
	Node  []string `query:"nodes" maxItems:"500" doc:"只要这些节点 | these nodes only"`
}

// getStream tells what moves for as long as somebody listens, as server-sent
// events. It begins with a snapshot unless the viewer says what it had last,
// and sends one again to who has missed too much.
func (s *server) getStream(ctx context.Context, in *Listened) (*huma.StreamResponse, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	hall, err := mine.hall()
	if err != nil {
		return nil, err
	}
	told, err := in.hears(actorOf(ctx))
	if err != nil {
		return nil, err
	}
	if told.units != nil {
		told.About = func(row string) bool { return s.seesRow(ctx, in.Site, row) }
	}
	select {
	case s.streaming <- struct{}{}:
	default:
		return nil, errBusy
	}
	visitOf(ctx).leave() // a listener is no request under way: others need its turn
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer s.streaming.leave()
		c.SetHeader("Content-Type", eventStream)
		c.SetHeader("X-Accel-Buffering", "no") // a proxy that collects would make it a film of the past
		v := &viewer{out: c.BodyWriter(), hall: hall, filter: told.Filter, beat: orElse(s.Beat, beat), may: func() error { return s.stillMay(ctx, in, told) }}
		if err := v.listen(ctx, orElse(in.After, in.From)); err != nil && ctx.Err() == nil {
			s.Log.DebugContext(ctx, "stream ended", "request_id", visitOf(ctx).id, "error", err)
		}
	}}, nil
}

// hearing is what a viewer asked for and may have.
type hearing struct {
	live.Filter
	units []string // whose rows alone they hear of; nil is the whole mine
}

// hears tells what reaches a viewer: who has a duty at a unit only hears of its
// rows, and nothing of the mine's meters.
func (in *Listened) hears(a access.Actor) (hearing, error) {
	units, whole := access.Nodes(a, access.ReadFilings, in.Site)
	f := hearing{Filter: live.Filter{Kinds: []string{}, Points: in.Point, Nodes: in.Node}}
	if !whole {
		f.units = append([]string{}, units...)
	}
	for _, kind := range in.Kinds {
		if _, known := streamed[kind]; !known {
			return f, fault.Invalid.Say(lang.T("没有事件种类 %.40q", "there is no kind of event %.40q"), kind).At(fault.Place{Column: "kinds"})
		}
	}
	for kind, action := range streamed {
		asked := len(in.Kinds) == 0 || slices.Contains(in.Kinds, kind)
		of := access.May
		if slices.Contains(byRow, kind) {
			of = access.MayWithin
		}
		if asked && of(a, action, in.Site) == nil {
			f.Kinds = append(f.Kinds, kind)
		}
	}
	slices.Sort(f.Kinds)
	return f, nil
}

// seesRow tells whether the viewer may look at a row of the forms, by the plan
// as it is now.
func (s *server) seesRow(ctx context.Context, site, row string) bool {
	desk, _, err := s.desk(ctx, site)
	return err == nil && seesRow(actorOf(ctx), desk, row)
}

// stillMay asks once more what was asked at the door, and whether all that is
// told may be told still: who comes back is told what is left.
func (s *server) stillMay(ctx context.Context, in *Listened, had hearing) error {
	if err := s.reopen(ctx); err != nil {
		return err
	}
	if err := access.MayWithin(actorOf(ctx), access.ReadWall, in.Site); err != nil {
		return err
	}
	now, err := in.hears(actorOf(ctx))
	if err != nil {
		return err
	}
	if !slices.Equal(now.Kinds, had.Kinds) || !slices.Equal(now.units, had.units) {
		return errSignIn
	}
	return nil
}

// viewer is one listener.
type viewer struct {
	out    io.Writer
	hall   *live.Hall
	filter live.Filter
	beat   time.Duration
	may    func() error
	buf    bytes.Buffer
}

// listen sends events until the viewer goes or may no longer listen.
func (v *viewer) listen(ctx context.Context, after int64) error {
	v.buf.WriteString("retry: 3000\n\n")
	if after == 0 {
		var err error
		if after, err = v.snapshot(); err != nil {
			return err
		}
	}
	if err := v.send(); err != nil {
		return err
	}
	listening := v.hall.Subscribe(after, v.filter)
	asks := time.NewTicker(v.beat) // however much there is to tell, a token that was taken back ends it
	defer asks.Stop()
	for {
		select {
		case <-asks.C:
			if err := v.may(); err != nil {
				return err
			}
		default:
		}
		wait, cancel := context.WithTimeout(ctx, v.beat)
		events, err := listening.Next(wait)
		cancel()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, context.DeadlineExceeded):
			v.buf.WriteString(": here\n\n")
		case err != nil:
			return err
		}
		for _, e := range events {
			if e.Kind == live.Reset {
				if after, err = v.snapshot(); err != nil {
					return err
				}
				listening = v.hall.Subscribe(after, v.filter)
				break
			}
			v.event(e.ID, e.Kind, e.Data)
		}
		if err := v.send(); err != nil {
			return err
		}
	}
}

// snapshotFor gives the mine as it stands, as far as a viewer wants and may have it.
func snapshotFor(hall *live.Hall, f live.Filter) live.State {
	state := hall.Snapshot()
	keep(&state.Points, f.Points, f.Kinds, live.Points, func(p live.Point) string { return p.ID })
	keep(&state.Nodes, f.Nodes, f.Kinds, live.Totals, func(n live.Node) string { return n.ID })
	keep(&state.Checks, nil, f.Kinds, live.Checks, func(c live.Check) string { return c.ID })
	return state
}

// snapshot writes the mine as it stands.
func (v *viewer) snapshot() (id int64, err error) {
	state := snapshotFor(v.hall, v.filter)
	data, err := json.Marshal(state)
	if err != nil {
		return 0, fmt.Errorf("snapshot: %w", err)
	}
	v.event(state.ID, "snapshot", data)
	return state.ID, nil
}

func keep[T any](all *[]T, wanted, kinds []string, kind string, id func(T) string) {
	*all = slices.DeleteFunc(*all, func(t T) bool {
		return !slices.Contains(kinds, kind) || wanted != nil && !slices.Contains(wanted, id(t))
	})
}

func (v *viewer) event(id int64, kind string, data []byte) {
	v.buf.WriteString("id: ")
	v.buf.WriteString(strconv.FormatInt(id, 10))
	v.buf.WriteString("\nevent: ")
	v.buf.WriteString(kind)
	v.buf.WriteString("\ndata: ")
	v.buf.Write(data) // JSON has no line breaks of its own
	v.buf.WriteString("\n\n")
}

// send writes what has come together, within the time that a viewer has.
func (v *viewer) send() error {
	if v.buf.Len() == 0 {
		return nil
	}
	if w, ok := v.out.(http.ResponseWriter); ok {
		connection := http.NewResponseController(w)
		deadline := time.Now().Add(writeWithin) //nolint:forbidigo // a connection goes by the machine's own clock
		if err := connection.SetWriteDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		defer func() { _ = connection.Flush() }() // a viewer that is gone is told by the next write
	}
	_, err := v.out.Write(v.buf.Bytes())
	v.buf.Reset()
	return err
}
