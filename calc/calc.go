// Package calc owns the calculation file: a small text that names an edition, a
// year and activities with their units and states, and is computed by itself,
// with no database. It is how a verifier checks one number and how the worked
// examples of every edition are written.
package calc

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/site"
	"lingtan/standard"
)

const (
	maxActivities = 20_000 // of one file; a mine-year has a few hundred
	firstYear     = 1990
	lastYear      = 2100
)

// Read reads a calculation file into what standard.Compute is asked. All
// faults are returned at once, each with its line.
func Read(name string, data []byte) (standard.Request, error) {
	doc, err := site.Open(name, data)
	if err != nil {
		return standard.Request{}, err
	}
	f := &file{name: name, reader: doc.Read(), choices: map[string]string{}}
	f.reader.Unknown("calc", "choices", "activity")
	f.head()
	if f.edition.ID == "" {
		return standard.Request{}, f.reader.Err()
	}
	f.chosen(doc)
	acts := f.activities()
	if err := f.reader.Err(); err != nil {
		return standard.Request{}, err
	}
	return standard.Request{
		Edition: f.edition.ID, Activities: acts, Factors: factor.Builtin(), GWP: f.gwp,
		Province: f.province, Choices: f.choices, Calendar: f.calendar,
	}, nil
}

type file struct {
	name          string // as messages tell it
	reader        *site.Reader
	edition       standard.Edition
	province, gwp string
	calendar      period.Calendar
	year          string
	choices       map[string]string
}

// head reads [calc].
func (f *file) head() {
	s := f.reader.Table("calc")
	if s == nil {
		return
	}
	s.Need("edition", "year")
	f.province, f.gwp = s.Text("province"), s.Text("gwp")
	f.year = fmt.Sprintf("%04d", s.Int("year", firstYear, lastYear))
	f.calendar = period.Natural(zone(s))
	if f.gwp != "" {
		if _, err := factor.FindGWP(f.gwp); err != nil {
			s.Fail("gwp", err)
		}
	}
	if id := s.Text("edition"); id != "" {
		edition, err := standard.Find(id)
		if err != nil {
			s.Fail("edition", err)
		}
		f.edition = edition
	}
	s.Close()
}

// zone reads the zone the periods are counted in; China's where none is written.
func zone(s *site.Section) *time.Location {
	name := s.Text("zone")
	if name == "" {
		name = "Asia/Shanghai"
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		s.Wrong("zone", lang.T("IANA 时区名,如 Asia/Shanghai", "an IANA zone such as Asia/Shanghai"))
		return time.UTC
	}
	return z
}

// chosen reads [choices]; what the edition does not offer is told by Close.
func (f *file) chosen(doc *site.Document) {
	if doc.Line("choices") == 0 {
		return
	}
	s := f.reader.Table("choices")
	if s == nil {
		return
	}
	for _, c := range f.edition.Choices {
		if s.Has(c.Name) {
			others := slices.DeleteFunc(slices.Clone(c.Values), func(v string) bool { return v == c.Default })
			f.choices[c.Name] = s.Choice(c.Name, append([]string{c.Default}, others...)...)
		}
	}
	s.Close()
}

func (f *file) activities() []activity.Activity {
	sections := f.reader.Tables("activity")
	if len(sections) == 0 {
		f.reader.Fail(fault.Invalid.Say(lang.T("没有活动", "there is no activity")).
			Do(lang.T("至少写一节 [[activity]]", "write at least one [[activity]]")), fault.Place{File: f.name})
	}
	if len(sections) > maxActivities {
		f.reader.Fail(fault.Invalid.Say(lang.T("活动 %d 条,上限 %d", "%d activities, at most %d"), len(sections), maxActivities), fault.Place{File: f.name})
		return nil
	}
	acts := make([]activity.Activity, 0, len(sections))
	for i, s := range sections {
		acts = append(acts, f.activity(s, i+1))
	}
	return acts
}

func (f *file) activity(s *site.Section, n int) activity.Activity {
	s.Need("kind")
	a := activity.Activity{
		Kind: s.Text("kind"), Source: s.Text("source"), Item: s.Text("item"),
		Attrs: map[string]string{}, Values: map[string]activity.Value{}, At: s.Place(""),
	}
	if a.Source == "" {
		a.Source = fmt.Sprintf("%s-%d", a.Kind, n)
	}
	a.Name = s.Name("name")
	if a.Name.IsZero() {
		a.Name = lang.Same(a.Source)
	}
	var name string
	a.Period, name = f.period(s)
	a.ID = a.Source + "/" + name
	kind, err := f.edition.Kind(a.Kind)
	if err != nil {
		s.Fail("kind", err)
		return a
	}
	f.fields(s, kind, &a)
	s.Close()
	return a
}

// period is the activity's own, "2023-05", or from one to another,
// "2023-04..2023-06", else the file's year; its name is as it was written.
func (f *file) period(s *site.Section) (p period.Period, name string) {
	name = s.Text("period")
	if name == "" {
		name = f.year
	}
	first, last, stretch := strings.Cut(name, "..")
	p, err := f.calendar.Parse(first)
	if err == nil && stretch {
		var end period.Period
		if end, err = f.calendar.Parse(last); err == nil {
			p, err = period.Between(p.Start(), end.End())
		}
	}
	if err != nil {
		s.Fail("period", err)
	}
	return p, name
}

// fields reads what the kind knows; the edition's own checks come with Compute.
func (f *file) fields(s *site.Section, kind standard.Kind, a *activity.Activity) {
	for _, attr := range kind.Attrs {
		if s.Has(attr.Name) {
			a.Attrs[attr.Name] = s.Text(attr.Name)
		}
	}
	for _, field := range kind.Fields {
		if !s.Has(field.Name) {
			continue
		}
		q, uncertainty, ok := s.AmountWithin(field.Name)
		if ok {
			a.Values[field.Name] = activity.Value{Quantity: q, How: activity.Stated, Uncertainty: uncertainty, At: s.Place(field.Name)}
		}
	}
	for _, name := range standard.MistakenNames() {
		// Asking for a key makes it one that may be written: only a key that has
		// a line of its own is asked for.
		if s.Place(name).Row != s.Place("").Row && s.Has(name) {
			s.Fail(name, kind.UnknownField(*a, name))
		}
	}
}
