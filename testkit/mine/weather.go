package mine

import (
	"math"
	"time"
)

// day is what all points of one day share.
type day struct {
	month    int     // of the mine's two years, from 0
	season   float64 // −1 in January, 1 in July
	celsius  float64
	sun      [24]float64 // share of the installed PV power
	coal     float64     // raw coal, t
	weekday  time.Weekday
	heating  float64 // share of the heat load
	flaring  bool    // the engines are serviced and the flare burns
	holidays bool
}

// weather makes the days: temperature, sun, and the coal that is won.
func (m *Mine) weather() []day {
	days := make([]day, int(time.Date(horizon, 1, 1, 0, 0, 0, 0, m.zone).Sub(m.start)/(24*time.Hour)))
	for i := range days {
		t := m.start.AddDate(0, 0, i)
		d := &days[i]
		d.month = (t.Year()-firstYear)*12 + int(t.Month()) - 1
		d.season = -math.Cos(2 * math.Pi * float64(t.YearDay()-15) / 365.25)
		d.celsius = 9 + 14*d.season + 4*spread(noise(m.seed, 1, i, 0))
		d.weekday = t.Weekday()
		d.heating = max(0, min(1, (16-d.celsius)/26))
		d.holidays = springFestival(t)
		d.coal = m.coal(i, *d)
		d.flaring = t.Day() >= 12 && t.Day() <= 14 && int(t.Month())%3 == 0
		m.shine(i, d)
	}
	return days
}

// coal is the day's raw coal: 4 Mt a year, less around the Spring Festival and
// on maintenance days.
func (m *Mine) coal(i int, d day) float64 {
	t := 11_350 * (1 + 0.06*spread(noise(m.seed, 2, i, 0)))
	switch {
	case d.holidays:
		t *= 0.25
	case d.weekday == time.Sunday && i%14 < 7:
		t *= 0.6
	}
	return math.Round(t)
}

// festivalEves are the eves of the Spring Festival, month and day, from 2024 on.
var festivalEves = [...][2]int{{2, 9}, {1, 28}, {2, 16}, {2, 5}, {1, 25}, {2, 12}, {2, 2}} //nolint:gochecknoglobals // a constant table

// springFestival tells the days around the festival, as far as the table goes.
func springFestival(t time.Time) bool {
	i := t.Year() - firstYear
	if i >= len(festivalEves) {
		return false
	}
	first := time.Date(t.Year(), time.Month(festivalEves[i][0]), festivalEves[i][1], 0, 0, 0, 0, t.Location())
	return !t.Before(first) && t.Before(first.AddDate(0, 0, 9))
}

// dayAt gives a day by its number; the last one lasts for ever.
func (m *Mine) dayAt(d int) *day { return &m.days[min(d, len(m.days)-1)] }

// shine draws the sun over the day: longer and higher in summer, dimmed by the
// day's clouds.
func (m *Mine) shine(i int, d *day) {
	length := 12 + 2.4*d.season
	height := (0.62 + 0.2*d.season) * (0.75 + 0.3*spread(noise(m.seed, 3, i, 0)))
	for h := range d.sun {
		if x := (float64(h) + 0.5 - 12.4) / (length / 2); x > -1 && x < 1 {
			d.sun[h] = max(0, height*math.Cos(x*math.Pi/2))
		}
	}
}
