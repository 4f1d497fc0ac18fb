package api

import (
	"context"

	"lingtan/factor"
	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/ledger"
	"lingtan/reading"
	"lingtan/site"
)

// Store is what the routes ask of what is kept; each part stands with its noun.
type Store interface {
	People
	Mines
	Filings
	Evidences
	FactorSets
	Inventories
	Book
	Records
	Findings
	Alarms
	Verifications
	Ping(ctx context.Context) error
}

// Mines keeps the files of mines.
type Mines interface {
	Sites(ctx context.Context, after string, limit int) ([]site.Version, error)
	Site(ctx context.Context, id string) (site.Version, error)
	SiteVersion(ctx context.Context, id string, version int64) (site.Version, error)
	SiteHistory(ctx context.Context, id string) ([]site.Version, error)
	PutSite(ctx context.Context, id, file, by string) (site.Version, error)
}

// Filings keeps what was filed, and how far each month has come.
type Filings interface {
	Filing(ctx context.Context, site, id string) (filing.Filing, error)
	Filings(ctx context.Context, site, first, last string) ([]filing.Filing, error)
	FilingCounts(ctx context.Context, site, first, last string) (map[string]int64, error)
	PutFiling(ctx context.Context, f filing.Filing) error
	PutFilings(ctx context.Context, site string, list []filing.Filing) ([]filing.Outcome, error)
	Remarks(ctx context.Context, site, first, last string) ([]filing.Remark, error)
	PutRemark(ctx context.Context, r filing.Remark) (filing.Remark, error)
	ReturnCell(ctx context.Context, r filing.Remark, w filing.Move) (filing.Month, error)
	Reminders(ctx context.Context, site, first, last string) ([]filing.Reminded, error)
	Filers(ctx context.Context, site, month string) ([]string, error)
	CellHistory(ctx context.Context, c filing.Cell) ([]filing.Entered, error)
	Month(ctx context.Context, site, month string) (filing.Month, error)
	Months(ctx context.Context, site, first, last string) ([]filing.Month, error)
	MonthSteps(ctx context.Context, site, first, last string) ([]filing.Passed, error)
	MoveMonth(ctx context.Context, site, month string, w filing.Move) (filing.Month, error)
}

// FactorSets keeps the tables of factors that were adopted.
type FactorSets interface {
	FactorSets(ctx context.Context) ([]factor.Adopted, error)
	AdoptFactors(ctx context.Context, f factor.Adopted) error
}

// Inventories keeps what was closed.
type Inventories interface {
	Inventories(ctx context.Context, site string) ([]inventory.Head, error)
	Inventory(ctx context.Context, id string) (inventory.Inventory, error)
}

// Book is the ledger.
type Book interface {
	Entries(ctx context.Context, site string, after int64, limit int) ([]ledger.Entry, error)
	EntriesAbout(ctx context.Context, site, subject string, after int64, limit int) ([]ledger.Entry, error)
	VerifyLedger(ctx context.Context, site string) (ledger.Head, error)
	Standing(ctx context.Context, site string) (ledger.Standing, error)
	Acts(ctx context.Context, site string, f ledger.Filter, before int64, limit int) ([]ledger.Act, error)
}

// Findings are what readings contradict: each other, and what a meter can do.
type Findings interface {
	Clashes(ctx context.Context, site string, from, to int64, after reading.Clash, limit int) ([]reading.Dispute, error)
	Events(ctx context.Context, site string, from, to int64, after reading.Event, limit int) ([]reading.Event, error)
}

// Records are the lists of what was brought in and used up.
type Records interface {
	Certificates(ctx context.Context, site string) ([]inventory.CertificateUse, error)
	Imports(ctx context.Context, site, after string, limit int) ([]reading.Import, error)
}
