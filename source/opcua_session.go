package source

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const (
	mostItems    = 500 // of one request; small servers take no more
	lastWords    = 500 * time.Millisecond
	seenKey      = "seen"
	mostNotes    = 64
	shortestLook = 50 * time.Millisecond
)

// opcUASession is one connection to a server.
type opcUASession struct {
	*opcUA
	line    *Line
	client  *opcua.Client
	notes   chan *opcua.PublishNotificationData
	last    []lastValue // by variable
	noted   time.Time
	lived   time.Time // of the last sign of life: a notification or an answer
	grudges grudges
}

// lastValue is what a variable was last known to be.
type lastValue struct {
	v       float64
	q       reading.Quality
	t       int64
	gap     int64 // ms between the last two instants that had a value of their own
	has     bool
	vouched int64 // the latest instant that a reading was given
}

// subscribe asks the server to notify changes of every variable.
func (s *opcUASession) subscribe(ctx context.Context) error {
	s.notes = make(chan *opcua.PublishNotificationData, mostNotes)
	s.noted, s.lived = s.line.Now(), s.line.Now()
	// The library gives up on a request to publish after its patience, or after
	// the time of a keep-alive if that is longer, and the connection with it when
	// the answer comes later: a keep-alive must come well before.
	alive := max(1, uint32(s.patience()/3/s.publish))
	sub, err := s.client.Subscribe(ctx, &opcua.SubscriptionParameters{Interval: s.publish, MaxKeepAliveCount: alive, LifetimeCount: 10 * alive}, s.notes)
	if err != nil {
		return fmt.Errorf("subscribe at %s: %w", s.url, err)
	}
	for from := 0; from < len(s.channels); from += mostItems {
		part := s.channels[from:min(from+mostItems, len(s.channels))]
		items := make([]*ua.MonitoredItemCreateRequest, 0, len(part))
		for i, v := range part {
			items = append(items, s.item(v, from+i))
		}
		answer, err := sub.Monitor(ctx, ua.TimestampsToReturnBoth, items...)
		if err != nil {
			return fmt.Errorf("subscribe at %s: %w", s.url, err)
		}
		for i, r := range answer.Results {
			if r.StatusCode != ua.StatusOK && i < len(part) {
				s.grudges.bear(s.line, part[i].channel, []byte(part[i].node.String()), noVariable(part[i], r.StatusCode))
			}
		}
	}
	return nil
}

func (s *opcUASession) item(v variable, handle int) *ua.MonitoredItemCreateRequest {
	item := opcua.NewMonitoredItemCreateRequestWithDefaults(v.node, ua.AttributeIDValue, uint32(handle))
	item.RequestedParameters.SamplingInterval = float64(s.sample.Milliseconds())
	item.RequestedParameters.QueueSize = s.queue
	if v.deadband > 0 {
		item.RequestedParameters.Filter = ua.NewExtensionObject(&ua.DataChangeFilter{
			Trigger: ua.DataChangeTriggerStatusValue, DeadbandType: uint32(ua.DeadbandTypeAbsolute), DeadbandValue: v.deadband,
		})
	}
	return item
}

func noVariable(v variable, code ua.StatusCode) error {
	return fault.NotFound.Say(lang.T("%s:服务器不给节点 %s(%v)", "%s: the server does not give node %s (%v)"), v.channel, v.node, code).
		Do(lang.T("核对节点标识,以及用户对它的读权限", "check the node's id, and whether the user may read it"))
}

// follow delivers what is notified, and finds out when nothing is.
func (s *opcUASession) follow(ctx context.Context) error {
	look, all := time.NewTicker(max(s.watch/4, shortestLook)), time.NewTicker(s.every)
	defer look.Stop()
	defer all.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n := <-s.notes:
			err = s.take(ctx, n)
		case <-look.C:
			err = s.alive(ctx)
		case <-all.C:
			err = s.readAll(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// take delivers a notification and those that wait behind it.
func (s *opcUASession) take(ctx context.Context, n *opcua.PublishNotificationData) error {
	var values []Value
	for {
		more, err := s.noteValues(n)
		if err != nil {
			return errors.Join(err, s.deliver(ctx, values))
		}
		values = append(values, more...)
		select {
		case n = <-s.notes:
			continue
		default:
		}
		return s.deliver(ctx, values)
	}
}

func (s *opcUASession) noteValues(n *opcua.PublishNotificationData) ([]Value, error) {
	if n.Error != nil {
		return nil, fmt.Errorf("subscription at %s: %w", s.url, n.Error)
	}
	switch x := n.Value.(type) {
	case *ua.StatusChangeNotification:
		return nil, fmt.Errorf("subscription at %s ended: %w", s.url, x.Status)
	case *ua.DataChangeNotification:
		s.noted, s.lived = s.line.Now(), s.line.Now()
		s.line.Heard(0) // the library does not tell the size
		var out []Value
		for _, item := range x.MonitoredItems {
			if item == nil || item.Value == nil || int(item.ClientHandle) >= len(s.channels) {
				continue
			}
			if v, ok := s.value(int(item.ClientHandle), item.Value); ok {
				out = append(out, v)
			}
		}
		return out, nil
	}
	return nil, nil
}

// value reads a variable's data value and remembers it.
func (s *opcUASession) value(i int, dv *ua.DataValue) (Value, bool) {
	name := s.channels[i].channel
	v, ok := dataValueOf(name, dv)
	switch {
	case isAbsent(dv.Status):
		s.grudges.bear(s.line, name, []byte(s.channels[i].node.String()), noVariable(s.channels[i], dv.Status))
		return v, false
	case !ok:
		s.grudges.bear(s.line, name, fmt.Appendf(nil, "%.200v", dv.Value.Value()), fault.Invalid.Say(lang.T("%s:值不是一个数", "%s: the value is not one number"), name).
			Do(lang.T("改指标量数值节点", "name a node with a single number")))
		return v, false
	case overflowed(dv.Status):
		s.grudges.bear(s.line, name, nil, fault.Conflict.Say(lang.T("%s:服务器队列溢出,丢了值", "%s: the server's queue overflowed and values are lost"), name).
			Do(lang.T("加大 queue,或延长 sample", "raise queue, or sample less often")))
	}
	before, gap := s.last[i], s.last[i].gap
	if before.has && v.T > before.t {
		gap = v.T - before.t
	}
	s.last[i] = lastValue{v: v.V, q: v.Q, t: v.T, gap: gap, has: true, vouched: max(before.vouched, v.T)}
	return v, true
}

// deliver makes values durable, together with how far the server was heard.
func (s *opcUASession) deliver(ctx context.Context, values []Value) error {
	var marks []reading.Mark
	if s.history && len(values) > 0 {
		mark := reading.Mark{Key: seenKey}
		for _, v := range values {
			mark.Pos = max(mark.Pos, v.T)
		}
		if mark.Pos > 0 {
			marks = append(marks, mark)
		}
	}
	return s.line.Deliver(ctx, values, marks...)
}

// alive finds the connection lost or silent: without a notification and without
// an answer to the simplest question for twice the usual time. The library may
// call such a connection well for ever.
func (s *opcUASession) alive(ctx context.Context) error {
	if state := s.client.State(); state != opcua.Connected {
		return unreachable(s.url, fmt.Errorf("state %v", state))
	}
	if s.line.Now().Sub(s.lived) < s.watch {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, s.watch)
	defer cancel()
	clock := ua.NewNumericNodeID(0, id.Server_ServerStatus_CurrentTime)
	answer, err := s.client.Read(limited, &ua.ReadRequest{NodesToRead: []*ua.ReadValueID{{NodeID: clock, AttributeID: ua.AttributeIDValue}}})
	if err == nil && len(answer.Results) == 1 && answer.Results[0].Status == ua.StatusOK {
		s.lived = s.line.Now()
		return nil
	}
	if s.line.Now().Sub(s.lived) >= 2*s.watch {
		return mute(s.url)
	}
	return nil
}

// readAll reads every variable: one that stands still would otherwise be told
// once and never again, and count as missing. It finds out as well when changes
// are no longer notified although the server answers.
func (s *opcUASession) readAll(ctx context.Context) error {
	var values []Value
	missed := false
	for from := 0; from < len(s.channels); from += mostItems {
		part := s.channels[from:min(from+mostItems, len(s.channels))]
		request := &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnBoth}
		for _, v := range part {
			request.NodesToRead = append(request.NodesToRead, &ua.ReadValueID{NodeID: v.node, AttributeID: ua.AttributeIDValue})
		}
		answer, err := s.client.Read(ctx, request)
		if err != nil {
			return fmt.Errorf("read %s: %w", s.url, err)
		}
		s.lived = s.line.Now()
		for i, dv := range answer.Results {
			if i >= len(part) || dv == nil {
				continue
			}
			before := s.last[from+i]
			v, ok := s.value(from+i, dv)
			if !ok {
				continue
			}
			if before.has && v.T == before.t {
				if v.V == before.v && v.Q == before.q && s.line.Now().UnixMilli()-v.T <= 2*before.gap {
					continue // between two samples: what a register shows now nobody knows
				}
				v.T = s.vouched(from+i, dv) // as before, which the server vouches for now
			}
			missed = missed || before.has && (v.Q != before.q || math.Abs(v.V-before.v) > part[i].deadband)
			values = append(values, v)
		}
	}
	if err := s.deliver(ctx, values); err != nil {
		return err
	}
	if missed && len(s.notes) == 0 && s.line.Now().Sub(s.noted) > 2*s.watch {
		return fault.Conflict.Say(lang.T("%s 应答读取,却不再通知变化", "%s answers, but no longer notifies changes"), s.url).
			Do(lang.T("连接将重建", "the connection is made anew"))
	}
	return nil
}

// vouched is the instant at which the server says that a value still stands:
// its own clock's, if that goes on.
func (s *opcUASession) vouched(i int, dv *ua.DataValue) int64 {
	t := dv.ServerTimestamp.UnixMilli()
	if t <= s.last[i].vouched {
		t = s.line.Now().UnixMilli()
	}
	s.last[i].vouched = t
	return t
}

// isAbsent tells a node that is not there, or not for us, from one whose value
// is bad.
func isAbsent(code ua.StatusCode) bool {
	return code == ua.StatusBadNodeIDUnknown || code == ua.StatusBadNodeIDInvalid || code == ua.StatusBadUserAccessDenied ||
		code == ua.StatusBadNotReadable || code == ua.StatusBadAttributeIDInvalid
}

// hangUp closes a client within a moment, whatever the server does.
func hangUp(ctx context.Context, c *opcua.Client) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	_ = c.Close(limited)
}
