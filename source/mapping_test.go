package source

import (
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
)

const goodMapping = `[mapping]
kind = "readings"
[time]
column = "t"
layouts = ["yyyy-MM-dd HH:mm"]
`

func TestMappingFaults(t *testing.T) {
	column := goodMapping + "[[column]]\nname = \"v\"\npoint = \"main\"\n"
	for _, c := range []struct {
		name, text string
		want       []string // each told, in English
	}{
		{"unknown key, with its row and what was meant", goodMapping + "[[column]]\nname = \"v\"\npiont = \"p\"\n", []string{`row 8, column[1].piont: unknown key "piont"; did you mean point?`, "point is missing"}},
		{"unknown section", column + "[colum]\n", []string{`row 9`, `unknown key "colum"; did you mean column?`}},
		{"unknown unit", column + "unit = \"kwh\"\n", []string{"row 9, column[1].unit", `unknown unit "kwh"; did you mean kWh?`}},
		{"no form", goodMapping, []string{"either [[column]] (wide) or [long]"}},
		{"both forms", column + "[long]\npoint = \"p\"\nvalue = \"v\"\n", []string{"either [[column]] (wide) or [long]"}},
		{"a point twice", column + "[[column]]\nname = \"w\"\npoint = \"main\"\n", []string{`point main is given by column "v" already`}},
		{"no layouts", "[mapping]\n[time]\ncolumn = \"t\"\n[[column]]\nname = \"v\"\npoint = \"p\"\n", []string{"layouts is missing"}},
		{"a layout that is none", strings.Replace(column, "yyyy-MM-dd HH:mm", "HH:mm", 1), []string{`unknown time layout "HH:mm"`}},
		{"a zone that is none", strings.Replace(column, "[time]", "[time]\nzone = \"Mine/Qingling\"", 1), []string{"row 4, time.zone", "expected the name of a zone"}},
		{"start without step", "[mapping]\n[time]\nstart = 2024-01-01\n[[column]]\nname = \"v\"\npoint = \"p\"\n", []string{"start and step go together"}},
		{"start before meters", "[mapping]\n[time]\nstart = 1970-01-01\nstep = \"1 s\"\n[[column]]\nname = \"v\"\npoint = \"p\"\n", []string{"expected an instant from 1990"}},
		{"decimal and thousands the same", column + "[file]\ndecimal = \",\"\nthousands = \",\"\n", []string{"decimal and thousands are the same"}},
		{"an empty comment", column + "[file]\ncomment = \"\"\n", []string{"an empty comment would leave out every line"}},
		{"filings with a time", "[mapping]\nkind = \"filings\"\n[time]\ncolumn = \"t\"\n[filing]\nsource = \"s\"\nparameter = \"p\"\nmonth = \"m\"\nquantity = \"q\"\n", []string{"kind is filings, yet there is time"}},
		{"filings without a month", "[mapping]\nkind = \"filings\"\n[filing]\nsource = \"s\"\nparameter = \"p\"\nquantity = \"q\"\n", []string{"month is missing"}},
		{"no mapping at all", "", []string{"the file is empty"}},
		{"the data file instead", "时间,电量\n1,2\n", []string{"TOML syntax"}},
		{"three faults at once", "[mapping]\nkind = \"reading\"\n[time]\ncolum = \"t\"\n[[column]]\nname = \"v\"\n", []string{"mapping.kind", "time.colum", "point is missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ParseMapping("m.toml", []byte(c.text))
			if err == nil {
				t.Fatalf("read as %+v", m)
			}
			said := fault.Tell(err, lang.EN)
			for _, want := range c.want {
				if !strings.Contains(said, want) || !strings.Contains(said, "m.toml") {
					t.Errorf("said %q, want %q with the file's name", said, want)
				}
			}
			if zh := fault.Tell(err, lang.ZH); zh == said {
				t.Errorf("said the same in Chinese: %q", zh)
			}
		})
	}
}

func TestMappingSize(t *testing.T) {
	if _, err := ParseMapping("m.toml", make([]byte, MaxMapping+1)); err == nil {
		t.Error("a mapping beyond the limit was not refused")
	}
}

// TestPointsOfAMapping holds a mapping to the site: what does not fit is told
// before a row is read, all of it at once.
func TestPointsOfAMapping(t *testing.T) {
	m := mapping(t, goodMapping+`
[[column]]
name = "v"
point = "main"
unit = "t"
[[column]]
name = "w"
point = "nowhere"
[[column]]
name = "absent"
point = "other"
[[column]]
name = "x"
point = "gas"
unit = "m3@20C"
`)
	_, err := newDecoder(m, []string{"t", "v", "w", "x"}, points(t, []string{"main", "kWh"}, []string{"other", "kWh"}, []string{"gas", "Nm3"}), "a.csv")
	said := fault.Tell(err, lang.EN)
	for _, want := range []string{
		`mapping.toml, row 10, column[1].unit: wrong dimension: read t, expected kWh`,
		`row 13, column[2].point: the site has no point "nowhere"`,
		`a.csv, absent: there is no column "absent"; correct the mapping; the file's columns: t, v, w, x`,
		"wrong gas state: read m3@20C, expected Nm3",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	}
}
