package mine

import "math"

// series is one measured point: how its file entry reads and how its readings
// are made. A quarter-hourly gauge has ofGas, an hourly one ofHour; a counter
// or a delta has rate.
type series struct {
	id, zh, en  string
	org, source string
	kind, unit  string
	step        string
	places      int // decimals the instrument shows
	low, high   float64
	uncertainty string
	meter       meter
	attrs       string
	judged      string // by what its readings are judged beyond the range, as its file entry says

	ofGas  func(*gas) float64
	ofHour func(*hour, uint64) float64 // the number is noise of the point and the hour
	rate   func(*hour, uint64) float64 // of the register, per hour

	first    int64 // of the register when the data begin
	digits   int
	maxRate  float64
	ct, pt   int // 1 where there is no transformer
	change   *change
	replaced *replacement
}

// meter is what stands on the plate.
type meter struct{ model, accuracy string }

// change is another current transformer from an hour on.
type change struct {
	hour, ct int
	reason   string
}

// replacement is another meter from an hour on.
type replacement struct {
	hour, minute int
	serial       string
}

// ratio is CT × PT in an hour.
func (s *series) ratio(hour int) float64 {
	ct := s.ct
	if s.change != nil && hour >= s.change.hour {
		ct = s.change.ct
	}
	return float64(ct * s.pt)
}

// shown rounds a value to what the instrument shows.
func (s *series) shown(v float64) float64 {
	scale := scales[s.places]
	return math.Round(v*scale) / scale
}

var scales = [...]float64{1, 10, 100, 1000, 10_000} //nolint:gochecknoglobals // a constant table

// catalogue lists the points. A point's place seeds its noise, so that a new one
// goes to the end.
func (m *Mine) catalogue() []series {
	var all []series
	for _, part := range [][]series{
		gasSeries(), mainSeries(), engineSeries(m), solarSeries(), feederSeries(m), coalSeries(),
		heatSeries(), chargerSeries(m), waterSeries(), plotSeries(), stackSeries(), airSeries(),
	} {
		all = append(all, part...)
	}
	for i := range all {
		if s := &all[i]; s.ct == 0 {
			s.ct, s.pt = 1, 1
		} else if s.pt == 0 {
			s.pt = 1
		}
	}
	return all
}

// number gives the place of a point in the catalogue, −1 where it is not there.
func (m *Mine) number(id string) int {
	for i := range m.series {
		if m.series[i].id == id {
			return i
		}
	}
	return -1
}
