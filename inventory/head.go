package inventory

import "time"

// Head is a closed inventory as lists tell it, without its content.
type Head struct {
	ID       string    `json:"id"`
	Site     string    `json:"site"`
	Period   string    `json:"period"`  // "2024" or "2024-06"
	Edition  string    `json:"edition"` // the standard's
	Version  int       `json:"version"` // 1, then 2, 3 … for its restatements
	Hash     string    `json:"hash"`
	ClosedAt time.Time `json:"closed_at"`
	By       string    `json:"by"`
	Previous string    `json:"previous,omitempty"` // the id of the version before
}

// Head tells the inventory without its content.
func (inv Inventory) Head() Head {
	return Head{
		ID: inv.ID, Site: inv.Content.Site.ID, Period: inv.Content.Period, Edition: inv.Content.Edition, Version: inv.Version,
		Hash: inv.Hash, ClosedAt: inv.ClosedAt, By: inv.By, Previous: inv.Previous,
	}
}

// CertificateUse tells what a green certificate was counted for.
type CertificateUse struct {
	ID string `json:"id"`
	// Site, Period and Inventory are empty when another site has it: that it is
	// used may be known, by whom is not this site's business.
	Site      string    `json:"site,omitempty"`
	Period    string    `json:"period,omitempty"` // the month
	Inventory string    `json:"inventory,omitempty"`
	At        time.Time `json:"at,omitzero"`
}
