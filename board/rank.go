package board

import (
	"cmp"
	"math/big"
	"slices"

	"lingtan/activity"
	"lingtan/lang"
)

// ranked are the sources, apart by group, the largest first.
func (v *view) ranked() []Ranked {
	type row struct{ source, group string }
	seen := map[row]bool{}
	var rows []row
	for _, m := range v.asked() {
		for _, p := range m.pieces {
			if r := (row{p.line.Source, p.group}); v.counted(p) && !seen[r] {
				seen[r], rows = true, append(rows, r)
			}
		}
	}
	total, _ := v.sum(v.asked(), v.counted)
	out := make([]Ranked, 0, len(rows))
	sizes := map[string]*big.Rat{}
	for _, r := range rows {
		want := func(p *piece) bool { return v.counted(p) && p.line.Source == r.source && p.group == r.group }
		source, _ := v.Mine.Site.Source(r.source)
		title := source.Name
		if r.group == groupVAM || r.group == groupDrain {
			title = groupTitle(r.group)
		}
		id := "overview.source." + r.source + "." + r.group
		f, sum := v.totalled(id, title, v.first, v.last, want)
		ref := Ref{Source: r.source, Group: r.group}
		f.Ref.Source, f.Ref.Group = r.source, r.group
		f.Inputs = v.byMonth(v.first, v.last, want, ref)
		f.Formula, f.Change = added(f.Inputs, sum, tonnes), v.change(want)
		f.Definition = lang.T("排放源 %s 计入合计的各行,逐月相加", "the lines of the source %s that the total counts, over the months").Format(source.Name)
		v.lacks(&f, v.first, v.last, func(source string) bool { return source == r.source })
		sizes[id] = sum
		out = append(out, Ranked{Figure: f, Source: r.source, Group: r.group, Org: source.Org, Share: decimal(share(sum, total)), How: v.how(want)})
	}
	slices.SortStableFunc(out, func(a, b Ranked) int {
		return cmp.Or(sizes[b.ID].Cmp(sizes[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// how tells in which ways the inputs of pieces were obtained.
func (v *view) how(want pick) lang.Text {
	ways := map[activity.How]bool{}
	for _, m := range v.asked() {
		for _, p := range m.pieces {
			if !want(p) {
				continue
			}
			for _, key := range p.line.Inputs {
				if len(p.moves) > 0 && p.moves[key] == nil {
					continue
				}
				if value, ok := m.value(key); ok {
					ways[value.How] = true
				}
			}
		}
	}
	var out lang.Text
	for _, way := range []activity.How{activity.Metered, activity.Laboratory, activity.Filed, activity.Stated, activity.Defaulted} {
		if !ways[way] {
			continue
		}
		if out.IsZero() {
			out = way.Title()
			continue
		}
		out = lang.T("%s + %s", "%s + %s").Format(out, way.Title())
	}
	return out
}
