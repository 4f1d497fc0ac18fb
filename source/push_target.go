package source

import (
	"errors"
	"math/big"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// maxTurns is how many other units and points than its file names a device may
// speak of. A gateway of a whole mine forwards some thousands of points.
const maxTurns = 20_000

// address names the channel of every value of a post, in the unit it is told in.
func (p *pushDriver) address(l *Line, b *pushBatch) error {
	var faults []error
	for i := range b.Readings {
		channel, err := p.channel(l, &b.Readings[i])
		if err != nil {
			if faults = append(faults, fault.At(err, fault.Place{Row: i + 1})); len(faults) == maxPushFaults {
				break
			}
		}
		b.values[i].Channel = channel
	}
	return errors.Join(faults...)
}

// channel finds where a reading goes. A point goes by its own id with a mark
// that no channel bears by chance, and so does a channel in another unit.
func (p *pushDriver) channel(l *Line, r *pushReading) (string, error) {
	name := r.Channel
	if r.Point != "" {
		if !p.points && !slices.ContainsFunc(l.Device.Channels, func(c Channel) bool { return c.Point == r.Point }) {
			return "", fault.Forbidden.Say(lang.T("此装置不得写测点 %.70q", "this device may not write the point %.70q"), r.Point).
				Do(lang.T("在设备文件中为它写一个 [[channel]],或写 [push] points = true", "give it a [[channel]] in the device's file, or write points = true under [push]"))
		}
		name = "point:" + r.Point
	}
	if r.Unit != "" {
		name += " [" + r.Unit + "]"
	}
	l.mu.Lock()
	_, there := l.targets[name]
	many := len(l.targets) > maxTurns
	l.mu.Unlock()
	if there || r.Unit == "" && r.Point == "" {
		return name, nil
	}
	if many {
		return "", fault.Invalid.Say(lang.T("此装置说到的测点与单位已有 %d 种", "this device has spoken of %d points and units already"), maxTurns).
			Do(lang.T("核对它发送的内容", "look into what it sends"))
	}
	return l.turn(name, r)
}

// turn opens the way of a reading to its point, by its unit.
func (l *Line) turn(name string, r *pushReading) (string, error) {
	point, scale := r.Point, big.NewRat(1, 1)
	if r.Channel != "" {
		c, mapped := l.Device.Channel(r.Channel)
		if !mapped {
			return name, nil // unmapped, under its name and unit
		}
		point, scale = c.Point, c.Scale
	}
	p, ok := l.mine.Points(point)
	if !ok {
		return name, nil // unmapped: it is listed, and somebody will define it
	}
	unit := p.Unit
	if r.Unit != "" {
		var err error
		if unit, err = quantity.ParseUnit(r.Unit); err != nil {
			return "", err
		}
	}
	by, err := ratioOf(unit, scale, p.Unit)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.targets[name] = outlet{series: p.Series, convert: by.apply, known: true}
	return name, nil
}
