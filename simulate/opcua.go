package simulate

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
)

func init() {
	register("opcua", part{faults: []Kind{LinkCut, WrongCRC, HalfFrame, ClockWrong, SensorStuck}, cast: castServer})
}

// plcs is an OPC UA server over the controllers of the power house: a node for
// each channel, whose value carries the instant it was measured at.
type plcs struct {
	unit    *unit
	address string
	nodes   []*ua.NodeID // by channel

	mu sync.Mutex
	at []*ua.DataValue // by channel: what the nodes say
}

// serverFile is what is read of the device's file.
type serverFile struct {
	OPCUA   struct{ URL string }
	Channel []struct{ Name, Node string }
}

func castServer(u *unit) (player, error) {
	var f serverFile
	if err := u.describe(&f); err != nil {
		return nil, err
	}
	at, err := url.Parse(f.OPCUA.URL)
	if err != nil || at.Scheme != "opc.tcp" {
		return nil, fmt.Errorf("only opc.tcp:// is played, not %q", f.OPCUA.URL)
	}
	p := &plcs{unit: u, address: at.Host, at: make([]*ua.DataValue, len(u.wires))}
	for i, c := range f.Channel {
		name := c.Node
		if name == "" {
			name = u.wires[i].channel
		}
		id, err := ua.ParseNodeID(name)
		if err != nil || id.Namespace() != 1 {
			return nil, fmt.Errorf("node %q: only nodes of namespace 1 are played", name)
		}
		p.nodes = append(p.nodes, id)
	}
	return p, nil
}

// errDeaf tells that the library's server no longer answers: it can wait for a
// subscriber who has gone.
var errDeaf = errors.New("the OPC UA server hangs")

func (p *plcs) play(outer context.Context) error {
	ctx, end := context.WithCancelCause(outer)
	defer end(nil)
	line, err := lay(ctx, p.address, p.unit.spoil(0))
	if err != nil {
		return err
	}
	p.set(p.unit.clock.at())
	s, err := p.serve(ctx, line.inner)
	if err != nil {
		return errors.Join(err, line.outer.Close())
	}
	// The library's server closes no connection that a client holds open; the
	// cable does.
	carried := make(chan error, 1)
	go func() {
		err := line.carry(ctx)
		end(err)
		carried <- err
	}()
	p.unit.skip()
	told := p.unit.each(ctx, func(t time.Time) error {
		p.set(t)
		return p.notify(ctx, s)
	})
	end(told)
	err = errors.Join(told, <-carried)
	if errors.Is(told, errDeaf) {
		return err
	}
	return errors.Join(err, s.Close())
}

// serve starts the library's server.
func (p *plcs) serve(ctx context.Context, inner string) (*server.Server, error) {
	options := []server.Option{
		server.EnableSecurity("None", ua.MessageSecurityModeNone), server.EnableAuthMode(ua.UserTokenTypeAnonymous), server.ServerName("Qingling power house"),
	}
	for _, address := range []string{inner, p.address} { // it listens at the first, and answers for both
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return nil, fmt.Errorf("OPC UA server: %w", err)
		}
		options = append(options, server.EndPoint(at.Addr().String(), int(at.Port())))
	}
	s := server.New(options...)
	space := server.NewNodeNameSpace(s, "urn:lingtan:qingling")
	for i, id := range p.nodes {
		space.AddNode(server.NewVariableNode(id, p.unit.wires[i].channel, func() *ua.DataValue { return p.value(i) }))
	}
	if err := s.Start(ctx); err != nil {
		return nil, fmt.Errorf("OPC UA server: %w", err)
	}
	return s, nil
}

// set gives the nodes what the instruments show.
func (p *plcs) set(t time.Time) {
	values, at := p.unit.show(t), p.unit.stamp(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, v := range values {
		p.at[i] = &ua.DataValue{
			EncodingMask: ua.DataValueValue | ua.DataValueSourceTimestamp | ua.DataValueServerTimestamp,
			Value:        ua.MustVariant(v.value), SourceTimestamp: at, ServerTimestamp: at,
		}
	}
}

func (p *plcs) value(i int) *ua.DataValue {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at[i]
}

// notify tells the subscribers. The library waits for each of them, so that it
// is not waited for without an end.
func (p *plcs) notify(ctx context.Context, s *server.Server) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, id := range p.nodes {
			s.ChangeNotification(id)
		}
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(answerWithin):
		return errDeaf
	}
}
