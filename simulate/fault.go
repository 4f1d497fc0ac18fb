package simulate

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Kind is a way in which an instrument breaks.
type Kind string

// The faults an instrument can have.
const (
	LinkCut     Kind = "link-cut"     // no connection; what has a memory tells it later
	WrongCRC    Kind = "wrong-crc"    // messages arrive damaged
	HalfFrame   Kind = "half-frame"   // messages end in the middle
	ClockWrong  Kind = "clock-wrong"  // its clock is ahead
	SensorStuck Kind = "sensor-stuck" // it shows the same value for ever
	Flood       Kind = "flood"        // every message is sent a thousand times
)

// Kinds lists the faults there are.
func Kinds() []Kind { return []Kind{LinkCut, WrongCRC, HalfFrame, ClockWrong, SensorStuck, Flood} }

// Fault is one fault of one instrument.
type Fault struct {
	Kind   Kind
	Device string
	Point  string        // of a stuck sensor; "" sticks all
	After  time.Duration // from now
	For    time.Duration // it lasts; 0 for as long as the play
	By     time.Duration // a wrong clock is ahead
}

const (
	usualAhead = time.Hour
	// longest keeps sums of instants and durations far from overflow.
	longest = 100 * 365 * 24 * time.Hour
)

// ParseFault reads KIND:DEVICE and then, in any order, after=1m, for=30s, by=1h
// and point=ID. Durations are Go's, or days as in 366d.
func ParseFault(text string) (Fault, error) {
	parts := strings.Split(text, ":")
	if len(parts) < 2 || parts[1] == "" || !slices.Contains(Kinds(), Kind(parts[0])) {
		return Fault{}, notFault(text)
	}
	f := Fault{Kind: Kind(parts[0]), Device: parts[1]}
	if f.Kind == ClockWrong {
		f.By = usualAhead
	}
	for _, p := range parts[2:] {
		key, value, _ := strings.Cut(p, "=")
		d, err := duration(value)
		switch {
		case key == "point" && value != "":
			f.Point = value
			continue
		case err != nil:
			return Fault{}, notFault(text)
		}
		switch key {
		case "after":
			f.After = d
		case "for":
			f.For = d
		case "by":
			f.By = d
		default:
			return Fault{}, notFault(text)
		}
	}
	return f, nil
}

func duration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > int(longest/(24*time.Hour)) {
			return 0, notFault(text)
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longest {
		return 0, notFault(text)
	}
	return d, nil
}

func notFault(text string) error {
	var kinds []string
	for _, k := range Kinds() {
		kinds = append(kinds, string(k))
	}
	return fault.Invalid.Say(lang.T("故障 %.80q 不认识", "the fault %.80q is not understood"), text).
		Do(lang.T("写成 类型:设备[:after=1m][:for=30s][:by=1h][:point=测点];类型:%s", "write KIND:DEVICE[:after=1m][:for=30s][:by=1h][:point=ID]; kinds: %s"), strings.Join(kinds, " "))
}

// String writes the fault as [ParseFault] reads it.
func (f Fault) String() string {
	var out strings.Builder
	out.WriteString(string(f.Kind) + ":" + f.Device)
	for _, d := range []struct {
		key string
		d   time.Duration
	}{{"after", f.After}, {"for", f.For}, {"by", f.By}} {
		if d.d > 0 {
			out.WriteString(":" + d.key + "=" + d.d.String())
		}
	}
	if f.Point != "" {
		out.WriteString(":point=" + f.Point)
	}
	return out.String()
}

// Cause lets an instrument break; what it cannot have is told.
func (s *Simulator) Cause(f Fault) error {
	i := slices.IndexFunc(s.units, func(u *unit) bool { return u.device.ID == f.Device })
	if i < 0 {
		return fault.NotFound.Say(lang.T("没有在演示的设备 %.70q", "no device %.70q is played"), f.Device).
			Do(lang.T("在演示的设备:%s", "these are: %s"), strings.Join(s.names(), " "))
	}
	if u := s.units[i]; !u.can(f.Kind) {
		var kinds []string
		for _, k := range u.part.faults {
			kinds = append(kinds, string(k))
		}
		return fault.Invalid.Say(lang.T("%s 用 %s,不会有 %s 故障", "%s speaks %s and cannot have %s"), f.Device, u.device.Protocol, f.Kind).
			Do(lang.T("可选 %s", "choose one of %s"), strings.Join(kinds, " "))
	}
	s.board.add(f)
	return nil
}

func (s *Simulator) names() []string {
	var out []string
	for _, u := range s.units {
		out = append(out, u.device.ID)
	}
	return out
}

// Faults lists what is broken or will be.
func (s *Simulator) Faults() []Fault { return s.board.list() }

// maxFaults is how many faults are remembered; who asks for more tests the
// socket, not the platform.
const maxFaults = 1000

// lookEvery is how often an instrument looks whether its link is cut.
const lookEvery = 50 * time.Millisecond

// board holds the faults asked for.
type board struct {
	now func() time.Time

	mu     sync.Mutex
	faults []pinned
}

// pinned is a fault with its instants of our time.
type pinned struct {
	Fault
	from, to time.Time // to is zero where it lasts
}

func (b *board) add(f Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := pinned{Fault: f, from: b.now().Add(f.After)}
	if f.For > 0 {
		p.to = p.from.Add(f.For)
	}
	b.faults = append(b.clean(), p)
	b.faults = b.faults[max(0, len(b.faults)-maxFaults):]
}

// clean forgets what is over.
func (b *board) clean() []pinned {
	now := b.now()
	return slices.DeleteFunc(b.faults, func(p pinned) bool { return !p.to.IsZero() && !now.Before(p.to) })
}

func (b *board) list() []Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = b.clean()
	var out []Fault
	for _, p := range b.faults {
		out = append(out, p.Fault)
	}
	return out
}

// on tells whether an instrument has a fault now; of several the latest asked
// for.
func (b *board) on(k Kind, device string) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for _, p := range slices.Backward(b.faults) {
		if p.Kind == k && p.Device == device && !now.Before(p.from) && (p.to.IsZero() || now.Before(p.to)) {
			return p.Fault, true
		}
	}
	return Fault{}, false
}
