package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

func init() {
	register("lineprotocol", protocol{title: lang.T("InfluxDB 行协议", "InfluxDB line protocol"), read: readLineProtocol})
}

// lineDriver takes posts of lines: measurement,tag=v field=1.0 1456439523000000000.
type lineDriver struct {
	posted
	channel template
}

// usualLineChannel names a channel after all that a line says of itself.
const usualLineChannel = "{measurement}{tags}.{field}"

func readLineProtocol(_ *Device, _ *site.Reader, s *site.Section, _ []*site.Section) Driver {
	text := usualLineChannel
	if s != nil && s.Has("channel") {
		text = s.Text("channel")
	}
	t, err := parseTemplate(text, nil)
	if err != nil {
		s.Fail("channel", err)
	}
	return &lineDriver{channel: t}
}

// precisions are the units of a line's instant, by the query's parameter
// precision, as InfluxDB's first and second versions spell them.
var precisions = map[string]lineprotocol.Precision{ //nolint:gochecknoglobals // a constant table
	"": lineprotocol.Nanosecond, "n": lineprotocol.Nanosecond, "ns": lineprotocol.Nanosecond,
	"u": lineprotocol.Microsecond, "us": lineprotocol.Microsecond, "ms": lineprotocol.Millisecond, "s": lineprotocol.Second,
}

// maxBadLines is how many bad lines the answer to a post names.
const maxBadLines = 100

// Receive implements [Receiver]. A bad line costs itself alone: what it returns
// names the bad lines, and the others are durable then.
func (p *lineDriver) Receive(ctx context.Context, l *Line, post Post) error {
	precision, ok := precisions[strings.ToLower(post.Query("precision"))]
	if !ok {
		return fault.Invalid.Say(lang.T("精度 %.20q 不认识", "precision %.20q is not known"), post.Query("precision")).
			Do(lang.T("precision 为 ns、us、ms 或 s", "precision is ns, us, ms or s"))
	}
	body, err := unpack(post, l.Device)
	if err != nil {
		l.Refuse(post.Body, err)
		return err
	}
	values, bad, err := decodeLines(body, precision, p.channel)
	if err != nil {
		l.Refuse(body, err)
		return err
	}
	if err := l.Deliver(ctx, values); err != nil {
		return err
	}
	l.Up() // whatever is wrong with some lines
	return told(l, body, bad)
}

// badLine is a line that was not understood.
type badLine struct {
	row int // from 1; 0 where a tag is missing, which the reason names
	why error
}

// told refuses the bad lines and makes the answer that names them.
func told(l *Line, body []byte, bad []badLine) error {
	if len(bad) == 0 {
		return nil
	}
	lines := bytes.Split(body, []byte("\n"))
	var faults []error
	for i, b := range bad {
		why := fault.Invalid.Say(lang.T("此行读不懂:%v", "the line is not understood: %v"), b.why).
			Do(lang.T("改正后只需重发此行,其余各行已入库", "mend it and send it alone: the others were taken in")).At(fault.Place{Row: b.row})
		frame := body
		if b.row > 0 && b.row <= len(lines) {
			frame = lines[b.row-1]
		}
		l.Refuse(frame, why)
		if i < maxBadLines {
			faults = append(faults, why)
		}
	}
	if more := len(bad) - maxBadLines; more > 0 {
		faults = append(faults, fault.Invalid.Say(lang.T("另有 %d 行读不懂", "and %d lines more"), more))
	}
	return errors.Join(faults...)
}

// decodeLines reads the lines of a post. A field that is a text is a label, not
// a reading, and is passed over.
func decodeLines(body []byte, precision lineprotocol.Precision, channel template) (values []Value, bad []badLine, err error) {
	d := lineprotocol.NewDecoderWithBytes(body)
	for d.Next() {
		of, why := decodeLine(d, precision, channel)
		if why != nil {
			line := badLine{why: why}
			var placed *lineprotocol.DecodeError
			if errors.As(why, &placed) {
				line = badLine{int(placed.Line), placed.Err}
			}
			bad = append(bad, line)
			continue
		}
		if len(values)+len(of) > maxPosted {
			return nil, nil, fault.Invalid.Say(lang.T("一次提交多于 %d 条读数", "more than %d readings in one post"), maxPosted).
				Do(lang.T("分批提交", "post it in parts"))
		}
		values = append(values, of...)
	}
	return values, bad, nil
}

// decodeLine reads the line the decoder stands at.
func decodeLine(d *lineprotocol.Decoder, precision lineprotocol.Precision, channel template) ([]Value, error) {
	measurement, err := d.Measurement()
	if err != nil {
		return nil, err
	}
	name := string(measurement) // the decoder's own is gone with its next word
	said := map[string]string{"measurement": name}
	if said["tags"], err = readTags(d, said); err != nil {
		return nil, err
	}
	var out []Value
	var unnamed error
	for {
		field, v, err := d.NextField()
		if err != nil {
			return nil, err
		}
		if field == nil {
			break
		}
		number, is := numberOf(v)
		if !is {
			continue
		}
		said["field"] = string(field)
		of, err := channel.fill(func(key string) (string, bool) { s, ok := said[key]; return s, ok })
		if err != nil {
			unnamed = fmt.Errorf("measurement %s: %w", name, err)
			continue
		}
		out = append(out, Value{Channel: of, V: number})
	}
	at, err := d.Time(precision, time.Time{})
	if err != nil {
		return nil, err
	}
	for i := range out {
		if !at.IsZero() {
			out[i].T = at.UnixMilli()
		}
	}
	return out, unnamed
}

// readTags keeps the tags by their keys, and gives them in order as
// ",key=value,key=value".
func readTags(d *lineprotocol.Decoder, said map[string]string) (string, error) {
	var tags []string
	for {
		key, value, err := d.NextTag()
		if err != nil {
			return "", err
		}
		if key == nil {
			break
		}
		if _, twice := said[string(key)]; !twice { // a tag cannot pose as the measurement
			said[string(key)] = string(value)
		}
		tags = append(tags, fmt.Sprintf(",%s=%s", key, value))
	}
	slices.Sort(tags)
	return strings.Join(tags, ""), nil
}

func numberOf(v lineprotocol.Value) (float64, bool) {
	switch v.Kind() {
	case lineprotocol.Int:
		return float64(v.IntV()), true
	case lineprotocol.Uint:
		return float64(v.UintV()), true
	case lineprotocol.Float:
		return v.FloatV(), true
	case lineprotocol.Bool:
		return float64(boolToInt(v.BoolV())), true
	case lineprotocol.String, lineprotocol.Unknown:
	}
	return 0, false
}
