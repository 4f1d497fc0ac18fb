package source

import (
	"fmt"
	"strings"
	"time"
)

// edgeNode is what a node of Sparkplug B has said of itself since its birth.
type edgeNode struct {
	name    string
	alive   bool // born, and no message missed since: its aliases hold
	dead    bool
	session float64                  // bdSeq of its birth, which its death repeats
	next    uint8                    // seq of its next message; 255 is followed by 0
	aliases map[uint64]introduced    // of the node and its devices together
	types   map[string]SparkplugType // by device/metric
	asked   time.Time                // for a birth
}

// introduced is a metric as its birth told it.
type introduced struct {
	device, name string
	kind         SparkplugType
}

// birth begins a node's life anew: what it said in an earlier one is void.
func (e *edgeNode) birth(p SparkplugPayload) {
	e.alive, e.dead = true, false
	e.next = p.Seq + 1
	e.session = sessionOf(p)
	e.aliases, e.types = map[uint64]introduced{}, map[string]SparkplugType{}
}

func sessionOf(p SparkplugPayload) float64 {
	for i := range p.Metrics {
		if p.Metrics[i].Name == "bdSeq" {
			return p.Metrics[i].Number
		}
	}
	return 0
}

// dies tells whether a death is that of the node's present life. A broker may
// tell an earlier one's after the birth that followed it.
func (e *edgeNode) dies(p SparkplugPayload) bool {
	if !e.alive || sessionOf(p) != e.session {
		return false
	}
	e.alive, e.dead = false, true
	return true
}

// inOrder counts a message in; false where one before it was missed. A birth
// may have been among those, so that aliases hold no longer.
func (e *edgeNode) inOrder(p SparkplugPayload) bool {
	in := e.alive && p.HasSeq && p.Seq == e.next
	e.alive, e.next = in, p.Seq+1
	return in
}

// born introduces the metrics of a birth, which tells their values as well.
func (e *edgeNode) born(device string, p SparkplugPayload) ([]Value, error) {
	if e.types != nil {
		for i := range p.Metrics {
			m := &p.Metrics[i]
			if len(e.types) >= maxValues {
				break // the rest is told by name, or not at all
			}
			e.types[device+"/"+m.Name] = m.Type
			if m.HasAlias {
				e.aliases[m.Alias] = introduced{device, m.Name, m.Type}
			}
		}
	}
	return e.data(device, p)
}

// data reads the values of a message. A metric that tells its name and type
// explains itself; one that tells its alias alone needs the birth it came from.
// What is a text or a structure is no reading and is passed over.
func (e *edgeNode) data(device string, p SparkplugPayload) ([]Value, error) {
	var values []Value
	var strange []string
	for i := range p.Metrics {
		m := &p.Metrics[i]
		of := introduced{device, m.Name, m.Type}
		if m.Name == "" {
			known, ok := e.aliases[m.Alias]
			if !ok || !e.alive || known.device != device {
				strange = append(strange, fmt.Sprintf("alias %d", m.Alias))
				continue
			}
			of = known
		} else if of.kind == 0 {
			of.kind = e.types[device+"/"+m.Name]
		}
		if of.kind == 0 && m.whole() {
			strange = append(strange, of.name)
			continue
		}
		if v, is := m.value(of, p.Timestamp); is {
			values = append(values, v)
		}
	}
	if len(strange) > 0 {
		return values, unborn(strange)
	}
	return values, nil
}

// value makes a value of a metric; is is false for one that is no reading.
func (m *SparkplugMetric) value(of introduced, sent int64) (v Value, is bool) {
	if of.name == "bdSeq" || strings.HasPrefix(of.name, "Node Control/") || strings.HasPrefix(of.name, "Device Control/") {
		return v, false
	}
	said := m.verdict()
	v = Value{Channel: of.name, T: m.Timestamp, Q: said.q, Why: said.why}
	if of.device != "" {
		v.Channel = of.device + "/" + of.name
	}
	if v.T == 0 {
		v.T = sent
	}
	if m.Null {
		v.V = nothing
		return v, of.kind.Numeric()
	}
	number, ok := m.number(of.kind)
	v.V = number
	return numbered(v), ok
}
