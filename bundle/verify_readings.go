package bundle

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/reading"
)

// checkSegments compares the packed segments with the hashes the ledger wrote
// down when they were sealed.
func (v *verifier) checkSegments() (lang.Text, error) {
	if len(v.entries) == 0 {
		return lang.Text{}, notPossible("segments")
	}
	sealed := map[string]string{}
	for _, e := range v.entries {
		var s reading.Segment
		if e.Kind == ledger.SegmentSeal && json.Unmarshal(e.Body, &s) == nil {
			sealed[readingsDir+s.Name] = s.SHA256
		}
	}
	var faults []error
	n := 0
	for _, f := range v.manifest.Files {
		if !strings.HasPrefix(f.Name, readingsDir) || f.Name == openFile {
			continue
		}
		n++
		if sealed[f.Name] != f.SHA256 {
			faults = append(faults, fault.Conflict.Say(lang.T("%s 的哈希不是账本所记", "the hash of %s is not the one in the ledger"), f.Name))
		}
	}
	return lang.T("%d 个封存段的哈希与账本相符", "the hashes of %d sealed segments are the ledger's").Format(n), errors.Join(faults...)
}

// checkReadings folds the raw readings to hours, compares these with the packed
// ones, gathers the activities again by the plan and compares every quantity.
func (v *verifier) checkReadings() (lang.Text, error) {
	if v.mine == nil {
		return lang.Text{}, notPossible("readings")
	}
	if err := errors.Join(v.json(filingsFile, &v.filings), v.json(pointsFile, &v.points)); err != nil {
		return lang.Text{}, err
	}
	files, err := v.openReadings()
	if err != nil {
		return lang.Text{}, err
	}
	per, from, to, err := span(v.inv, v.mine)
	if err != nil {
		return lang.Text{}, err
	}
	m, err := files.fold(from, to, math.MaxInt64)
	if err != nil {
		return lang.Text{}, err
	}
	read := files.read
	start, end := per.Millis()
	csv, err := v.text(hoursFile)
	if err != nil {
		return lang.Text{}, err
	}
	rows, err := m.differs(csv, start, end)
	if err != nil {
		return lang.Text{}, fault.At(err, fault.Place{File: hoursFile})
	}
	acts, err := v.gather(per, files, m)
	if err != nil {
		return lang.Text{}, err
	}
	n, err := compare(v.inv.Content.Activities, acts)
	return lang.T("由 %d 条原始读数重算 %d 个小时量、%d 个活动数据,全部相符",
		"%d raw readings gave %d hours and %d activity values again, all equal").Format(read, rows, n), err
}

// gather gathers each month as of the instant it was closed: readings that
// arrived later wait for a restatement and are not of this inventory.
func (v *verifier) gather(per period.Period, files *readings, all *meters) ([]activity.Activity, error) {
	_, from, to, err := span(v.inv, v.mine)
	if err != nil {
		return nil, err
	}
	asOf := map[int64]*meters{}
	var acts []activity.Activity
	for month := range v.mine.Site.Calendar.Months(per) {
		closed := v.inv.Gathered(v.mine.Site.Calendar.Name(month)).UnixMilli()
		m := all
		if files.latest > closed {
			if m = asOf[closed]; m == nil {
				if m, err = files.fold(from, to, closed); err != nil {
					return nil, err
				}
				asOf[closed] = m
			}
		}
		a, _, err := plan.Gather(v.ctx, plan.Inputs{
			Site: v.mine.Site, Plan: v.mine.Plan, Period: month, Meters: m, Filings: packed{v},
			Series: func(point string) (reading.ID, bool) { id, ok := v.points[point]; return id, ok },
		})
		if err != nil {
			return nil, err
		}
		acts = append(acts, a...)
	}
	return acts, nil
}

// compare tells which frozen value is not what the evidence gives.
func compare(frozen, again []activity.Activity) (n int, err error) {
	found := map[string]activity.Activity{}
	for _, a := range again {
		found[a.ID] = a
	}
	var faults []error
	for _, a := range frozen {
		for _, name := range a.Names() {
			n++
			got, ok := found[a.ID].Values[name]
			if want := a.Values[name]; !ok || !got.Quantity.Equal(want.Quantity) {
				faults = append(faults, fault.Conflict.Say(lang.T("%s:清单 %s,由证据重算 %s", "%s: the inventory says %s, the evidence gives %s"),
					a.InputID(name), want.Quantity.Text(6, lang.EN), got.Quantity.Text(6, lang.EN)).
					Do(lang.T("数据在关账后有变化,应重述", "the data have changed since closing: a restatement is due")))
			}
		}
	}
	return n, errors.Join(faults...)
}

// packed gives the filings of the bundle to the gathering.
type packed struct{ v *verifier }

// Filed gives the filing of a cell that was valid when the inventory was closed.
func (p packed) Filed(_ context.Context, site, source, parameter, month string) (activity.Value, bool, error) {
	cell := filing.Cell{Site: site, Source: source, Parameter: parameter, Month: month}
	known := slices.DeleteFunc(slices.Clone(p.v.filings), func(f filing.Filing) bool {
		return f.Cell != cell || f.At.After(p.v.inv.Gathered(month))
	})
	for _, f := range filing.Current(known) {
		return f.Value(), true, nil
	}
	return activity.Value{}, false, nil
}

// readings are the opened readings files of a bundle.
type readings struct {
	v      *verifier
	names  []string
	files  []io.ReaderAt
	sizes  []int64
	read   int64
	latest int64 // arrival, ms
}

// openReadings gives random access to the readings files: they are stored
// uncompressed, so the archive's own bytes serve.
func (v *verifier) openReadings() (*readings, error) {
	out := &readings{v: v}
	for _, f := range v.archive.File {
		if !strings.HasPrefix(f.Name, readingsDir) {
			continue
		}
		in, err := f.OpenRaw()
		if err != nil || f.Method != zip.Store {
			return nil, changed(f.Name)
		}
		at, ok := in.(io.ReaderAt)
		if !ok {
			return nil, fmt.Errorf("open %s: no random access", f.Name)
		}
		out.names = append(out.names, f.Name)
		out.files = append(out.files, at)
		out.sizes = append(out.sizes, int64(f.UncompressedSize64)) //nolint:gosec // bounded by the archive's size
	}
	return out, nil
}

// fold recomputes the hours of what had arrived by an instant.
func (r *readings) fold(from, to, arrived int64) (*meters, error) {
	r.read = 0
	return recompute(r.v.mine, r.v.points, from, to, func(ids []reading.ID) (map[reading.ID][]reading.Reading, error) {
		return r.load(reading.Query{Series: ids, From: from, To: to}, arrived)
	})
}

// load gives the readings that had arrived by an instant, in Compare order.
func (r *readings) load(q reading.Query, arrived int64) (map[reading.ID][]reading.Reading, error) {
	out := map[reading.ID][]reading.Reading{}
	for i, f := range r.files {
		for one, err := range r.v.decode(f, r.sizes[i], q) {
			if err != nil {
				return nil, changed(r.names[i])
			}
			r.latest = max(r.latest, one.Recv)
			if one.Recv <= arrived {
				out[one.Series] = append(out[one.Series], one)
				r.read++
			}
		}
	}
	for _, rs := range out {
		slices.SortStableFunc(rs, reading.Compare)
	}
	return out, nil
}
