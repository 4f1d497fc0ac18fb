package query

import (
	"net/url"
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"lingtan/lang"
)

// listing is what a list is made of. Points are there at any time, so start and
// end, which clients send, narrow nothing.
func (e *Engine) listing(m Mine, f *asked) ([]entry, error) {
	sets := f.selectors(e.parser)
	if err := f.err(); err != nil {
		return nil, err
	}
	v := e.view(m)
	if len(sets) == 0 {
		return v.match(nil), nil
	}
	var out []entry
	for _, set := range sets {
		out = append(out, v.match(set)...)
	}
	slices.SortFunc(out, func(a, b entry) int { return labels.Compare(a.labels, b.labels) })
	return slices.CompactFunc(out, func(a, b entry) bool { return labels.Equal(a.labels, b.labels) }), nil
}

// list answers with at most so many as were asked for.
func list[T any](f *asked, all []T) *Answer {
	a := &Answer{}
	all = upTo(a, append([]T{}, all...), f.limit())
	a.data = func(w *pen) { w.json(all) }
	return a
}

// Series lists the series that match[] names.
func (e *Engine) Series(m Mine, form url.Values) (*Answer, error) {
	f := &asked{Values: form}
	f.limit()
	if len(form["match[]"]) == 0 {
		f.refuse("match[]", lang.T("没有给出", "no match[] parameter provided"))
	}
	found, err := e.listing(m, f)
	if err != nil {
		return nil, err
	}
	all := make([]map[string]string, len(found))
	for i, s := range found {
		all[i] = s.labels.Map()
	}
	return list(f, all), nil
}

// Labels lists the labels of the series that match[] names, or of all.
func (e *Engine) Labels(m Mine, form url.Values) (*Answer, error) {
	f := &asked{Values: form}
	f.limit()
	found, err := e.listing(m, f)
	if err != nil {
		return nil, err
	}
	return list(f, names(found)), nil
}

// Values lists what a label says in the series that match[] names, or in all.
func (e *Engine) Values(m Mine, label string, form url.Values) (*Answer, error) {
	f := &asked{Values: form}
	f.limit()
	found, err := e.listing(m, f)
	if err != nil {
		return nil, err
	}
	return list(f, values(found, label)), nil
}

// about is what Prometheus' metadata tells of a metric.
type about struct {
	Type string `json:"type"`
	Help string `json:"help"`
	Unit string `json:"unit"`
}

// Metadata tells what the metrics mean. Their unit is a label.
func (e *Engine) Metadata(form url.Values, tag lang.Tag) *Answer {
	out := map[string][]about{}
	for _, m := range metrics {
		if wanted := form.Get("metric"); wanted == "" || wanted == m.name {
			out[m.name] = []about{{Type: m.kind, Help: m.help.In(tag)}}
		}
	}
	return plain(out)
}

// engineVersion is Prometheus' own, by which a client knows what it may ask.
const engineVersion = "3.16.0"

// Build tells which engine answers.
func Build() *Answer {
	return plain(map[string]string{
		"version": engineVersion, "revision": "", "branch": "", "buildUser": "lingtan", "buildDate": "", "goVersion": "",
	})
}

// Rules answers that there are none: alarms are the platform's own.
func Rules() *Answer { return plain(map[string][]string{"groups": {}}) }
