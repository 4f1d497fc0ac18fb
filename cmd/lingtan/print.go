package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"lingtan/lang"
)

// printer writes what a person reads, in the person's language.
type printer struct {
	table *tabwriter.Writer
	tag   lang.Tag
}

// print writes data as JSON where --json asks for it, else as a person reads it.
func (c *cli) print(data any, human func(p *printer)) error {
	if c.json {
		enc := json.NewEncoder(c.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(data)
	}
	p := &printer{tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0), c.tag}
	human(p)
	return p.table.Flush()
}

// line writes one line of text.
func (p *printer) line(text lang.Text, args ...any) {
	fmt.Fprintln(p.table, text.Format(args...).In(p.tag))
}

// row writes one row of aligned columns.
func (p *printer) row(cells ...any) {
	parts := make([]string, len(cells))
	for i, cell := range cells {
		if t, ok := cell.(lang.Text); ok {
			cell = t.In(p.tag)
		}
		parts[i] = fmt.Sprint(cell)
	}
	fmt.Fprintln(p.table, strings.Join(parts, "\t"))
}

// progress tells how far a long piece of work is, on a terminal in one line,
// else every few seconds; short work says nothing.
type progress struct {
	out   io.Writer
	now   func() time.Time
	tag   lang.Tag
	every time.Duration
	last  time.Time
	live  bool
}

func (c *cli) progress() *progress {
	p := &progress{out: c.stderr, now: c.now, tag: c.tag, every: 2 * time.Second, last: c.now(), live: isTerminal(c.stderr)}
	if p.live {
		p.every = 100 * time.Millisecond
	}
	return p
}

// tell shows a state of the work; most calls show nothing.
func (p *progress) tell(text lang.Text, args ...any) {
	now := p.now()
	if now.Sub(p.last) < p.every {
		return
	}
	p.last = now
	p.write(text.Format(args...).In(p.tag))
}

// done ends the work's line.
func (p *progress) done(text lang.Text, args ...any) {
	p.write(text.Format(args...).In(p.tag))
	if p.live {
		fmt.Fprintln(p.out)
	}
}

func (p *progress) write(s string) {
	if p.live {
		fmt.Fprintf(p.out, "\r\x1b[2K%s", s)
		return
	}
	fmt.Fprintln(p.out, s)
}
