package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// Limits of one JSON message. A gateway's telegram of a whole mine has some
// thousand values and is three levels deep.
const (
	maxDepth  = 8
	maxValues = 20_000
)

// payload says how a message's bytes are understood. There are three forms:
// readings, {"ts":…,"v":{"flow":{"value":1.2,"q":"good"}}}; flat,
// {"t":…,"flow":1.2}; and number, a bare 1.2. The first two are one form of
// which other members have other names.
type payload struct {
	number bool
	time   []string // path of the instant from the message's root
	values []string // path of the object whose members are values
	value  string   // in a member that is an object: the value,
	q      string   // its quality,
	at     string   // its own instant,
	seq    []string // and at the root, the sequence of a correction
	words  words
	zone   *time.Location
}

// payloadForms are the forms by name, with the members they have unless the
// device's file names others.
var payloadForms = map[string]payload{ //nolint:gochecknoglobals // a constant table
	"readings": {time: []string{"ts"}, values: []string{"v"}, value: "value", q: "q", at: "ts", seq: []string{"seq"}},
	"flat":     {time: []string{"t"}, value: "value", q: "q", at: "t", seq: []string{"seq"}},
	"number":   {number: true},
}

// readPayload reads the keys of a section that say how messages are understood.
func readPayload(s *site.Section, zone *time.Location) payload {
	p := payloadForms[s.Choice("payload", "readings", "flat", "number")]
	p.zone = zone
	path := func(key string, into *[]string) {
		if s.Has(key) {
			*into = strings.FieldsFunc(s.Text(key), func(r rune) bool { return r == '.' })
		}
	}
	path("time", &p.time)
	path("values", &p.values)
	path("seq", &p.seq)
	if s.Has("value") {
		p.value = s.Text("value")
	}
	if s.Has("q") {
		p.q = s.Text("q")
	}
	if len(p.time) > 0 {
		p.at = p.time[len(p.time)-1]
	}
	p.words = readWords(s.Table("quality"))
	return p
}

// Values understands a message. The channels are named after its members; what
// is not understood is told beside the values that are.
func (p *payload) Values(message []byte) ([]Value, error) {
	if p.number {
		v, err := p.bare(message)
		return []Value{v}[:boolToInt(err == nil)], err
	}
	d := json.NewDecoder(bytes.NewReader(message))
	d.UseNumber()
	var root any
	if err := d.Decode(&root); err != nil {
		return nil, notJSON(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, notJSON(errors.New("text after the value"))
	}
	t := telling{payload: p}
	if all, several := root.([]any); several {
		for _, one := range all {
			t.message(one)
		}
	} else {
		t.message(root)
	}
	return t.values, errors.Join(t.faults...)
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func notJSON(err error) error {
	return fault.Invalid.Say(lang.T("报文不是 JSON:%v", "the message is not JSON: %v"), err).
		Do(lang.T("核对设备文件的 payload", "check payload in the device's file"))
}

// bare reads a number that is the whole message.
func (p *payload) bare(message []byte) (Value, error) {
	text := strings.Trim(strings.TrimSpace(string(message[:min(len(message), 64)])), `"`)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || len(message) > 64 {
		return Value{}, fault.Invalid.Say(lang.T("报文 %.40q 不是一个数", "the message %.40q is not a number"), text).
			Do(lang.T("核对设备文件的 payload", "check payload in the device's file"))
	}
	return numbered(Value{V: v}), nil
}

// numbered keeps what is no number as a value that does not count.
func numbered(v Value) Value {
	if math.IsNaN(v.V) || math.IsInf(v.V, 0) {
		v.Q, v.Why = max(v.Q, reading.Bad), v.Why|reading.NotNumber
	}
	return v
}

// telling is a message under reading.
type telling struct {
	*payload
	values []Value
	faults []error
	t, seq int64
}

func (t *telling) fail(text lang.Text, args ...any) {
	if len(t.faults) < 20 { // one message needs no longer list
		t.faults = append(t.faults, fault.Invalid.Say(text, args...).Do(lang.T("核对报文与设备文件的 payload 各键", "compare the message with the keys of payload in the device's file")))
	}
}

// message reads one object: its instant, then its values.
func (t *telling) message(root any) {
	t.t, t.seq = 0, 0
	if at, there := dig(root, t.time); there && len(t.time) > 0 {
		ms, err := t.instant(at)
		if err != nil {
			t.faults = append(t.faults, err)
			return
		}
		t.t = ms
	}
	if n, there := dig(root, t.payload.seq); there && len(t.payload.seq) > 0 {
		if number, ok := n.(json.Number); ok {
			t.seq, _ = number.Int64() // a sequence that is none corrects nothing
		}
	}
	values, there := dig(root, t.payload.values)
	members, isObject := values.(map[string]any)
	if !there || !isObject {
		t.fail(lang.T("报文中没有对象 %q", "the message has no object %q"), strings.Join(t.payload.values, "."))
		return
	}
	t.members("", members, 0)
}

// dig follows a path of members; an empty one leads to the root itself.
func dig(v any, path []string) (any, bool) {
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

func (t *telling) instant(v any) (int64, error) {
	switch v := v.(type) {
	case json.Number:
		return instantOf(v.String(), t.zone)
	case string:
		return instantOf(v, t.zone)
	}
	return instantOf(fmt.Sprintf("%.40v", v), t.zone)
}

// members reads the values of an object, in the order of their names.
func (t *telling) members(prefix string, object map[string]any, depth int) {
	if depth >= maxDepth {
		t.fail(lang.T("报文嵌套超过 %d 层", "the message is nested more than %d deep"), maxDepth)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if depth == 0 && t.own(name) {
			continue
		}
		if len(t.values) >= maxValues {
			t.fail(lang.T("一条报文多于 %d 个值", "more than %d values in one message"), maxValues)
			return
		}
		t.member(prefix+name, object[name], depth)
	}
}

// own tells whether a member of the root is the message's head, not a value.
func (t *telling) own(name string) bool {
	if len(t.payload.values) > 0 {
		return false
	}
	return len(t.time) > 0 && name == t.time[0] || len(t.payload.seq) > 0 && name == t.payload.seq[0] || name == t.q
}

func (t *telling) member(name string, v any, depth int) {
	object, isObject := v.(map[string]any)
	if !isObject {
		t.scalar(Value{Channel: name, T: t.t, Seq: t.seq}, v)
		return
	}
	inner, measured := object[t.value]
	if !measured {
		t.members(name+".", object, depth+1)
		return
	}
	value := Value{Channel: name, T: t.t, Seq: t.seq}
	if word, told := object[t.q]; told {
		said := t.words.of(fmt.Sprint(word))
		value.Q, value.Why = said.q, said.why
	}
	if at, told := object[t.at]; told && t.at != "" {
		ms, err := t.instant(at)
		if err != nil {
			t.faults = append(t.faults, err)
			return
		}
		value.T = ms
	}
	t.scalar(value, inner)
}

// scalar takes a value that is a number, a switch, a number in quotes, or none.
// A text that is no number is a label, and is told only where a value stood.
func (t *telling) scalar(value Value, v any) {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			t.fail(lang.T("%q 的值 %.40s 太大", "the value %[2]s of %[1]q is too large"), value.Channel, v.String())
			return
		}
		value.V = f
	case bool:
		value.V = float64(boolToInt(v))
	case nil:
		value.V, value.Q, value.Why = math.NaN(), max(value.Q, reading.Bad), value.Why|reading.Sentinel
		t.values = append(t.values, value)
		return
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil {
			if len(t.payload.values) > 0 {
				t.fail(lang.T("%q 的值 %.40q 不是数", "the value %[2].40q of %[1]q is no number"), value.Channel, v)
			}
			return
		}
		value.V = f
	default:
		t.fail(lang.T("%q 是数组,不是值", "%q is a list, not a value"), value.Channel)
		return
	}
	t.values = append(t.values, numbered(value))
}
