package api

import (
	"context"
	"time"

	"lingtan/filing"
	"lingtan/inventory"
	"lingtan/ledger"
)

// Store is what the routes ask of what is kept; each part stands with its noun.
type Store interface {
	People
	Mines
	Filings
	FactorSets
	Inventories
	Book
	Records
	Ping(ctx context.Context) error
}

// Mines keeps the files of mines.
type Mines interface {
	Sites(ctx context.Context, after string, limit int) ([]Site, error)
	Site(ctx context.Context, id string) (Site, error)
	SiteVersion(ctx context.Context, id string, version int64) (Site, error)
	SiteHistory(ctx context.Context, id string) ([]Site, error)
	PutSite(ctx context.Context, id, file, by string) (Site, error)
}

// Filings keeps what was filed, and how far each month has come.
type Filings interface {
	Filing(ctx context.Context, site, id string) (filing.Filing, error)
	Filings(ctx context.Context, site, first, last string) ([]filing.Filing, error)
	PutFiling(ctx context.Context, f filing.Filing) error
	Month(ctx context.Context, site, month string) (filing.Month, error)
	Months(ctx context.Context, site, first, last string) ([]filing.Month, error)
	MoveMonth(ctx context.Context, site, month string, w filing.Move) (filing.Month, error)
}

// FactorSets keeps the tables of factors that were adopted.
type FactorSets interface {
	FactorSets(ctx context.Context) ([]FactorSet, error)
	AdoptFactors(ctx context.Context, f FactorSet) error
}

// Inventories keeps what was closed.
type Inventories interface {
	Inventories(ctx context.Context, site string) ([]InventoryHead, error)
	Inventory(ctx context.Context, id string) (inventory.Inventory, error)
}

// Book is the ledger.
type Book interface {
	Entries(ctx context.Context, site string, after int64, limit int) ([]ledger.Entry, error)
	EntriesAbout(ctx context.Context, site, subject string, after int64, limit int) ([]ledger.Entry, error)
	VerifyLedger(ctx context.Context, site string) (ledger.Head, error)
}

// Records are the lists of what was brought in and used up.
type Records interface {
	Certificates(ctx context.Context, site string) ([]CertificateUse, error)
	Imports(ctx context.Context, site, after string, limit int) ([]Import, error)
}

// Site is one version of a mine's file.
type Site struct {
	ID      string    `json:"id"`
	Version int64     `json:"version" doc:"1、2、3…… | 1, 2, 3 …"`
	File    string    `json:"-"`
	SHA256  string    `json:"sha256"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// FactorSet is an adopted table of factors.
type FactorSet struct {
	ID        string    `json:"id"`
	Version   string    `json:"version"`
	SHA256    string    `json:"sha256"`
	CSV       []byte    `json:"-"`
	By        string    `json:"by"`
	AdoptedAt time.Time `json:"adopted_at"`
}

// InventoryHead is a closed inventory without its content.
type InventoryHead struct {
	ID       string    `json:"id"`
	Site     string    `json:"site"`
	Period   string    `json:"period"`
	Edition  string    `json:"edition"`
	Version  int       `json:"version"`
	Hash     string    `json:"hash"`
	ClosedAt time.Time `json:"closed_at"`
	By       string    `json:"by"`
	Previous string    `json:"previous,omitempty"`
}

// CertificateUse tells what a green certificate was counted for.
type CertificateUse struct {
	ID        string    `json:"id"`
	Site      string    `json:"site,omitempty"`
	Period    string    `json:"period,omitempty"`
	Inventory string    `json:"inventory,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// Import is one run over one file.
type Import struct {
	ID         string    `json:"id"`
	Site       string    `json:"site"`
	File       string    `json:"file"`
	SHA256     string    `json:"sha256"`
	Mapping    string    `json:"mapping" doc:"映射文件的 SHA-256 | SHA-256 of the mapping"`
	State      string    `json:"state" enum:"running,done,failed"`
	Done       int64     `json:"done" doc:"已落盘的行 | rows durable so far"`
	Total      int64     `json:"total"`
	Accepted   int64     `json:"accepted"`
	Repeated   int64     `json:"repeated"`
	Refused    int64     `json:"refused"`
	ErrorsFile string    `json:"errors_file,omitempty"`
	By         string    `json:"by"`
	StartedAt  time.Time `json:"started_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}
