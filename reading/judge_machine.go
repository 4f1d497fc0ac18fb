package reading

// remembered is how many runs of a machine are kept: of a batch that brings an
// hour of a machine that starts and stops, the older part is judged too.
const remembered = 8

// machine remembers when a signal said that its machine ran.
type machine struct {
	Running
	runs [remembered]span // the newest is number n−1, counted round
	n    int
	last int64 // instant of the newest reading
	on   bool  // what that said
}

// span is [from, to) in ms.
type span struct{ from, to int64 }

// hear takes a reading of the signal; what is older than the newest comes too
// late to be told from it.
func (m *machine) hear(t int64, v float64) {
	if m.n > 0 && t <= m.last {
		return
	}
	hold := m.Hold.Milliseconds()
	run := &m.runs[max(m.n-1, 0)%remembered]
	on := v > m.Above
	switch {
	case on && m.on && t <= run.to:
		run.to = t + hold
	case on:
		m.runs[m.n%remembered] = span{t, t + hold}
		m.n++
	case m.on:
		run.to = min(run.to, t)
	}
	m.last, m.on = t, on
}

// ran tells since when the machine had been running at an instant.
func (m *machine) ran(t int64) (since int64, ok bool) {
	for i := m.n - 1; i >= max(m.n-remembered, 0); i-- {
		if run := m.runs[i%remembered]; t >= run.from && t < run.to {
			return run.from, true
		}
	}
	return 0, false
}
