package reading

import (
	"math"
	"sync"
)

// Judge finds what is doubtful in readings as they come. It remembers of each
// series what its neighbours are judged by, has no clock of its own, only ever
// worsens a quality, and says why. One lock serves a batch: any number may be
// judged at once.
//
// What it says of a reading depends on what came of that series before, never
// on how the batches of different series came. A flat line is told where the
// signals of its machine came in the same batch or before; where they come
// later the reading stays undoubted.
type Judge struct {
	mu     sync.Mutex
	series []*judged // by ID, which the store hands out densely; nil where nothing is to be judged
	feeds  bool      // there are signals of machines
	batch  uint64    // how many batches were begun

	seeding sync.Mutex
	seeded  bool
}

// NewJudge makes a judge that has seen nothing; Seed tells it what is stored.
func NewJudge(rules map[ID]Judgement) *Judge {
	j := &Judge{}
	for id, rule := range rules {
		s := j.of(id)
		s.rule = rule
		for _, running := range rule.FlatWhile {
			m := &machine{Running: running}
			s.machines = append(s.machines, m)
			signal := j.of(running.Series)
			signal.drives = append(signal.drives, m)
			j.feeds = true
		}
	}
	return j
}

// of gives the series of a number, which it makes if need be.
func (j *Judge) of(id ID) *judged {
	if n := int(id) + 1 - len(j.series); n > 0 {
		j.series = append(j.series, make([]*judged, n)...)
	}
	if j.series[id] == nil {
		j.series[id] = &judged{}
	}
	return j.series[id]
}

// find gives the series of a number, nil where nothing is to be judged.
func (j *Judge) find(id ID) *judged {
	if id < 0 || int(id) >= len(j.series) {
		return nil
	}
	return j.series[id]
}

// Batch judges the readings of a batch in place, in their order, at an instant
// in ms UTC. Where the batch could not be stored, undo lets the judge forget
// it, so that it is judged alike when it is sent again.
func (j *Judge) Batch(b Batch, now int64) (undo func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.batch++
	number := j.batch
	if j.feeds {
		j.feed(b.Readings, now)
	}
	var touched []memory
	var s *judged
	id := ID(0)
	for i := range b.Readings {
		r := &b.Readings[i]
		judgeClock(r, b.Live, now)
		judgeNumber(r)
		if r.Series != id {
			s, id = j.find(r.Series), r.Series
			if s != nil && s.batch != number {
				touched = append(touched, memory{s, s.course})
				s.batch = number
			}
		}
		if s != nil {
			s.judge(r)
		}
	}
	return func() { j.forget(touched, number) }
}

// memory is what was known of a series before a batch.
type memory struct {
	of     *judged
	before course
}

// forget takes back what a batch taught, except where another batch has taught
// more since.
func (j *Judge) forget(touched []memory, batch uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, m := range touched {
		if m.of.batch == batch {
			m.of.course = m.before
		}
	}
}

// feed tells the machines of the batch's signals first, so that the order of
// the series in it does not matter.
func (j *Judge) feed(rs []Reading, now int64) {
	var s *judged
	id := ID(0)
	for i := range rs {
		r := &rs[i]
		if r.Series != id {
			s, id = j.find(r.Series), r.Series
		}
		if s == nil || len(s.drives) == 0 || ahead(r, now) || !r.Counts() || !s.rule.Range.Contains(r.V) {
			continue
		}
		for _, m := range s.drives {
			m.hear(r.T, r.V)
		}
	}
}

// worsen is all a judge may do to a reading.
func worsen(r *Reading, q Quality, why Reason) {
	r.Q, r.Why = max(r.Q, q), r.Why|why
}

func ahead(r *Reading, now int64) bool { return r.T > now+Tolerance.Milliseconds() }

// judgeClock compares the instant of a reading with the clock. Beyond five
// minutes ahead it would count for an hour that has not been. What is told late
// is no worse for it; only where it was sent as live is the clock to blame.
func judgeClock(r *Reading, live bool, now int64) {
	late := r.Recv-r.T > Tolerance.Milliseconds()
	switch {
	case ahead(r, now):
		worsen(r, Quarantined, ClockAhead)
	case late:
		r.Why |= CameLate
	default:
		return
	}
	if live {
		r.Why |= ClockSkew
	}
}

func judgeNumber(r *Reading) {
	switch {
	case math.IsNaN(r.V) || math.IsInf(r.V, 0):
		worsen(r, Bad, NotNumber)
	case math.Abs(r.V) > MaxValue:
		worsen(r, Bad, OutOfRange)
	}
}
