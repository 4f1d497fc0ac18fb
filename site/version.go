package site

import "time"

// Version is one version of a mine's file, as it was put on record.
type Version struct {
	ID      string    `json:"id"`
	Version int64     `json:"version" doc:"1、2、3…… | 1, 2, 3 …"`
	File    string    `json:"-"` // the text as it was given
	SHA256  string    `json:"sha256"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}
