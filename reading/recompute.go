package reading

import (
	"cmp"
	"context"
	"slices"
)

// pads tells how many hours around a dirty stretch are asked for, margin by
// margin, until the neighbours on both sides are found. The first is what dense
// data needs, two hours on each side, and beside a long stretch, where it costs
// nothing, what hourly data needs; the last asks for everything.
func pads(hours int64) []int64 {
	return []int64{min(max(hours/8, 2), 8), 2 * day, 62 * day, Forever / HourMS / 2}
}

// recompute computes the hours a group of jobs has changed.
func (s *Service) recompute(ctx context.Context, jobs []job, sum *Refreshed) (Write, error) {
	var w Write
	jobs = perSeries(jobs)
	from, to := jobs[0].from(), jobs[0].to()
	for _, j := range jobs {
		from, to = min(from, j.from()), max(to, j.to())
	}
	buckets, pads := map[ID][]Bucket{}, pads(to-from)
	if err := s.buckets(ctx, jobs, from-pads[0], to+pads[0], buckets); err != nil {
		return w, err
	}
	for i, pad := range pads {
		var again, lefts, rights []job
		for _, j := range jobs {
			spans, reach := Window(j.rule, buckets[j.series], j.hours)
			if i == len(pads)-1 || reach == (Reach{}) {
				if err := s.amounts(ctx, j, buckets[j.series], spans, &w, sum); err != nil {
					return w, err
				}
				continue
			}
			again = append(again, j)
			if reach.Left {
				lefts = append(lefts, j)
			}
			if reach.Right {
				rights = append(rights, j)
			}
		}
		if jobs = again; len(jobs) == 0 {
			break
		}
		if err := s.buckets(ctx, lefts, from-pads[i+1], from-pad, buckets); err != nil {
			return w, err
		}
		if err := s.buckets(ctx, rights, to+pad, to+pads[i+1], buckets); err != nil {
			return w, err
		}
	}
	return w, nil
}

// perSeries joins the jobs of one series: their windows may meet, and an hour
// must be written once.
func perSeries(jobs []job) []job {
	slices.SortStableFunc(jobs, func(a, b job) int {
		return cmp.Or(cmp.Compare(a.series, b.series), cmp.Compare(a.from(), b.from()))
	})
	var out []job
	for _, j := range jobs {
		if n := len(out); n > 0 && out[n-1].series == j.series {
			out[n-1].hours = append(slices.Clip(out[n-1].hours), j.hours...)
			continue
		}
		out = append(out, j)
	}
	return out
}

// buckets adds the buckets of the hours [from, to) to those of the jobs'
// series, before or behind what is there.
func (s *Service) buckets(ctx context.Context, jobs []job, from, to int64, into map[ID][]Bucket) error {
	if len(jobs) == 0 {
		return nil
	}
	q := Query{From: from * HourMS, To: to * HourMS, Limit: s.limit}
	for _, j := range jobs {
		q.Series = append(q.Series, j.series)
	}
	var found []Bucket // of one series after the other
	if len(into) == 0 {
		found = make([]Bucket, 0, min(int64(len(jobs))*(to-from), batchBuckets))
	}
	for b, err := range s.Series.Hourly(ctx, q) {
		if err != nil {
			return err
		}
		found = append(found, b)
	}
	for len(found) > 0 {
		id, n := found[0].Series, 1
		for n < len(found) && found[n].Series == id {
			n++
		}
		into[id], found = join(into[id], found[:n:n]), found[n:]
	}
	return nil
}

// join puts further buckets of a series before or behind those known.
func join(known, more []Bucket) []Bucket {
	if len(known) > 0 && known[0].Hour > more[0].Hour {
		return append(more, known...)
	}
	return append(known, more...)
}

func (s *Service) limit(id ID) Limit {
	rule, _ := s.Rules(id)
	return rule.Limit()
}

// amounts computes one job's windows into the write, and tells what it found.
func (s *Service) amounts(ctx context.Context, j job, buckets []Bucket, spans []Span, w *Write, sum *Refreshed) error {
	var events []Event
	for _, span := range spans {
		span.Series = j.series
		hours, found := Amounts(j.rule, buckets, span.From, span.To)
		w.Erase, w.Hours = append(w.Erase, span), append(w.Hours, hours...)
		events = append(events, found...)
	}
	if sum.Events += len(events); len(events) > 0 && s.Events != nil {
		if err := s.Events(ctx, events); err != nil {
			return err
		}
	}
	return s.clashes(ctx, j, buckets, sum)
}

// clashes tells the contradictions of the job's dirty hours: neighbouring ones
// by one scan, for a corrected month contradicts in every hour of it.
func (s *Service) clashes(ctx context.Context, j job, buckets []Bucket, sum *Refreshed) error {
	shift := j.rule.shiftMS()
	var contested []Span
	for _, b := range buckets {
		dirty := slices.ContainsFunc(j.hours, func(h Span) bool { return h.From <= b.Hour && b.Hour < h.To })
		if b.Clashes > 0 && dirty {
			contested = append(contested, Span{Series: j.series, From: b.Hour, To: b.Hour + 1})
		}
	}
	for _, span := range merge(contested) {
		for from := span.From; from < span.To; from += clashHours {
			to := min(span.To, from+clashHours)
			if err := s.tellClashes(ctx, Query{Series: []ID{j.series}, From: from*HourMS + shift, To: to*HourMS + shift}, sum); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) tellClashes(ctx context.Context, q Query, sum *Refreshed) error {
	var found []Clash
	for _, err := range Settle(s.Series.Scan(ctx, q), func(c Clash) { found = append(found, c) }) {
		if err != nil {
			return err
		}
	}
	if sum.Clashes += len(found); s.Clashes == nil {
		return nil
	}
	return s.Clashes(ctx, found)
}
