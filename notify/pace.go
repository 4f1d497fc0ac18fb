package notify

import (
	"time"

	"lingtan/alarm"
)

// pace keeps a channel readable: so many messages a minute one by one, and
// what comes on top of them as one digest in the next minute.
type pace struct {
	since time.Time // when the running minute began
	told  int       // in it
	held  bool      // something waits for the next one
}

const (
	usualPace = 10
	maxDigest = 200 // alarms of one digest; the rest goes into the next
)

// batches cuts what waits into what is sent now, each batch as one message.
func (p *pace) batches(now time.Time, perMinute int, list []alarm.Message) [][]alarm.Message {
	if perMinute <= 0 {
		perMinute = usualPace
	}
	if now.Sub(p.since) >= time.Minute || now.Before(p.since) {
		p.since, p.told = now, 0
		if p.held && len(list) > 1 {
			return [][]alarm.Message{list[:min(len(list), maxDigest)]}
		}
		p.held = false
	}
	if p.held {
		return nil
	}
	out := make([][]alarm.Message, min(len(list), perMinute-p.told))
	for i := range out {
		out[i] = list[i : i+1]
	}
	return out
}
