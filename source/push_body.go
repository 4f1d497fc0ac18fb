package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// pushBatch is a post: {"id":"…","readings":[…]}.
type pushBatch struct {
	ID       string        `json:"id"`
	Readings []pushReading `json:"readings"`

	values []Value
}

// pushReading is one reading of a post. It is for a channel of the device, or
// for a point of the site.
type pushReading struct {
	Channel string          `json:"channel,omitempty"`
	Point   string          `json:"point,omitempty"`
	T       json.RawMessage `json:"t,omitempty"` // RFC 3339, or a count since 1970; the time of arrival where it is left out
	V       json.RawMessage `json:"v"`           // a number, "NaN", or null where there is none
	Unit    string          `json:"unit,omitempty"`
	Q       string          `json:"q,omitempty"`
	Why     []string        `json:"why,omitempty"` // names of reading.Reason
	Seq     int64           `json:"seq,omitempty"`
	Recv    int64           `json:"recv,omitempty"` // when a gateway took it in, ms since 1970
}

const (
	maxEventID    = 128
	maxPushFaults = 20 // told of one post
)

// decodePush reads a post and tells its faults, each with the number of its
// reading, from 1.
func decodePush(body []byte, zone *time.Location) (*pushBatch, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields() // a misspelt quality would make a bad value a good one
	var b pushBatch
	if err := d.Decode(&b); err != nil {
		return nil, wrongPost(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, wrongPost(errors.New("text after the object"))
	}
	if len(b.ID) > maxEventID || len(b.Readings) > maxPosted || len(b.Readings) == 0 {
		return nil, fault.Invalid.Say(lang.T("一次提交应有 1 至 %d 条读数,id 至多 %d 字节", "a post has 1 to %d readings, and an id of at most %d bytes"), maxPosted, maxEventID).
			Do(lang.T("分批提交", "post it in parts"))
	}
	var faults []error
	for i := range b.Readings {
		v, err := b.Readings[i].value(zone)
		if err != nil && len(faults) < maxPushFaults {
			faults = append(faults, fault.At(err, fault.Place{Row: i + 1}))
		}
		b.values = append(b.values, v)
	}
	return &b, errors.Join(faults...)
}

func wrongPost(err error) error {
	return fault.Invalid.Say(lang.T("提交的内容读不懂:%v", "the post is not understood: %v"), err).
		Do(lang.T(`写成 {"id":"…","readings":[{"channel":"…","t":"…","v":1.2}]},见 docs/devices.md`, `write {"id":"…","readings":[{"channel":"…","t":"…","v":1.2}]}, see docs/devices.md`))
}

// value makes a value of a reading; its channel is filled in by whoever knows
// the device.
func (r *pushReading) value(zone *time.Location) (Value, error) {
	v := Value{Seq: r.Seq, Recv: r.Recv}
	if (r.Channel == "") == (r.Point == "") {
		return v, fault.Invalid.Say(lang.T("channel 与 point 须恰有一个", "there must be either channel or point")).
			Do(lang.T("写装置的通道,或本站的测点", "name the device's channel or the site's point"))
	}
	said := usualWords.of(r.Q)
	v.Q, v.Why = said.q, said.why
	if slices.Contains(qualityNames[:], r.Q) {
		v.Why = 0 // our own words, as a gateway of ours writes them: its reasons stand apart
	}
	for _, name := range r.Why {
		why, ok := reading.ParseReason(name)
		if !ok {
			return v, fault.Invalid.Say(lang.T("没有原因 %.40q", "there is no reason %.40q"), name).
				Do(lang.T("原因的名称见 docs/devices.md", "the names of reasons are in docs/devices.md"))
		}
		v.Why |= why
	}
	if err := r.number(&v); err != nil {
		return v, err
	}
	if text := unquoted(r.T); text != "" {
		var err error
		if v.T, err = instantOf(text, zone); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (r *pushReading) number(v *Value) error {
	text := unquoted(r.V)
	if text == "" && string(r.V) == "null" {
		v.V, v.Q, v.Why = math.NaN(), max(v.Q, reading.Bad), v.Why|reading.Sentinel
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fault.Invalid.Say(lang.T("值 %.40q 不是数", "the value %.40q is no number"), text).
			Do(lang.T("没有值时写 null", "write null where there is none"))
	}
	v.V = n
	*v = numbered(*v)
	return nil
}

// unquoted is a JSON number or text as plain text; "" where it is null or left out.
func unquoted(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	if len(raw) > 0 && raw[0] == '"' {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			return text
		}
	}
	return string(raw)
}
