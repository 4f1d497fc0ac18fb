package plan_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
	"lingtan/site"
)

var update = flag.Bool("update", false, "write the golden files")

// words are the fields of a made-up edition.
func words(kind string) []plan.Field {
	unit := func(units ...string) (out []quantity.Unit) {
		for _, u := range units {
			out = append(out, quantity.MustUnit(u))
		}
		return out
	}
	return map[string][]plan.Field{
		"underground_ch4": {{Name: "vent", Units: unit("万Nm3"), Required: true}, {Name: "drain", Units: unit("万Nm3")}},
		"electricity":     {{Name: "purchased", Units: unit("MWh")}, {Name: "supplied", Units: unit("MWh")}},
		"heat":            {{Name: "temperature", Units: unit("degC")}, {Name: "heat", Units: unit("GJ")}},
		"combustion": {
			{Name: "amount", Units: unit("t", "万Nm3"), Required: true}, {Name: "ncv", Units: unit("GJ/t", "GJ/万Nm3")}, {Name: "of", Units: unit("")},
		},
	}[kind]
}

func load(t *testing.T, name string) (*site.Document, *site.Site) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := site.Open(name, data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := doc.Site()
	if err != nil {
		t.Fatal(fault.Tell(err, lang.EN))
	}
	return doc, s
}

// TestFaults reads every plan of testdata and compares what is said of it, in
// both languages, to the text beside it.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) < 4 {
		t.Fatalf("Glob = %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			doc, s := load(t, filepath.Base(file))
			_, err := plan.Parse(doc, s, words)
			golden(t, strings.TrimSuffix(file, ".toml")+".txt", fault.Tell(err, lang.ZH)+"\n\n"+fault.Tell(err, lang.EN)+"\n")
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

func TestParse(t *testing.T) {
	doc, s := load(t, "small.toml")
	p, err := plan.Parse(doc, s, words)
	if err != nil {
		t.Fatal(err)
	}
	if p.Version != 2 || len(p.Changes) != 2 || p.Changes[1].Reason != "better_instrument" || p.Editions[0] != "cn-coal-2014" {
		t.Errorf("head = %+v", p)
	}
	par, ok := p.Parameter("gas", "vent")
	if !ok || !par.Metered() || par.Filed() || par.Fallback != "platform" || par.MaxSubstituted.FloatString(2) != "0.10" || par.Owner.String() != "vent/测风员" {
		t.Errorf("gas#vent = %+v", par)
	}
	// A meter that a filing stands in for asks for the filing as well.
	if par, _ := p.Parameter("grid", "purchased"); !par.Filed() || par.ID() != "grid#purchased" {
		t.Errorf("grid#purchased = %+v", par)
	}
	if got := p.Of("boiler"); len(got) != 3 || got[2].How != activity.Defaulted {
		t.Errorf("Of(boiler) = %+v", got)
	}
	if _, ok := p.Parameter("boiler", "cc"); ok {
		t.Error("there is a parameter boiler#cc")
	}
	if u, ok := plan.AmountUnit(s, "out"); !ok || u.String() != "kW.h" {
		t.Errorf("AmountUnit(out) = %s, %v", u, ok)
	}
}
