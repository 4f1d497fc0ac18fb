package source

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// quoted writes a text as TOML: what JSON escapes, TOML reads back.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}

func quotedList(all []string) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = quoted(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// writing is a mapping file under way.
type writing struct{ strings.Builder }

func (w *writing) section(name string) { fmt.Fprintf(w, "\n[%s]\n", name) }

func (w *writing) set(key, value string) {
	if value != "" {
		fmt.Fprintf(w, "%s = %s\n", key, quoted(value))
	}
}

// write puts the guesses down as a mapping file.
func (g *guessing) write(kind string) string {
	w := &writing{}
	fmt.Fprintf(w, "[mapping]\nkind = %q\n", kind)
	g.writeFile(w)
	if kind == KindFilings {
		w.section("filing")
		for _, field := range filingFields {
			for _, c := range g.cols {
				if c.Field == field {
					w.set(field, c.Name)
				}
			}
		}
		return w.String()
	}
	g.writeTime(w)
	if i := slices.IndexFunc(g.cols, func(c Guess) bool { return c.Use == UseLabel }); i >= 0 {
		g.writeLong(w, g.cols[i].Name)
	} else {
		g.writeColumns(w)
	}
	return w.String()
}

// writeFile tells what differs from what is meant without it.
func (g *guessing) writeFile(w *writing) {
	w.section("file")
	w.set("format", g.head.Format)
	if g.head.Format == CSV {
		w.set("delimiter", g.head.Delimiter)
	}
	if g.head.Skip > 0 {
		fmt.Fprintf(w, "skip = %d\n", g.head.Skip)
	}
	if g.grouped() {
		w.set("thousands", ",")
	}
}

// grouped tells whether cells write their thousands with a comma: 1,234.5 or 12,345,678.
func (g *guessing) grouped() bool {
	n := numeral{point: '.', group: ','}
	for c := range g.cols {
		for _, cell := range g.cells(c) {
			plain, ok := n.ungroup(cell)
			if ok && strings.Contains(cell, ",") && strings.ContainsAny(strings.Replace(cell, ",", "", 1), ".,") && decimalText(plain) {
				return true
			}
		}
	}
	return false
}

func (g *guessing) writeTime(w *writing) {
	w.section("time")
	switch len(g.times.columns) {
	case 0:
		fmt.Fprintf(w, "# column = \"\"\n# layouts = [\"yyyy-MM-dd HH:mm:ss\"]\n")
	case 1:
		w.set("column", g.times.columns[0])
	default:
		fmt.Fprintf(w, "column = %s\n", quotedList(g.times.columns))
	}
	if len(g.times.layouts) > 0 {
		fmt.Fprintf(w, "layouts = %s\n", quotedList(g.times.layouts))
	}
	for _, l := range g.times.either {
		fmt.Fprintf(w, "# layouts = [%s]\n", quoted(l))
	}
	w.set("zone", g.zone)
}

func (g *guessing) writeLong(w *writing, label string) {
	w.section("long")
	w.set("point", label)
	for _, c := range g.cols {
		switch c.Use {
		case UseValue:
			w.set("value", c.Name)
			w.set("unit", c.Unit)
		case UseQuality:
			w.set("quality", c.Name)
		}
	}
	if len(g.labels) > 0 {
		pairs := make([]string, 0, len(g.labels))
		for _, name := range slices.Sorted(maps.Keys(g.labels)) {
			pairs = append(pairs, quoted(name)+" = "+quoted(g.labels[name]))
		}
		fmt.Fprintf(w, "points = { %s }\n", strings.Join(pairs, ", "))
	}
	if len(g.marks) > 0 {
		w.section("quality")
		for _, word := range []string{"good", "suspect", "bad"} {
			if marks := g.marks[word]; len(marks) > 0 {
				fmt.Fprintf(w, "%s = %s\n", word, quotedList(marks))
			}
		}
	}
}

func (g *guessing) writeColumns(w *writing) {
	for _, c := range g.cols {
		if c.Use == UsePoint {
			fmt.Fprint(w, "\n[[column]]\n")
			w.set("name", c.Name)
			w.set("point", c.Point)
			w.set("unit", c.Unit)
		}
	}
}
