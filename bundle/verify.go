package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
	"lingtan/plan"
	"lingtan/reading"
)

// Limits on what is unpacked from a stranger's archive.
const (
	maxText     = 256 << 20 // of one text file, unpacked
	maxReadings = 4 << 30   // of one readings file
	maxFiles    = 10_000
)

// sealCheck is the check that sees every byte, and so cannot name one.
const sealCheck = "seal"

// Check is one thing that was verified.
type Check struct {
	Name string    `json:"name"`
	Text lang.Text `json:"text"` // what was found good
	Err  error     `json:"-"`
}

// Report tells what verification found.
type Report struct {
	Manifest  Manifest            `json:"manifest"`
	Inventory inventory.Inventory `json:"-"`
	Checks    []Check             `json:"checks"`
}

// Err joins what did not hold, each fault once: several checks may need the one
// file that was changed.
func (r *Report) Err() error {
	var faults []error
	told := map[string]bool{}
	for _, c := range r.Checks {
		if c.Err == nil || told[c.Err.Error()] {
			continue
		}
		told[c.Err.Error()] = true
		faults = append(faults, c.Err)
	}
	return errors.Join(faults...)
}

// outside says of a seal that does not hold, while every file does, where the
// change must lie.
func (r *Report) outside() {
	bad := slices.DeleteFunc(slices.Clone(r.Checks), func(c Check) bool { return c.Err == nil })
	if len(bad) != 1 || bad[0].Name != sealCheck {
		return
	}
	at := slices.IndexFunc(r.Checks, func(c Check) bool { return c.Name == sealCheck })
	r.Checks[at].Err = fault.Conflict.Say(lang.T("封印不符:各文件完好,改动在压缩包自身的目录、文件头或封印里", "the seal does not hold: every file is as it was, the change lies in the archive's own headers or in its seal")).
		Do(lang.T("向出具方索取原件", "ask the issuer for the original"))
}

// Decode reads the readings of a segment file within a query.
type Decode func(r io.ReaderAt, size int64, q reading.Query) iter.Seq2[reading.Reading, error]

// verifier holds what earlier checks have opened for later ones.
type verifier struct {
	ctx      context.Context //nolint:containedctx // one verification, from start to end
	archive  *zip.Reader
	decode   Decode
	manifest Manifest
	texts    map[string][]byte
	inv      inventory.Inventory
	mine     *inventory.Mine
	factors  *factor.Set
	entries  []ledger.Entry
	filings  []filing.Filing
	points   map[string]reading.ID
}

// Verify checks a bundle from its bytes to its figures. The report lists every
// check; those that need a file that does not hold are told as failed.
func Verify(ctx context.Context, r io.ReaderAt, size int64, decode Decode) Report {
	var report Report
	v := &verifier{ctx: ctx, decode: decode, texts: map[string][]byte{}}
	sealErr := checkSeal(r, size)
	archive, err := zip.NewReader(r, size)
	if err != nil {
		report.Checks = append(report.Checks, Check{Name: "archive", Err: errors.Join(sealErr,
			fault.Invalid.Say(lang.T("压缩包打不开:%s", "the archive does not open: %s"), err.Error()))})
		return report
	}
	v.archive = archive
	steps := []struct {
		name string
		run  func() (lang.Text, error)
	}{
		{"files", v.checkFiles},
		{"ledger", v.checkLedger},
		{"inventory", v.checkInventory},
		{"factors", v.checkFactors},
		{"plan", v.checkPlan},
		{"computation", v.checkComputation},
		{"segments", v.checkSegments},
		{"readings", v.checkReadings},
	}
	report.Checks = append(report.Checks, Check{Name: sealCheck, Text: lang.T("封印完好", "the seal holds"), Err: sealErr})
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			report.Checks = append(report.Checks, Check{Name: s.name, Err: err})
			break
		}
		text, err := s.run()
		report.Checks = append(report.Checks, Check{Name: s.name, Text: text, Err: err})
		if s.name == "inventory" && v.inv.ID == "" {
			break // nothing further can be opened
		}
	}
	report.outside()
	report.Manifest, report.Inventory = v.manifest, v.inv
	return report
}

func changed(name string) *fault.Fault {
	return fault.Conflict.Say(lang.T("%s 已被改动", "%s was changed"), name).
		Do(lang.T("向出具方索取原件", "ask the issuer for the original"))
}

// checkFiles hashes every file against the manifest and names those that differ.
func (v *verifier) checkFiles() (lang.Text, error) {
	if len(v.archive.File) > maxFiles {
		return lang.Text{}, fault.Invalid.Say(lang.T("文件多于 %d 个", "more than %d files"), maxFiles)
	}
	data, err := v.text(manifestFile)
	if err != nil {
		return lang.Text{}, err
	}
	if err := json.Unmarshal(data, &v.manifest); err != nil || v.manifest.Format != format {
		return lang.Text{}, changed(manifestFile)
	}
	var faults []error
	for _, f := range v.manifest.Files {
		if err := v.hash(f); err != nil {
			faults = append(faults, err)
		}
	}
	for _, f := range v.archive.File {
		known := f.Name == manifestFile || slices.ContainsFunc(v.manifest.Files, func(m File) bool { return m.Name == f.Name })
		if !known {
			faults = append(faults, fault.Conflict.Say(lang.T("%s 不在文件清单中", "%s is not in the manifest"), f.Name))
		}
	}
	return lang.T("%d 个文件的 SHA-256 相符", "the SHA-256 of %d files agree").Format(len(v.manifest.Files)), errors.Join(faults...)
}

func (v *verifier) hash(f File) error {
	in, err := v.archive.Open(f.Name)
	if err != nil {
		return changed(f.Name)
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(in, maxReadings))
	if err != nil || n != f.Bytes || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return changed(f.Name)
	}
	return nil
}

// text unpacks a text file, once.
func (v *verifier) text(name string) ([]byte, error) {
	if data, ok := v.texts[name]; ok {
		return data, nil
	}
	in, err := v.archive.Open(name)
	if err != nil {
		return nil, fault.Invalid.Say(lang.T("包内没有 %s", "the bundle has no %s"), name)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxText))
	if err != nil {
		return nil, changed(name)
	}
	v.texts[name] = data
	return data, nil
}

func (v *verifier) json(name string, into any) error {
	data, err := v.text(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return changed(name)
	}
	return nil
}

// checkLedger walks the site's chain to the head the manifest names.
func (v *verifier) checkLedger() (lang.Text, error) {
	data, err := v.text(ledgerFile)
	if err != nil {
		return lang.Text{}, err
	}
	for line := range bytes.Lines(data) {
		var e ledger.Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return lang.Text{}, changed(ledgerFile)
		}
		v.entries = append(v.entries, e)
	}
	site := ""
	if len(v.entries) > 0 {
		site = v.entries[0].Site
	}
	head, err := ledger.Verify(site, ledger.Head{}, ledger.Each(v.entries))
	if err == nil {
		err = ledger.Expect(site, head, v.manifest.Head)
	}
	var broken *ledger.Broken
	if errors.As(err, &broken) {
		err = broken.Fault()
	}
	return lang.T("账本 %d 笔,链完整", "%d ledger entries, the chain holds").Format(len(v.entries)), err
}

// checkInventory compares the inventory's hash with its content, and with what
// the ledger wrote down when it was closed.
func (v *verifier) checkInventory() (lang.Text, error) {
	if err := v.json(inventoryFile, &v.inv); err != nil {
		return lang.Text{}, err
	}
	sum, err := v.inv.Content.Sum()
	if err != nil {
		return lang.Text{}, err
	}
	if sum != v.inv.Hash {
		return lang.Text{}, fault.Conflict.Say(lang.T("清单内容与其哈希不符", "the inventory's content does not match its hash")).At(fault.Place{File: inventoryFile})
	}
	i := slices.IndexFunc(v.entries, func(e ledger.Entry) bool { return e.Subject == v.inv.ID && strings.HasPrefix(e.Kind, "inventory.") })
	if len(v.entries) == 0 {
		return lang.Text{}, notPossible("inventory")
	}
	if i < 0 {
		return lang.Text{}, fault.Conflict.Say(lang.T("账本中没有清单 %s", "the ledger has no inventory %s"), v.inv.ID)
	}
	var body struct {
		Hash string `json:"hash"`
	}
	if err := json.Unmarshal(v.entries[i].Body, &body); err != nil || body.Hash != sum {
		return lang.Text{}, fault.Conflict.Say(lang.T("清单哈希与账本第 %d 笔不符", "the inventory's hash is not the one of ledger entry %d"), v.entries[i].Seq)
	}
	return lang.T("清单 %s 的哈希与账本第 %d 笔相符", "the hash of %s is the one of ledger entry %d").Format(v.inv.ID, v.entries[i].Seq), nil
}

func (v *verifier) checkFactors() (lang.Text, error) {
	data, err := v.text(factorsFile)
	if err != nil {
		return lang.Text{}, err
	}
	if v.factors, err = factor.Parse(v.inv.Content.FactorSet, factorsFile, data); err != nil {
		return lang.Text{}, err
	}
	if v.factors.SHA256() != v.inv.Content.FactorSHA {
		return lang.Text{}, changed(factorsFile)
	}
	return lang.T("因子库 %s,%d 行", "factor set %s, %d rows").Format(v.factors.ID(), v.factors.Len()), nil
}

func (v *verifier) checkPlan() (lang.Text, error) {
	data, err := v.text(siteFile)
	if err != nil {
		return lang.Text{}, err
	}
	if v.mine, err = inventory.OpenMine(siteFile, data); err != nil {
		return lang.Text{}, err
	}
	if v.mine.Plan.SHA256 != v.inv.Content.PlanSHA {
		return lang.Text{}, changed(siteFile)
	}
	return lang.T("监测计划第 %d 版", "monitoring plan version %d").Format(v.mine.Plan.Version), nil
}

// checkComputation runs the standard again over the frozen activities.
func (v *verifier) checkComputation() (lang.Text, error) {
	if v.factors == nil || v.mine == nil {
		return lang.Text{}, notPossible("computation")
	}
	again, err := v.inv.Content.Rerun(v.factors, v.mine.Site)
	if err != nil {
		return lang.Text{}, err
	}
	sum, err := again.Sum()
	if err != nil {
		return lang.Text{}, err
	}
	if sum != v.inv.Hash {
		return lang.Text{}, fault.Conflict.Say(lang.T("按 %s 重算的结果不同", "recomputing under %s gives another result"), v.inv.Content.Edition)
	}
	return lang.T("按 %s 重算 %d 行,结果逐位相同", "recomputed %[2]d lines under %[1]s, equal to the last digit").Format(v.inv.Content.Edition, len(again.Result.Lines)), nil
}

func notPossible(name string) error {
	return fault.Conflict.Say(lang.T("前面的文件有误,无法核对 %s", "%s cannot be checked: a file it needs does not hold"), name)
}

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
