package reading

import (
	"iter"
	"slices"
)

// Point is a value at an instant.
type Point struct {
	T int64 // ms UTC
	V float64
}

// Limit is what the fold must know of a series' rule. The zero Limit folds a
// series without holding its values and without looking for breaks.
type Limit struct {
	Shift      int64   // ms taken off the instant before the hour is found: interval stamps
	MaxHold    int64   // ms a value is held at most; a longer interval is a gap
	Cumulative bool    // a counter: decreases, and rises above MaxRate, are breaks
	MaxRate    float64 // per hour; 0 means unknown
	Cuts       []int64 // ms, ascending: instants where a factor or a meter changes
}

// Bucket is a pure function of the counted readings of one series in one UTC
// hour and of the Limit. Every sum is an exact integer of nano-units, so an
// engine may add in any order.
type Bucket struct {
	Series      ID
	Hour        int64 // hours since 1970
	N           int32 // counted instants
	First, Last Point
	Min, Max    float64 // −0 is told as 0
	Sum         Wide    // Σ v, nano; not of a counter, whose values mean nothing added up
	Rise        Wide    // Σ of the increases, nano
	Held        Wide    // Σ v·min(dt, MaxHold) between consecutive readings of the hour, nano·ms; not of a counter
	HeldMS      int64   // Σ min(dt, MaxHold)
	GapMS       int64   // Σ dt of the intervals longer than MaxHold that are no breaks
	Breaks      []Break // where a counter does not simply go on, and at Cuts
	Clashes     int32   // further values at an instant already counted
	Suspect     int32   // counted instants of quality Suspect
	Bad         int32   // instants with a reading that does not count
}

// Break splits the run of readings of a bucket between two consecutive ones.
type Break struct {
	At        int32 // how many readings of the bucket come before
	Prev, T   int64 // the instants on both sides
	From, To  float64
	Sum, Held Wide  // of the bucket up to the break
	GapMS     int64 // likewise
}

// Fold turns readings in Compare order into buckets by series and hour. It is
// the definition every engine's push-down has to equal.
func Fold(in iter.Seq2[Reading, error], limit func(ID) Limit) iter.Seq2[Bucket, error] {
	return func(yield func(Bucket, error) bool) {
		var f folder
		for r, err := range in {
			if err != nil {
				yield(Bucket{}, err)
				return
			}
			if !f.open || r.Series != f.b.Series {
				if f.open && !yield(f.b, nil) {
					return
				}
				f = folder{limit: limit(r.Series)}
				f.start(r)
			} else if HourOf(r.T-f.limit.Shift) != f.b.Hour {
				if !yield(f.b, nil) {
					return
				}
				f = folder{limit: f.limit, values: f.values[:0]}
				f.start(r)
			}
			f.add(r)
		}
		if f.open {
			yield(f.b, nil)
		}
	}
}

// FoldSlice folds readings in memory, which it sorts.
func FoldSlice(rs []Reading, limit func(ID) Limit) []Bucket {
	slices.SortFunc(rs, Compare)
	var out []Bucket
	for b, err := range Fold(Each(rs), limit) {
		if err != nil { // Each yields none
			return out
		}
		out = append(out, b)
	}
	return out
}

// Each yields a slice of readings in its order.
func Each(rs []Reading) iter.Seq2[Reading, error] {
	return func(yield func(Reading, error) bool) {
		for _, r := range rs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

type folder struct {
	limit  Limit
	open   bool
	b      Bucket
	last   Wide // nano of the last counted value
	badT   int64
	bad    bool
	values []float64 // seen at the last counted instant
}

func (f *folder) start(r Reading) {
	f.open = true
	f.b = Bucket{Series: r.Series, Hour: HourOf(r.T - f.limit.Shift)}
}

func (f *folder) add(r Reading) {
	b := &f.b
	if !r.Counts() {
		if !f.bad || f.badT != r.T {
			b.Bad++
		}
		f.bad, f.badT = true, r.T
		return
	}
	if b.N > 0 && b.Last.T == r.T {
		if !contains(f.values, r.V) {
			f.values = append(f.values, r.V)
			b.Clashes++
		}
		return
	}
	n := Nano(r.V)
	if b.N == 0 {
		b.First, b.Min, b.Max = Point{r.T, r.V}, r.V+0, r.V+0
	} else {
		f.step(r, n)
	}
	b.Last, f.last, f.values = Point{r.T, r.V}, n, append(f.values[:0], r.V)
	b.Min, b.Max = min(b.Min, r.V+0), max(b.Max, r.V+0)
	if !f.limit.Cumulative {
		b.Sum = b.Sum.Add(n)
	}
	b.N++
	if r.Q == Suspect {
		b.Suspect++
	}
}

// step books the interval from the last counted reading to r.
func (f *folder) step(r Reading, n Wide) {
	b, dt := &f.b, r.T-f.b.Last.T
	held := min(dt, f.limit.MaxHold)
	if !f.limit.Cumulative {
		b.Held = b.Held.Add(f.last.Times(held))
	}
	b.HeldMS += held
	if r.V > b.Last.V {
		b.Rise = b.Rise.Add(n.Sub(f.last))
	}
	switch {
	case f.limit.breaks(b.Last, Point{r.T, r.V}):
		b.Breaks = append(b.Breaks, Break{
			At: b.N, Prev: b.Last.T, T: r.T, From: b.Last.V, To: r.V, Sum: b.Sum, Held: b.Held, GapMS: b.GapMS,
		})
	case dt > f.limit.MaxHold:
		b.GapMS += dt
	}
}

// breaks tells whether the run ends between two consecutive readings.
func (l Limit) breaks(a, b Point) bool {
	if l.Cumulative {
		if b.V < a.V || l.steep(a, b) {
			return true
		}
	}
	return l.cut(a.T, b.T)
}

// steep tells whether a counter rose faster than its meter can.
func (l Limit) steep(a, b Point) bool {
	return l.MaxRate > 0 && (b.V-a.V)*HourMS > l.MaxRate*float64(b.T-a.T)
}

// cut tells whether a factor or meter changes after one instant and not after
// the next.
func (l Limit) cut(a, b int64) bool {
	i, _ := slices.BinarySearch(l.Cuts, a-l.Shift+1)
	return i < len(l.Cuts) && l.Cuts[i] <= b-l.Shift
}
