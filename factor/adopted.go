package factor

import "time"

// Adopted is a table of factors that was put on record beside the built-in one.
type Adopted struct {
	ID        string    `json:"id"`
	Version   string    `json:"version"`
	SHA256    string    `json:"sha256"`
	CSV       []byte    `json:"-"` // as it was adopted, byte for byte
	By        string    `json:"by"`
	AdoptedAt time.Time `json:"adopted_at"`
}

// Reference is how inventories name the set: "id@version".
func (a Adopted) Reference() string { return a.ID + "@" + a.Version }

// Set reads the table.
func (a Adopted) Set() (*Set, error) { return Parse(a.Reference(), a.Reference(), a.CSV) }
