package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/inventory"
)

// number gives each figure its short reference, the same to figures that open
// the same calculation, and fills the index. A figure that opens nothing is a
// fault of the form.
func (d *draft) number() error {
	known, refs := opened(d.inv), map[string]string{}
	for _, f := range d.doc.Figures() {
		if len(f.IDs) == 0 {
			return fault.Internal.Errorf("report %s: a figure %s opens nothing", d.doc.Form, f.Value)
		}
		for _, id := range f.IDs {
			if !known[id] {
				return fault.Internal.Errorf("report %s: the inventory has no %s", d.doc.Form, id)
			}
		}
		key := strings.Join(f.IDs, "\n")
		if refs[key] == "" {
			refs[key] = fmt.Sprintf("F%03d", len(refs)+1)
			d.doc.Index = append(d.doc.Index, Entry{refs[key], f.IDs})
		}
		f.Ref = refs[key]
	}
	return nil
}

// opened lists every id that an inventory can open.
func opened(inv inventory.Inventory) map[string]bool {
	known := map[string]bool{}
	for _, l := range inv.Content.Result.Lines {
		known[l.ID] = true
		for _, f := range l.Factors {
			known["factor:"+f.ID()] = true
		}
	}
	for _, t := range inv.Content.Result.Totals {
		known["total:"+t.ID] = true
	}
	for _, f := range inv.Content.Result.Figures {
		known["figure:"+f.ID] = true
	}
	for _, a := range inv.Content.Activities {
		for n := range a.Values {
			known["input:"+a.InputID(n)] = true
		}
	}
	if inv.Bridge != nil {
		for _, s := range inv.Bridge.Steps {
			known["bridge:"+string(s.Cause)] = true
		}
	}
	return known
}

var monthOf = regexp.MustCompile(`(?:^|[/-])\d{4}-(\d{2})(?:\D|$)`)

// Short writes ids that differ in the month alone as one, the way a shell
// expands braces: diesel/2024-{01..12}:combustion.
func Short(ids []string) []string {
	var order []string
	months := map[string][]string{}
	for _, id := range ids {
		key, month := id, ""
		if at := monthOf.FindStringSubmatchIndex(id); at != nil {
			key, month = id[:at[2]]+"\x00"+id[at[3]:], id[at[2]:at[3]]
		}
		if months[key] == nil {
			order = append(order, key)
		}
		months[key] = append(months[key], month)
	}
	out := make([]string, 0, len(order))
	for _, key := range order {
		out = append(out, strings.Replace(key, "\x00", braces(months[key]), 1))
	}
	return out
}

// braces writes a list of months: 06, {01,03} or {01..12}.
func braces(months []string) string {
	first, last := months[0], months[len(months)-1]
	if len(months) == 1 {
		return first
	}
	var run []string
	for m := 1; m <= 12; m++ {
		if s := fmt.Sprintf("%02d", m); s >= first && s <= last {
			run = append(run, s)
		}
	}
	if len(months) > 2 && slices.Equal(run, months) {
		return "{" + first + ".." + last + "}"
	}
	return "{" + strings.Join(months, ",") + "}"
}
