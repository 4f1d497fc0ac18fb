package source

import (
	"context"
	"fmt"
)

const (
	// waiting is how many messages may wait to become durable. A broker sends
	// no more before it hears of the first.
	waiting = 1000
	// together is how many values are committed at once when many wait.
	together = 20_000
)

// parcel is a message that was understood: its values, and who waits for them.
type parcel struct {
	values []Value
	done   func() error // told when they are durable; may be nil
}

// intake makes messages durable in the order they came. An engine commits some
// ten times a second and a broker sends thousands of messages, so what arrives
// during one commit goes together into the next.
type intake struct{ parcels chan parcel }

func newIntake() *intake { return &intake{parcels: make(chan parcel, waiting)} }

// put hands a message in, and waits where too many wait already: that is how a
// flood is held up at its sender.
func (q *intake) put(ctx context.Context, p parcel) error {
	select {
	case q.parcels <- p:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// run commits until the context ends or the platform takes nothing more. What
// was not committed was not acknowledged, and its sender sends it again.
func (q *intake) run(ctx context.Context, l *Line) error {
	for {
		var first parcel
		select {
		case first = <-q.parcels:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		group := q.gather(first)
		var values []Value
		for _, p := range group {
			values = append(values, p.values...)
		}
		if err := l.Deliver(ctx, values); err != nil {
			return err
		}
		for _, p := range group {
			if p.done == nil {
				continue
			}
			if err := p.done(); err != nil {
				return fmt.Errorf("acknowledge: %w", err)
			}
		}
	}
}

// gather takes what waits already.
func (q *intake) gather(first parcel) []parcel {
	group, n := []parcel{first}, len(first.values)
	for n < together {
		select {
		case p := <-q.parcels:
			group, n = append(group, p), n+len(p.values)
		default:
			return group
		}
	}
	return group
}
