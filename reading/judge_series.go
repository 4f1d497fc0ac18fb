package reading

import "time"

// judged is one series under judgement.
type judged struct {
	rule     Judgement
	machines []*machine // any of which running makes a flat line doubtful
	drives   []*machine // of other series, whose signal this one is
	course
	batch uint64 // the last that touched it
}

// course is what is remembered of a series.
type course struct {
	last Reading // what the engine's Latest gives; no Series where there is none
	flat flat
}

func (s *judged) judge(r *Reading) {
	if !r.Why.Has(NotNumber) && !s.rule.Range.Contains(r.V) {
		worsen(r, Bad, OutOfRange)
	}
	if !r.Counts() {
		return
	}
	s.judgeStep(r)
	s.judgeFlat(r)
	s.keep(*r)
}

// judgeStep judges a reading by the one before it. A late one has neighbours
// that are not remembered, and is not judged; the last one again is what it was
// found to be.
func (s *judged) judgeStep(r *Reading) {
	switch {
	case s.last.Series == 0:
	case r.T > s.last.T && s.rule.MaxStep.exceeded(s.last, *r, s.rule.holdMS()):
		worsen(r, Suspect, TooFast)
	case r.T == s.last.T && r.V == s.last.V && s.last.Why.Has(TooFast):
		worsen(r, Suspect, TooFast)
	}
}

func (s *judged) judgeFlat(r *Reading) {
	after := s.rule.FlatAfter.Milliseconds()
	if after <= 0 {
		return
	}
	s.flat.see(r.T, r.V, s.rule.holdMS(), after)
	since, same := s.flat.lasts(r.T, r.V)
	if !same {
		return
	}
	if runs, running := s.runs(r.T); running && r.T-max(since, runs) >= after {
		worsen(r, Suspect, FlatLine)
	}
}

// runs tells since when the machine has been running at an instant.
func (s *judged) runs(t int64) (since int64, running bool) {
	if len(s.machines) == 0 {
		return -Forever, true
	}
	for _, m := range s.machines {
		if from, ok := m.ran(t); ok && (!running || from < since) {
			since, running = from, true
		}
	}
	return since, running
}

// keep remembers the reading that the engine's Latest will give.
func (s *judged) keep(r Reading) {
	if s.last.Series == 0 || r.T > s.last.T || r.T == s.last.T && Compare(r, s.last) < 0 {
		s.last = r
	}
}

// holdMS is how far apart neighbours are.
func (r Judgement) holdMS() int64 {
	if r.Hold <= 0 {
		return (24 * time.Hour).Milliseconds()
	}
	return r.Hold.Milliseconds()
}

// flat is a stretch in which a value did not change: seen at both ends, and
// never silent for longer than neighbours are apart.
type flat struct {
	v          float64
	from, upto int64
	some       bool
}

// see takes a reading into account. A late one with another value breaks the
// stretch at its newest reading, unless it is older than what a verdict looks
// back to.
func (f *flat) see(t int64, v float64, hold, after int64) {
	switch {
	case !f.some || t > f.upto && (v != f.v || t-f.upto > hold):
		*f = flat{v: v, from: t, upto: t, some: true}
	case t > f.upto:
		f.upto = t
	case v == f.v:
	case t == f.upto:
		f.v, f.from = v, t
	case t >= f.from && t >= f.upto-after:
		f.from = f.upto
	}
}

// lasts tells since when a value has been the same, if it lies in the stretch.
func (f *flat) lasts(t int64, v float64) (since int64, same bool) {
	return f.from, f.some && v == f.v && t >= f.from && t <= f.upto
}
