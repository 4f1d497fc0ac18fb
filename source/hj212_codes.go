package source

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"

	"lingtan/quantity"
)

//go:embed hj212_codes.csv
var hj212CodesCSV string

// factor212 is what the standard says of one factor.
type factor212 struct {
	unit   string // of Rtd, Avg, Min and Max
	amount string // of Cou
}

// codes212 are the standard's factors by edition, then by code.
var codes212 = sync.OnceValue(func() map[string]map[string]factor212 { //nolint:gochecknoglobals // a constant table, read when first needed
	r := csv.NewReader(strings.NewReader(hj212CodesCSV))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic("source: hj212_codes.csv: " + err.Error())
	}
	table := map[string]map[string]factor212{edition2017: {}, edition2005: {}}
	for _, row := range rows[1:] {
		f := factor212{unit: row[5], amount: row[6]}
		table[edition2017][row[0]] = f
		if row[2] != "" {
			table[edition2005][row[2]] = f
		}
	}
	return table
})

// unit212 is the default unit of a factor's field in an edition's table; ok is
// false where the table has none that this program can tell.
func unit212(edition string, a address212) (u quantity.Unit, ok bool) {
	f := codes212()[edition][a.factor]
	text := f.unit
	switch a.field {
	case "RS": // a state is a bare number
		return quantity.One, true
	case "RT":
		text = "h"
	case "Cou":
		text = f.amount
	}
	if text == "" {
		return quantity.One, false
	}
	u, err := quantity.ParseUnit(text)
	return u, err == nil
}
