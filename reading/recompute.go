package reading

import (
	"cmp"
	"context"
	"iter"
	"slices"
)

// pads are how many hours around the dirty ones are asked for, margin by
// margin, until the neighbours on both sides are found. The last asks for
// everything; the first is what dense data needs, two hours on each side.
var pads = []int64{2, 2 * day, 62 * day, Forever / HourMS / 2}

// recompute computes the hours a group of jobs has changed.
func (s *Service) recompute(ctx context.Context, jobs []job, sum *Refreshed) (Write, error) {
	var w Write
	jobs = perSeries(jobs)
	from, to := jobs[0].from(), jobs[0].to()
	for _, j := range jobs {
		from, to = min(from, j.from()), max(to, j.to())
	}
	buckets := map[ID][]Bucket{}
	if err := s.buckets(ctx, jobs, from-pads[0], to+pads[0], buckets); err != nil {
		return w, err
	}
	for i, pad := range pads {
		var again, lefts, rights []job
		for _, j := range jobs {
			spans, reach := Window(j.rule, buckets[j.series], hoursOf(j.hours))
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

func hoursOf(spans []Span) []int64 {
	var hours []int64
	for _, s := range spans {
		for h := s.From; h < s.To; h++ {
			hours = append(hours, h)
		}
	}
	return hours
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
	found := map[ID][]Bucket{}
	for b, err := range s.Series.Hourly(ctx, q) {
		if err != nil {
			return err
		}
		found[b.Series] = append(found[b.Series], b)
	}
	for id, more := range found {
		if old := into[id]; len(old) > 0 && old[0].Hour > more[0].Hour {
			more = append(more, old...)
		} else {
			more = append(old, more...)
		}
		into[id] = more
	}
	return nil
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

// clashes tells the contradictions of the job's dirty hours.
func (s *Service) clashes(ctx context.Context, j job, buckets []Bucket, sum *Refreshed) error {
	shift := j.rule.shiftMS()
	for _, b := range buckets {
		if b.Clashes == 0 || !slices.ContainsFunc(j.hours, func(h Span) bool { return h.From <= b.Hour && b.Hour < h.To }) {
			continue
		}
		q := Query{Series: []ID{j.series}, From: b.Hour*HourMS + shift, To: (b.Hour+1)*HourMS + shift}
		var found []Clash
		for _, err := range Settle(s.Series.Scan(ctx, q), func(c Clash) { found = append(found, c) }) {
			if err != nil {
				return err
			}
		}
		if sum.Clashes += len(found); s.Clashes != nil {
			if err := s.Clashes(ctx, found); err != nil {
				return err
			}
		}
	}
	return nil
}

// stretch of a product that has to be derived again.
type derivation struct {
	product Product
	spans   []Span
}

// products tells which derived series the dirty spans touch, and where: a
// reading changes its product from its own hour until it is no longer held.
func (s *Service) products(dirty []Span) []derivation {
	if s.Products == nil {
		return nil
	}
	var out []derivation
	for _, p := range s.Products() {
		inputs, later := p.Inputs(), p.HoldMS()/HourMS+1
		var spans []Span
		for _, d := range dirty {
			if _, ok := slices.BinarySearch(inputs, d.Series); ok || d.Series == p.ID {
				spans = append(spans, Span{Series: p.ID, From: d.From, To: d.To + later})
			}
		}
		if len(spans) > 0 {
			out = append(out, derivation{p, merge(spans)})
		}
	}
	slices.SortFunc(out, func(a, b derivation) int { return cmp.Compare(a.product.ID, b.product.ID) })
	return out
}

// chunkHours is how much of a product is computed at once: five inputs that
// come every second fill 150 MB in a week.
const chunkHours = 7 * day

// derive computes a product chunk by chunk. Only the last write moves the
// watermark.
func (s *Service) derive(ctx context.Context, d derivation, upto int64, sum *Refreshed) error {
	w := Write{}
	for _, span := range d.spans {
		for from := span.From; from < span.To; from += chunkHours {
			to := min(from+chunkHours, span.To)
			inputs, err := s.inputs(ctx, d.product, from, to)
			if err != nil {
				return err
			}
			w.Erase = append(w.Erase, Span{Series: d.product.ID, From: from, To: to})
			w.Hours = append(w.Hours, d.product.Hours(inputs, from, to)...)
		}
		if len(w.Hours) > batchBuckets {
			if err := s.put(ctx, w, sum); err != nil {
				return err
			}
			w = Write{}
		}
	}
	w.Upto = upto
	return s.put(ctx, w, sum)
}

// inputs scans a product's settled readings from as long before as they hold.
func (s *Service) inputs(ctx context.Context, p Product, from, to int64) (map[ID][]Reading, error) {
	q := Query{Series: p.Inputs(), From: from*HourMS - p.HoldMS(), To: to * HourMS}
	inputs := map[ID][]Reading{}
	for r, err := range settled(s.Series.Scan(ctx, q)) {
		if err != nil {
			return nil, err
		}
		inputs[r.Series] = append(inputs[r.Series], r)
	}
	return inputs, nil
}

func settled(in iter.Seq2[Reading, error]) iter.Seq2[Reading, error] { return Settle(in, nil) }
