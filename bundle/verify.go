package bundle

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"iter"
	"slices"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
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
	month    *monthDocument // of a month's package
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
	report.Checks = append(report.Checks, Check{Name: sealCheck, Text: lang.T("封印完好", "the seal holds"), Err: sealErr})
	for _, s := range v.steps() {
		if err := ctx.Err(); err != nil {
			report.Checks = append(report.Checks, Check{Name: s.name, Err: err})
			break
		}
		text, err := s.run()
		report.Checks = append(report.Checks, Check{Name: s.name, Text: text, Err: err})
		if s.name == "inventory" && v.inv.ID == "" && v.month == nil {
			break // nothing further can be opened
		}
	}
	report.outside()
	report.Manifest, report.Inventory = v.manifest, v.inv
	return report
}

// step is a check and its name.
type step struct {
	name string
	run  func() (lang.Text, error)
}

// steps lists the checks: a month's package has forms and files, an inventory's
// bundle has readings to compute from.
func (v *verifier) steps() []step {
	if _, err := v.archive.Open(monthFile); err == nil {
		return []step{
			{"files", v.checkFiles},
			{"ledger", v.checkSlice},
			{"month", v.checkMonth},
			{"filings", v.checkFilings},
			{"forms", v.checkForms},
			{"evidence", v.checkEvidence},
			{"inventory", v.checkMonthInventory},
		}
	}
	return []step{
		{"files", v.checkFiles},
		{"ledger", v.checkLedger},
		{"inventory", v.checkInventory},
		{"factors", v.checkFactors},
		{"plan", v.checkPlan},
		{"computation", v.checkComputation},
		{"segments", v.checkSegments},
		{"readings", v.checkReadings},
	}
}
