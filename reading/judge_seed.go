package reading

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Seed tells the judge, once, what the engine holds, so that after a restart it
// judges as if there had been none: the last reading of every series, and for
// flat lines the readings that a verdict looks back to, in the order they
// arrived.
func (j *Judge) Seed(ctx context.Context, s Series) error {
	j.seeding.Lock()
	defer j.seeding.Unlock()
	if j.seeded || len(j.series) == 0 {
		return nil
	}
	last, err := s.Latest(ctx, j.ids())
	if err != nil {
		return fmt.Errorf("seed the judge: %w", err)
	}
	for _, w := range j.lookbacks(last) {
		if err := j.replay(ctx, s, w); err != nil {
			return fmt.Errorf("seed the judge: %w", err)
		}
	}
	for _, r := range last {
		j.series[r.Series].last = r
	}
	j.seeded = true
	return nil
}

func (j *Judge) ids() []ID {
	var ids []ID
	for id, s := range j.series {
		if s != nil {
			ids = append(ids, ID(id))
		}
	}
	return ids
}

// lookback is a stretch to read back, of series that look back equally far.
type lookback struct {
	ids      []ID // under judgement
	from, to int64
	after    int64
}

// lookbacks tells what to read back. Twice FlatAfter: a late reading that lies
// within one broke a stretch that may still not have lasted another.
func (j *Judge) lookbacks(last []Reading) []lookback {
	var all []lookback
	for _, r := range last {
		rule := j.series[r.Series].rule
		after := rule.FlatAfter.Milliseconds()
		if after <= 0 {
			continue
		}
		hold := rule.holdMS()
		for _, running := range rule.FlatWhile {
			hold = max(hold, running.Hold.Milliseconds())
		}
		all = append(all, lookback{ids: []ID{r.Series}, from: r.T - 2*after - hold, to: r.T + 1, after: after})
	}
	slices.SortFunc(all, func(a, b lookback) int { return cmp.Or(cmp.Compare(a.after, b.after), cmp.Compare(a.from, b.from)) })
	var out []lookback
	for _, w := range all {
		if n := len(out); n > 0 && out[n-1].after == w.after && w.from < out[n-1].to {
			out[n-1].ids, out[n-1].to = append(out[n-1].ids, w.ids...), max(out[n-1].to, w.to)
			continue
		}
		out = append(out, w)
	}
	return out
}

// replay reads a lookback back: the signals of machines to their newest reading,
// then the series themselves.
func (j *Judge) replay(ctx context.Context, s Series, w lookback) error {
	machines := map[ID][]*machine{}
	for _, id := range w.ids {
		for _, m := range j.series[id].machines {
			machines[m.Series] = append(machines[m.Series], m)
		}
	}
	signals := make([]ID, 0, len(machines))
	for id := range machines {
		signals = append(signals, id)
	}
	err := eachSeries(ctx, s, Query{Series: signals, From: w.from, To: Forever}, func(rs []Reading) {
		for _, r := range rs {
			for _, m := range machines[r.Series] {
				m.hear(r.T, r.V)
			}
		}
	})
	if err != nil {
		return err
	}
	return eachSeries(ctx, s, Query{Series: w.ids, From: w.from, To: w.to}, func(rs []Reading) {
		own := j.series[rs[0].Series]
		for _, r := range rs {
			own.flat.see(r.T, r.V, own.rule.holdMS(), own.rule.FlatAfter.Milliseconds())
		}
	})
}

// eachSeries hands over the counted readings of a query, series by series, in
// the order they arrived.
func eachSeries(ctx context.Context, s Series, q Query, do func([]Reading)) error {
	if len(q.Series) == 0 {
		return nil
	}
	var rs []Reading
	flush := func() {
		if len(rs) > 0 {
			slices.SortStableFunc(rs, func(a, b Reading) int { return cmp.Compare(a.Recv, b.Recv) })
			do(rs)
		}
		rs = rs[:0]
	}
	for r, err := range s.Scan(ctx, q) {
		if err != nil {
			return err
		}
		if !r.Counts() {
			continue
		}
		if len(rs) > 0 && rs[0].Series != r.Series {
			flush()
		}
		rs = append(rs, r)
	}
	flush()
	return nil
}
