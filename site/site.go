// Package site owns the mine as it is described: the legal entity, its
// organisation, emission sources, meters and points, and the registers that
// hang on them, all read from one file.
package site

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
	"lingtan/quantity"
)

// Mine says how the coal is won, which decides what fugitive methane it has.
type Mine string

// The ways of mining.
const (
	Underground Mine = "underground"
	Opencast    Mine = "opencast"
)

// Grade is the yearly appraised gas grade of a mine (煤矿瓦斯等级鉴定).
type Grade string

// The grades. An outburst mine counts as high-gas for post-mining methane.
const (
	HighGas  Grade = "high"
	LowGas   Grade = "low"
	Outburst Grade = "outburst"
)

// Site is one mine as its file describes it. It is read once and not changed.
type Site struct {
	ID       string
	Name     lang.Text
	Province string // GB/T 2260 as "CN-14"
	Calendar period.Calendar
	// Barometer is the yearly mean air pressure of the place, in kPa, to which
	// gauge pressures are added: about 90 kPa at 1000 m.
	Barometer *quantity.Quantity
	Mine      Mine
	Grade     Grade
	Capacity  quantity.Quantity // approved, t a year; zero where not written
	Entity    Entity
	Orgs      []Org
	Sources   []Source
	Points    []Point
	Gases     []Gas
	Vehicles  []Vehicle
	Measures  []Measure
	Plots     []Plot
	Checks    []Check
	Channels  []Channel
	Budgets   []Budget
	Alarms    []Alarm
	SHA256    string // of the file

	orgs, sources, points, gases map[string]int
}

// Entity is the legal person that reports.
type Entity struct {
	Name       lang.Text
	CreditCode string // 统一社会信用代码, GB 32100
	Address    string
	Contact    string
	Phone      string
}

// Org is a unit of the organisation: a department, a section, a workshop.
type Org struct {
	ID     string
	Name   lang.Text
	Parent string // "" for a root
	At     fault.Place
}

// Source is something that emits or uses energy and has activities of a kind
// of the accounting standard.
type Source struct {
	ID    string
	Name  lang.Text
	Org   string
	Kind  string // the standard's kind of activity: "combustion", "underground_ch4" …
	Item  string // the fuel, gas or coal it works with
	Attrs map[string]string
	At    fault.Place
}

// sections are those this room reads; the plan's belong to the same file.
var sections = []string{ //nolint:gochecknoglobals // a constant list; Go has no constant slices
	"site", "entity", "org", "source", "point", "gas", "vehicle", "measure", "plot", "plan", "parameter",
	"record", "rule", "channel", "budget", "check", "alarm",
}

// Parse reads a site file and tells everything that is wrong with it at once.
func Parse(name string, data []byte) (*Site, error) {
	doc, err := Open(name, data)
	if err != nil {
		return nil, err
	}
	return doc.Site()
}

// Site reads the sections this room owns, and tells all their faults at once.
func (d *Document) Site() (*Site, error) {
	r := d.Read()
	s := &Site{SHA256: d.SHA256}
	s.readHead(r)
	s.readEntity(r)
	s.readOrgs(r)
	s.readSources(r)
	s.readPoints(r)
	s.readGases(r)
	s.readVehicles(r)
	s.readMeasures(r)
	s.readPlots(r)
	s.readChecks(r)
	s.readChannels(r)
	s.readBudgets(r)
	s.readAlarms(r)
	r.Unknown(sections...)
	if err := r.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Site) readHead(r *Reader) {
	h := r.Table("site")
	s.Calendar = period.Natural(time.UTC)
	if h == nil {
		return
	}
	h.Need("id", "name", "province", "zone", "mine")
	s.ID, s.Name, s.Province = h.ident(), h.Name("name"), h.province()
	s.Calendar = h.calendar()
	r.Zone = s.Calendar.Zone
	if q, ok := h.Quantity("barometer", quantity.MustUnit("kPa")); ok {
		s.Barometer = &q
		h.within("barometer", q, "50 kPa", "110 kPa")
	}
	s.Mine = Mine(h.Choice("mine", string(Underground), string(Opencast)))
	if s.Mine == Underground {
		h.Need("gas_grade")
	}
	s.Grade = Grade(h.Choice("gas_grade", string(HighGas), string(LowGas), string(Outburst)))
	s.Capacity, _ = h.Quantity("capacity", quantity.MustUnit("t/a"))
	h.Close()
}

// within faults a quantity outside of what can be.
func (s *Section) within(key string, q quantity.Quantity, low, high string) {
	below, err1 := q.Cmp(quantity.MustParse(low))
	above, err2 := q.Cmp(quantity.MustParse(high))
	if err1 == nil && err2 == nil && (below < 0 || above > 0) {
		s.Wrong(key, lang.T("%s 到 %s 之间", "between %s and %s").Format(low, high))
	}
}

func (s *Site) readEntity(r *Reader) {
	e := r.Table("entity")
	if e == nil {
		return
	}
	e.Need("name", "credit_code")
	s.Entity = Entity{
		Name: e.Name("name"), CreditCode: e.Text("credit_code"),
		Address: e.Text("address"), Contact: e.Text("contact"), Phone: e.Text("phone"),
	}
	if s.Entity.CreditCode != "" {
		if err := CheckCreditCode(s.Entity.CreditCode); err != nil {
			e.Fail("credit_code", err)
		}
	}
	e.Close()
}

// Org gives a unit of the organisation.
func (s *Site) Org(id string) (Org, bool) { return pick(s.Orgs, s.orgs, id) }

// Source gives an emission source.
func (s *Site) Source(id string) (Source, bool) { return pick(s.Sources, s.sources, id) }

// Point gives a measuring point.
func (s *Site) Point(id string) (Point, bool) { return pick(s.Points, s.points, id) }

// Gas gives a derived gas point.
func (s *Site) Gas(id string) (Gas, bool) { return pick(s.Gases, s.gases, id) }

func pick[T any](list []T, index map[string]int, id string) (found T, ok bool) {
	i, ok := index[id]
	if ok {
		found = list[i]
	}
	return found, ok
}
