package source

// Feed is a channel of a device that gives a point its readings.
type Feed struct {
	Device  string
	Channel string
}

// Feeds tells which device gives which point its readings, as far as the
// devices' files are usable.
func (d *Devices) Feeds() map[string]Feed {
	out := map[string]Feed{}
	for id, w := range d.snapshot() {
		if w.flaw != nil {
			continue
		}
		for _, c := range w.line.Device.Channels {
			out[c.Point] = Feed{id, c.Name}
		}
	}
	return out
}
