// Package mine is the demonstration mine 青岭矿 Qingling: its site file, two
// years of readings and its monthly filings, all made of one seed. The mine is
// fictional; its numbers are plausible for a high-gas mine of 4 Mt a year.
package mine

import (
	"time"
	_ "time/tzdata" // the mine's zone, wherever the tests run

	"lingtan/period"
)

// Seed is the seed of the demonstration.
const Seed = 20240605

// ID is the mine's id in its site file.
const ID = "qingling"

// The stretch the mine has data of: two calendar years of its zone.
const (
	firstYear = 2024
	lastYear  = 2025
	// horizon is the year in which a [Plant]'s weather ends.
	horizon = 2060
)

// Mine generates the demonstration. It is not changed once it is made.
type Mine struct {
	zone   *time.Location
	start  time.Time
	end    time.Time
	seed   uint64
	series []series // in the site file's order
	days   []day    // of the data, and on from there
	months []month
}

// New makes the mine of a seed.
func New(seed uint64) *Mine {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err) // the zone is linked in
	}
	m := &Mine{
		zone: zone, seed: seed,
		start: time.Date(firstYear, 1, 1, 0, 0, 0, 0, zone),
		end:   time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, zone),
	}
	m.days = m.weather()
	m.series = m.catalogue()
	m.months = m.account(0, (lastYear-firstYear+1)*12)
	return m
}

// Period is the stretch the mine has data of.
func (m *Mine) Period() period.Period {
	p, _ := period.Between(m.start, m.end) // in order
	return p
}

// Points counts the measured points.
func (m *Mine) Points() int { return len(m.series) }

func (m *Mine) hours() int { return int(m.end.Sub(m.start) / time.Hour) }

func (m *Mine) at(hour int) time.Time { return m.start.Add(time.Duration(hour) * time.Hour) }
