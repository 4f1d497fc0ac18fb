package site

import (
	"math/big"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Vehicle is one of the fleet.
type Vehicle struct {
	ID    string
	Name  lang.Text
	Org   string
	Drive string // "electric", "diesel", "hybrid" or "hydrogen"
	Point string // its charger's register, "" where it has none
	At    fault.Place
}

// Electric tells whether the vehicle draws its energy from a plug.
func (v Vehicle) Electric() bool { return v.Drive == "electric" }

// Measure is a reduction project of the register, with what is planned of it.
type Measure struct {
	ID       string
	Name     lang.Text
	Org      string
	Category string // "efficiency", "gas", "heat", "renewable", "transport", "ecology"
	Status   string // "planned", "building" or "running"
	Planned  []Planned
	At       fault.Place
}

// Planned is what a measure is planned to reduce in a calendar year.
type Planned struct {
	Year      int
	Reduction quantity.Quantity // tCO2e
}

// PlannedThrough sums what the register plans to reduce up to and with a year.
func (s *Site) PlannedThrough(year int) quantity.Quantity {
	sum := new(big.Rat)
	for _, m := range s.Measures {
		for _, p := range m.Planned {
			if p.Year <= year {
				sum.Add(sum, p.Reduction.Rat())
			}
		}
	}
	return quantity.New(sum, quantity.MustUnit("tCO2e"))
}

// Plot is a piece of restored land with its stand.
type Plot struct {
	ID    string
	Name  lang.Text
	Org   string
	Area  quantity.Quantity // ha
	Stand string            // "broadleaf", "conifer", "shrub" or "grass"
	Since int               // year of planting
	At    fault.Place
}

// Electrified gives the share of electric vehicles in the fleet; ok is false
// where there is no fleet.
func (s *Site) Electrified() (share *big.Rat, ok bool) {
	electric := int64(0)
	for _, v := range s.Vehicles {
		if v.Electric() {
			electric++
		}
	}
	if len(s.Vehicles) == 0 {
		return nil, false
	}
	return big.NewRat(electric, int64(len(s.Vehicles))), true
}

func (s *Site) readVehicles(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("vehicle") {
		t.Need("id", "org", "drive")
		v := Vehicle{
			ID: t.ident(), Name: t.Name("name"), Org: s.orgOf(t), Point: t.Text("point"), At: t.Place(""),
			Drive: t.Choice("drive", "electric", "diesel", "hybrid", "hydrogen"),
		}
		_, has := s.points[v.Point]
		t.known("point", v.Point, lang.T("点", "point"), has)
		t.register(v.ID, i, taken)
		s.Vehicles = append(s.Vehicles, v)
		t.Close()
	}
}

func (s *Site) readMeasures(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("measure") {
		t.Need("id", "name", "org", "category", "status", "planned")
		m := Measure{
			ID: t.ident(), Name: t.Name("name"), Org: s.orgOf(t), At: t.Place(""),
			Category: t.Choice("category", "efficiency", "gas", "heat", "renewable", "transport", "ecology"),
			Status:   t.Choice("status", "planned", "building", "running"),
		}
		years := map[int]bool{}
		for _, p := range t.Tables("planned") {
			p.Need("year", "reduction")
			year := int(p.Int("year", 2000, 2100))
			q, _ := p.Quantity("reduction", quantity.MustUnit("tCO2e"))
			if years[year] {
				p.Fail("year", fault.Invalid.Say(lang.T("年份 %d 写了两次", "the year %d is written twice"), year).
					Do(lang.T("合并为一条", "make one entry of them")))
			}
			years[year] = true
			m.Planned = append(m.Planned, Planned{year, q})
			p.Close()
		}
		t.register(m.ID, i, taken)
		s.Measures = append(s.Measures, m)
		t.Close()
	}
}

func (s *Site) readPlots(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("plot") {
		t.Need("id", "name", "org", "area", "stand", "since")
		p := Plot{
			ID: t.ident(), Name: t.Name("name"), Org: s.orgOf(t), At: t.Place(""),
			Stand: t.Choice("stand", "broadleaf", "conifer", "shrub", "grass"), Since: int(t.Int("since", 1950, 2100)),
		}
		p.Area, _ = t.Quantity("area", quantity.MustUnit("ha"))
		t.register(p.ID, i, taken)
		s.Plots = append(s.Plots, p)
		t.Close()
	}
}
