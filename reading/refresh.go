package reading

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Sizes that bound a refresh's memory.
const (
	// dirtyArrivals is how many arrivals one round looks at.
	dirtyArrivals = 1 << 22
	// batchBuckets is how many buckets are asked for at once: some 60 MB.
	batchBuckets = 250_000
	// leastJobHours is how short a series' stretch is cut at least: what is asked
	// for beside a stretch must stay little.
	leastJobHours = 7 * day
	// clashHours is how long a stretch is looked through for clashes at once.
	clashHours = 31 * day
)

// Refreshed tells what a refresh did.
type Refreshed struct {
	Recomputed int64 // hours looked at again
	Written    int64 // hours that have an amount
	Clashes    int
	Events     int
}

// Refresh recomputes the hours that new readings can have changed, and nothing
// else. It may be stopped at any point and called again: the watermark moves
// with the last of the hours it stands for. progress may be nil.
func (s *Service) Refresh(ctx context.Context, progress func(done, total int)) (Refreshed, error) {
	var sum Refreshed
	leave, err := s.enter(ctx)
	if err != nil {
		return sum, fmt.Errorf("refresh: %w", err)
	}
	defer leave()
	for {
		d, err := s.Series.Dirty(ctx, dirtyArrivals)
		if err != nil {
			return sum, fmt.Errorf("refresh: %w", err)
		}
		if d.Upto == 0 {
			return sum, nil
		}
		if err := s.round(ctx, d, &sum, progress); err != nil {
			return sum, fmt.Errorf("refresh: %w", err)
		}
		if !d.More {
			return sum, nil
		}
	}
}

// enter lets one at a time recompute, and others wait as long as they may: two
// at once would both work from what each had read, and the one that ends last
// would put back hours without the readings that came in between.
func (s *Service) enter(ctx context.Context) (leave func(), err error) {
	s.once.Do(func() { s.turn = make(chan struct{}, 1) })
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Recompute recomputes a stretch of some series as if all its readings were
// new: after a rule has changed, a replacement been declared.
func (s *Service) Recompute(ctx context.Context, spans []Span) (Refreshed, error) {
	var sum Refreshed
	leave, err := s.enter(ctx)
	if err != nil {
		return sum, fmt.Errorf("recompute: %w", err)
	}
	defer leave()
	if err := s.round(ctx, Dirty{Spans: spans}, &sum, nil); err != nil {
		return sum, fmt.Errorf("recompute: %w", err)
	}
	return sum, nil
}

// round recomputes what is dirty and moves the watermark with the last write.
func (s *Service) round(ctx context.Context, d Dirty, sum *Refreshed, progress func(done, total int)) error {
	jobs := s.jobs(d.Spans)
	groups := group(jobs)
	products := s.products(d.Spans)
	done, total := 0, len(jobs)+len(products)
	tell := func(n int) {
		if done += n; progress != nil {
			progress(done, total)
		}
	}
	for i, g := range groups {
		w, err := s.recompute(ctx, g, sum)
		if err != nil {
			return err
		}
		if i == len(groups)-1 && len(products) == 0 {
			w.Upto = d.Upto
		}
		if err := s.put(ctx, w, sum); err != nil {
			return err
		}
		tell(len(g))
	}
	if len(products) > 0 {
		if err := s.derive(ctx, products, d.Upto, sum); err != nil {
			return err
		}
		tell(len(products))
	}
	if total == 0 {
		return s.put(ctx, Write{Upto: d.Upto}, sum)
	}
	return nil
}

func (s *Service) put(ctx context.Context, w Write, sum *Refreshed) error {
	for _, e := range w.Erase {
		sum.Recomputed += e.To - e.From
	}
	sum.Written += int64(len(w.Hours))
	defer s.revisions.note(w.Erase) // after the write; one that failed half way is noted as well
	return s.Series.PutHours(ctx, w)
}

// job is a stretch of dirty hours of one series, in the hours of its rule.
type job struct {
	series ID
	rule   Rule
	hours  []Span // ascending, of one series
}

func (j job) from() int64 { return j.hours[0].From }
func (j job) to() int64   { return j.hours[len(j.hours)-1].To }

// jobs cuts the dirty spans into jobs: far-apart stretches of a series are
// different jobs, so that one reading of long ago asks for its days only. All
// are cut at the same hours, so that one query serves all series of a stretch:
// readings lie by time, not by series, where they arrived.
func (s *Service) jobs(spans []Span) []job {
	var jobs []job
	rules, cut := map[ID]Rule{}, jobHours(spans)
	for _, span := range spans {
		rule, known := rules[span.Series]
		if !known {
			var ok bool
			if rule, ok = s.Rules(span.Series); !ok {
				continue
			}
			rules[span.Series] = rule
		}
		shift := rule.shiftMS()
		span.From, span.To = HourOf(span.From*HourMS-shift), HourOf(span.To*HourMS-1-shift)+1
		for span.From < span.To {
			part := span
			part.To = min(span.To, span.From-modulo(span.From, cut)+cut)
			jobs = addJob(jobs, rule, part, cut)
			span.From = part.To
		}
	}
	return jobs
}

// jobHours is how long a job may be so that all series fit into one query.
func jobHours(spans []Span) int64 {
	series := int64(1)
	for i := 1; i < len(spans); i++ {
		if spans[i].Series != spans[i-1].Series {
			series++
		}
	}
	return max(batchBuckets/series, leastJobHours)
}

func modulo(a, b int64) int64 { return (a%b + b) % b }

// addJob adds a span to the job before it or makes it a job of its own.
func addJob(jobs []job, rule Rule, span Span, cut int64) []job {
	if n := len(jobs); n > 0 {
		j := &jobs[n-1]
		near := j.series == span.Series && span.From <= j.to()+2*day
		if near && span.From-modulo(span.From, cut) <= j.from() {
			j.hours = append(j.hours, span)
			return jobs
		}
	}
	return append(jobs, job{span.Series, rule, []Span{span}})
}

// group puts jobs of about the same stretch together, for one query serves
// them all, but no more than batchBuckets.
func group(jobs []job) [][]job {
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(a.from(), b.from()) })
	var groups [][]job
	var from, to, longest int64
	for _, j := range jobs {
		length := j.to() - j.from()
		if n := len(groups); n > 0 {
			f, t, l := min(from, j.from()), max(to, j.to()), max(longest, length)
			if t-f <= 2*l+2*day && (t-f)*int64(len(groups[n-1])+1) <= batchBuckets {
				groups[n-1], from, to, longest = append(groups[n-1], j), f, t, l
				continue
			}
		}
		groups = append(groups, []job{j})
		from, to, longest = j.from(), j.to(), length
	}
	return groups
}
