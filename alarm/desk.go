package alarm

import (
	"context"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/site"
)

// Book keeps alarms. What it keeps is the truth: people act on alarms there,
// and whoever watches reads it before each look.
type Book interface {
	// StandingAlarms gives a site's alarms that stand at an instant, as Until says.
	StandingAlarms(ctx context.Context, site string, now time.Time) ([]Alarm, error)
	// SaveSteps keeps steps with their entries in the ledger and their messages,
	// all or none. A step of an alarm that has moved on meanwhile is a Conflict.
	SaveSteps(ctx context.Context, site string, steps []Step) error
}

// Desk watches a site: it looks, and writes down what is to happen.
type Desk struct {
	book Book
	site string

	mu     sync.Mutex
	engine *Engine
}

// NewDesk takes up the watch over a site where the book left it.
func NewDesk(s *site.Site, book Book) *Desk {
	return &Desk{book: book, site: s.ID, engine: NewEngine(s, nil)}
}

// Watch looks once, and is called each second. Where the book can not be
// written, or somebody was faster, nothing is lost: what still holds is found
// again at the next look.
func (d *Desk) Watch(ctx context.Context, now time.Time, v View) ([]Step, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	standing, err := d.book.StandingAlarms(ctx, d.site, now)
	if err != nil {
		return nil, err
	}
	d.engine.Learn(standing)
	steps := d.engine.Observe(now, v)
	if len(steps) == 0 {
		return nil, nil
	}
	err = d.book.SaveSteps(ctx, d.site, steps)
	if fault.KindOf(err) == fault.Conflict {
		return nil, nil // a person was faster: the next look sees it
	}
	if err != nil {
		return nil, err
	}
	return steps, nil
}

// State tells how a rule stands at a subject, pending included.
func (d *Desk) State(rule, subject string) State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.engine.State(rule, subject)
}
