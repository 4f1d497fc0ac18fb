package reading

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
)

// derivation is a product that has to be derived again, and where.
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

// Bounds on what is read for products at once.
const (
	// chunkHours is how much of them is computed at once where readings are few.
	chunkHours = 31 * day
	// maxInputs is how many readings a chunk may hold, 100 MB; a chunk that has
	// more is halved.
	maxInputs = 2 << 20
)

var errTooMany = errors.New("too many readings at once")

// derive computes products chunk by chunk, all that changed in a chunk from one
// scan: most share their inputs with others, and the disk holds all of a day
// together. Only the last write moves the watermark.
func (s *Service) derive(ctx context.Context, all []derivation, upto int64, sum *Refreshed) error {
	var spans []Span
	for _, d := range all {
		for _, span := range d.spans {
			spans = append(spans, Span{From: span.From, To: span.To})
		}
	}
	w, hours := Write{}, int64(chunkHours)
	for _, span := range merge(spans) {
		for from := span.From; from < span.To; {
			to := min(from+hours, span.To)
			switch err := s.chunk(ctx, all, from, to, &w); {
			case errors.Is(err, errTooMany):
				hours = (to - from + 1) / 2
				continue
			case err != nil:
				return err
			}
			if from = to; len(w.Hours) > batchBuckets {
				if err := s.put(ctx, w, sum); err != nil {
					return err
				}
				w = Write{}
			}
		}
	}
	w.Upto = upto
	return s.put(ctx, w, sum)
}

// chunk computes what changed of the products in the hours [from, to).
func (s *Service) chunk(ctx context.Context, all []derivation, from, to int64, w *Write) error {
	var parts []derivation
	for _, d := range all {
		part := derivation{product: d.product}
		for _, span := range d.spans {
			if span.From, span.To = max(span.From, from), min(span.To, to); span.From < span.To {
				part.spans = append(part.spans, span)
			}
		}
		if len(part.spans) > 0 {
			parts = append(parts, part)
		}
	}
	inputs, err := s.inputs(ctx, parts, from, to)
	if err != nil {
		return err
	}
	for _, d := range parts {
		for _, span := range d.spans {
			w.Erase = append(w.Erase, span)
			w.Hours = append(w.Hours, d.product.Hours(inputs, span.From, span.To)...)
		}
	}
	return nil
}

// inputs scans the settled readings of some products from as long before as
// they hold.
func (s *Service) inputs(ctx context.Context, parts []derivation, from, to int64) (map[ID][]Reading, error) {
	q, hold := Query{Series: []ID{}, To: to * HourMS}, int64(0)
	for _, d := range parts {
		q.Series = append(q.Series, d.product.Inputs()...)
		hold = max(hold, d.product.HoldMS())
	}
	slices.Sort(q.Series)
	q.Series, q.From = slices.Compact(q.Series), from*HourMS-hold
	inputs, n := map[ID][]Reading{}, 0
	for r, err := range settled(s.Series.Scan(ctx, q)) {
		if err != nil {
			return nil, err
		}
		if n++; n > maxInputs && to-from > 1 {
			return nil, errTooMany
		}
		inputs[r.Series] = append(inputs[r.Series], r)
	}
	return inputs, nil
}

func settled(in iter.Seq2[Reading, error]) iter.Seq2[Reading, error] { return Settle(in, nil) }
