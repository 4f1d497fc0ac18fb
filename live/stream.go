package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// The kinds of event the hall tells of itself. Other rooms publish kinds of
// their own ("alarm", "source", "check").
const (
	Points = "points" // points whose reading, rate or totals moved
	Totals = "totals" // nodes whose rate or totals moved
	Reset  = "reset"  // events were missed: take the snapshot
)

// Event is something that happened, numbered. Its data is JSON, encoded once
// for all viewers, who must not change it.
//
// "points" and "totals" carry a list of the points or nodes that moved, as a
// snapshot shows them but for what never changes of them; "reset" carries an
// empty object.
type Event struct {
	ID   int64
	Kind string
	Data []byte

	about string // what another room's event is about, for viewers who may hear of some of it
	parts []part // of a list, for viewers who want some of it
}

// part is one thing of an event's list.
type part struct {
	key  string // the point's or node's id
	data []byte
}

// Filter says what a viewer wants. A nil list asks for all, an empty one for
// none of it.
type Filter struct {
	Kinds  []string
	Points []string
	Nodes  []string
	// About tells whether the viewer may hear what is about one thing, by the
	// name it was published under; nil lets all of it pass.
	About func(name string) bool
}

// ringBytes is how much of the past is kept for viewers who come back: at
// 5,000 points a second some twenty seconds, at a mine's usual pace an hour.
const ringBytes = 32 << 20

// ring is the last events, and who waits for the next.
type ring struct {
	mu     sync.Mutex
	events []Event
	first  int64 // the id from which on nothing is missing
	last   int64 // the last id given
	bytes  int
	limit  int
	wake   chan struct{} // closed by the next event
}

// newRing numbers from the clock, so that no id comes again after a restart;
// a thousand events a millisecond are more than there will be, and a
// JavaScript number still holds the id.
func newRing(nowMS int64) *ring {
	start := nowMS << 10
	return &ring{first: start + 1, last: start, limit: ringBytes, wake: make(chan struct{})}
}

// post numbers an event and wakes whoever waits.
func (r *ring) post(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	e.ID = r.last
	r.events, r.bytes = append(r.events, e), r.bytes+e.size()
	drop := 0
	for r.bytes > r.limit && drop < len(r.events)-1 {
		r.bytes -= r.events[drop].size()
		drop++
	}
	if drop > 0 {
		clear(r.events[:drop]) // the array stays: let go of their bytes
		r.events, r.first = r.events[drop:], r.events[drop].ID
	}
	close(r.wake)
	r.wake = make(chan struct{})
}

// size is what an event holds; its parts are slices of its data.
func (e Event) size() int { return len(e.Data) + 64 + 40*len(e.parts) }

// after gives the events behind an id, whether some of them are gone, and what
// the next will close.
func (r *ring) after(id int64) (events []Event, last int64, gone bool, wake chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id < r.first-1 || id > r.last {
		return nil, r.last, true, r.wake
	}
	i := len(r.events) - int(r.last-id)
	return slices.Clone(r.events[i:]), r.last, false, r.wake
}

func (r *ring) end() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// list makes an event of parts, its data a JSON array of them, and the parts
// slices of it.
func list(kind string, parts []part) Event {
	e := Event{Kind: kind, Data: join(parts), parts: parts}
	at := 1
	for i, p := range parts {
		parts[i].data = e.Data[at : at+len(p.data)]
		at += len(p.data) + 1
	}
	return e
}

func join(parts []part) []byte {
	size := 2
	for _, p := range parts {
		size += len(p.data) + 1
	}
	out := append(make([]byte, 0, size), '[')
	for i, p := range parts {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, p.data...)
	}
	return append(out, ']')
}

// Subscription is one viewer's place in the stream. It is for one goroutine.
type Subscription struct {
	ring *ring
	at   int64
	want wanted
}

// wanted is a filter made ready.
type wanted struct {
	kinds, points, nodes map[string]bool // nil wants all
	about                func(name string) bool
}

func (f Filter) ready() wanted {
	return wanted{set(f.Kinds), set(f.Points), set(f.Nodes), f.About}
}

func set(list []string) map[string]bool {
	if list == nil {
		return nil
	}
	out := make(map[string]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out
}

// Subscribe gives the events after an id, as a snapshot or an event told it,
// and those to come; 0 gives those to come. A viewer that is too slow, or was
// away too long, gets a Reset and goes on from there; nobody waits for it.
func (h *Hall) Subscribe(after int64, f Filter) *Subscription {
	if after == 0 {
		after = h.ring.end()
	}
	return &Subscription{ring: h.ring, at: after, want: f.ready()}
}

// Next waits for events the viewer wants and gives them in order.
func (s *Subscription) Next(ctx context.Context) ([]Event, error) {
	for {
		events, last, gone, wake := s.ring.after(s.at)
		s.at = last
		if gone {
			return []Event{{ID: last, Kind: Reset, Data: []byte("{}")}}, nil
		}
		var out []Event
		for _, e := range events {
			if e, ok := s.want.of(e); ok {
				out = append(out, e)
			}
		}
		if len(out) > 0 {
			return out, nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// of gives what the viewer wants of an event.
func (w wanted) of(e Event) (Event, bool) {
	if w.kinds != nil && !w.kinds[e.Kind] {
		return e, false
	}
	if w.about != nil && e.about != "" && !w.about(e.about) {
		return e, false
	}
	var only map[string]bool
	switch e.Kind {
	case Points:
		only = w.points
	case Totals:
		only = w.nodes
	}
	if only == nil {
		return e, true
	}
	var parts []part
	for _, p := range e.parts {
		if only[p.key] {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return e, false
	}
	return Event{ID: e.ID, Kind: e.Kind, Data: join(parts)}, true
}

// Publish sends an event of another room's kind to the viewers. about names what
// it is about to filters; empty is for everybody who may have the kind.
func (h *Hall) Publish(kind, about string, payload any) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("publish %s: %w", kind, err)
	}
	h.ring.post(Event{Kind: kind, Data: data, about: about})
	return nil
}
