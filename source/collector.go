package source

import (
	"context"
	"sync"
	"time"

	"lingtan/reading"
)

// Collector commits what many senders hand in at the same moment together: an
// engine's commit waits for the disk, some hundred times a second at most,
// whatever its size. Every sender still hears only when its own is durable.
type Collector struct {
	Sink Sink
	// Wait is how long the first of a group waits for others.
	Wait time.Duration
	// Most is how many readings make a group full.
	Most int

	mu    sync.Mutex
	open  *group
	turns chan struct{} // held by the group being committed
	once  sync.Once
}

// The collector's usual measure: ten commits a second, which a mine's wall
// does not notice and a disk hardly.
const (
	DefaultWait = 100 * time.Millisecond
	DefaultMost = 50_000
)

// group is what is committed together.
type group struct {
	batches []reading.Batch
	n       int
	full    chan struct{} // closed when it should wait no longer
	done    chan struct{} // closed when it is committed
	errs    []error
}

// Accept joins the open group and returns when it is durable. A batch that is
// refused costs the others of its group nothing.
func (c *Collector) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	c.once.Do(func() { c.turns = make(chan struct{}, 1) })
	c.mu.Lock()
	g, first := c.open, false
	if g == nil {
		g, first = &group{full: make(chan struct{}), done: make(chan struct{})}, true
		c.open = g
	}
	mine := len(g.batches)
	g.batches, g.n = append(g.batches, b), g.n+len(b.Readings)
	if g.n >= c.most() {
		c.open = nil
		close(g.full)
	}
	c.mu.Unlock()
	if first {
		// The group is not its first sender's: who gives up waiting takes nobody along.
		go c.commit(context.WithoutCancel(ctx), g)
	}
	select {
	case <-g.done:
	case <-ctx.Done():
		return reading.Receipt{}, ctx.Err()
	}
	if err := g.errs[mine]; err != nil {
		return reading.Receipt{}, err
	}
	return reading.ReceiptOf(b.Readings), nil
}

func (c *Collector) most() int {
	if c.Most > 0 {
		return min(c.Most, reading.MaxBatch/2)
	}
	return DefaultMost
}

// commit waits for company, then for its turn, and makes the group durable.
// While one group is on its way the next gathers.
func (c *Collector) commit(ctx context.Context, g *group) {
	wait := c.Wait
	if wait <= 0 {
		wait = DefaultWait
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-g.full:
	case <-timer.C:
	}
	c.turns <- struct{}{}
	defer func() { <-c.turns }()
	c.mu.Lock()
	if c.open == g {
		c.open = nil
	}
	c.mu.Unlock()
	c.write(ctx, g)
	close(g.done)
}

// write commits a group at once, or one by one where it is refused as a whole.
func (c *Collector) write(ctx context.Context, g *group) {
	g.errs = make([]error, len(g.batches))
	if len(g.batches) > 1 && g.n <= reading.MaxBatch {
		all := reading.Batch{Readings: make([]reading.Reading, 0, g.n)}
		for _, b := range g.batches {
			all.Readings, all.Marks = append(all.Readings, b.Readings...), append(all.Marks, b.Marks...)
		}
		if _, err := c.Sink.Accept(ctx, all); err == nil {
			rest := all.Readings
			for _, b := range g.batches { // with what the judge said of them
				rest = rest[copy(b.Readings, rest):]
			}
			return
		}
	}
	for i, b := range g.batches {
		_, g.errs[i] = c.Sink.Accept(ctx, b)
	}
}
