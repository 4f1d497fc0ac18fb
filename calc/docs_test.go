package calc_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"lingtan/lang"
	"lingtan/standard"
)

const (
	manual = "../docs/calc.md"
	marker = "<!-- editions -->\n"
)

var update = flag.Bool("update", false, "write the manual's tables of editions")

// TestManual holds the manual's tables of editions to the program.
func TestManual(t *testing.T) {
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	prose, tables, ok := strings.Cut(string(data), marker)
	if !ok {
		t.Fatalf("%s has no %s", manual, strings.TrimSpace(marker))
	}
	want := reference()
	if tables == want {
		return
	}
	if !*update {
		t.Fatalf("%s tells other editions than the program; run go test ./calc -update", manual)
	}
	if err := os.WriteFile(manual, []byte(prose+marker+want), 0o600); err != nil {
		t.Fatal(err)
	}
}

func reference() string {
	var b strings.Builder
	for _, e := range standard.Editions() {
		fmt.Fprintf(&b, "\n## `%s` %s\n\n%s. %s。\n\n", e.ID, both(e.Title), e.Document.EN, e.Document.ZH)
		fmt.Fprintf(&b, "GWP set: %s.", e.GWP)
		if e.GWPOf != nil {
			fmt.Fprintf(&b, " By the year reported on: 2024 %s, 2025 %s.", e.GWPOf(2024), e.GWPOf(2025))
		}
		b.WriteString("\n\n")
		for _, n := range e.Notes {
			fmt.Fprintf(&b, "- %s: %s\n", n.Confidence, both(n.Text))
		}
		if len(e.Choices) > 0 {
			b.WriteString("\n| choice | values, the default first |\n|---|---|\n")
			for _, c := range e.Choices {
				fmt.Fprintf(&b, "| `%s` %s | %s |\n", c.Name, both(c.Title), strings.Join(defaultFirst(c), ", "))
			}
		}
		if len(e.Totals) > 0 {
			b.WriteString("\n| total | |\n|---|---|\n")
			for _, r := range e.Totals {
				fmt.Fprintf(&b, "| `%s` | %s |\n", r.ID, both(r.Title))
			}
		}
		for _, k := range e.Kinds {
			kindTable(&b, k)
		}
	}
	return b.String()
}

func kindTable(b *strings.Builder, k standard.Kind) {
	fmt.Fprintf(b, "\n### `%s` %s\n\n%s", k.Name, both(k.Title), k.Clause)
	if len(k.Items) > 0 {
		fmt.Fprintf(b, " · item: %s", strings.Join(k.Items, ", "))
	}
	b.WriteString("\n\n| field | | units | bounds | assumed |\n|---|---|---|---|---|\n")
	for _, a := range k.Attrs {
		values := strings.Join(a.Values, ", ")
		if values == "*" {
			values = "text"
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s | | |\n", a.Name, needed(a.Required), both(a.Title), values)
	}
	for _, f := range k.Fields {
		units := strings.Join(f.Units, ", ")
		if f.Units[0] == "" {
			units = strings.TrimSuffix("fraction or %"+units, ", ")
		}
		bounds := f.Min + "…" + f.Max
		if bounds == "…" {
			bounds = ""
		}
		assumed := f.Uncertainty
		if assumed != "" {
			assumed = "±" + assumed
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s | %s | %s |\n", f.Name, needed(f.Required), both(f.Title), units, bounds, assumed)
	}
}

func defaultFirst(c standard.Choice) []string {
	out := []string{c.Default}
	for _, v := range c.Values {
		if v != c.Default {
			out = append(out, v)
		}
	}
	return out
}

func needed(required bool) string {
	if required {
		return " (needed)"
	}
	return ""
}

func both(t lang.Text) string { return t.EN + " " + t.ZH }
