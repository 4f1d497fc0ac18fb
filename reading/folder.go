package reading

// Folder folds the readings of one series as they come, hour after hour: where
// they come in order it gives what Fold gives of them, at a constant cost each.
// A reading out of order is not for it: that hour has to be folded anew.
type Folder struct{ f folder }

// NewFolder gives a folder that has seen nothing.
func NewFolder(limit Limit) Folder { return Folder{folder{limit: limit}} }

// Reopen goes on where a bucket of Fold ends. What it knew of readings that do
// not count is gone, which no amount depends on.
func Reopen(b Bucket, limit Limit) Folder {
	f := folder{limit: limit, open: b.N > 0, b: b}
	if b.N > 0 {
		f.last, f.values = Nano(b.Last.V), []float64{b.Last.V}
	}
	return Folder{f}
}

// Add takes a counted reading later than all before it, and tells whether it
// begins another hour.
func (f *Folder) Add(r Reading) (begins bool) {
	if begins = !f.f.open || HourOf(r.T-f.f.limit.Shift) != f.f.b.Hour; begins {
		f.f = folder{limit: f.f.limit, values: f.f.values[:0]}
		f.f.start(r)
	}
	f.f.add(r)
	return begins
}

// Bucket gives what was folded of the hour so far.
func (f *Folder) Bucket() Bucket { return f.f.b }
