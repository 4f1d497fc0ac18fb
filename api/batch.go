package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// Batch is what a collector sends at once.
type Batch struct {
	Readings []Sample `json:"readings" maxItems:"100000"`
}

// Sample is a reading as a collector sends it.
type Sample struct {
	Point string   `json:"point" doc:"测点编号 | id of the point"`
	T     Instant  `json:"t"`
	V     *float64 `json:"v" doc:"测点自身单位的读数,未乘变比 | in the point's own unit, before CT and PT"`
	Q     string   `json:"q,omitempty" enum:"good,manual,suspect,bad" doc:"缺省 good | good unless said"`
	Why   []string `json:"why,omitempty" maxItems:"32" doc:"品质的理由,见 docs/formats.md | the reasons for the quality, as docs/formats.md names them"`
	Seq   int64    `json:"seq,omitempty" doc:"来源序号,更正须更大 | the source's sequence; a correction carries a higher one"`
}

// Instant is a point in time, sent as RFC 3339 with an offset or as
// milliseconds since 1970 UTC.
type Instant int64

// Schema tells both forms.
func (Instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "RFC 3339,或 1970 年以来的毫秒 | RFC 3339, or milliseconds since 1970",
		OneOf:       []*huma.Schema{{Type: huma.TypeString, Format: "date-time"}, {Type: huma.TypeInteger, Format: "int64"}},
	}
}

// UnmarshalJSON reads either form.
func (t *Instant) UnmarshalJSON(b []byte) error {
	ms, err := parseInstant(string(bytes.Trim(b, `"`)))
	*t = Instant(ms)
	return err
}

func parseInstant(text string) (int64, error) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return ms, nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, fault.Invalid.Say(lang.T("%.40q 不是时间", "%.40q is no instant"), text).
			Do(lang.T("写成 2024-06-01T08:00:00+08:00 或毫秒", "write 2024-06-01T08:00:00+08:00 or milliseconds"))
	}
	return at.UnixMilli(), nil
}

// decodeBatch reads a batch and tells all that is wrong with its rows, of
// which the first is 1.
func decodeBatch(body []byte, number func(point string) (reading.ID, bool)) (reading.Batch, error) {
	var in Batch
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return reading.Batch{}, unreadable(body, d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return reading.Batch{}, fault.Invalid.Say(lang.T("JSON 之后还有内容", "there is more after the JSON"))
	}
	if len(in.Readings) == 0 || len(in.Readings) > maxBatch {
		return reading.Batch{}, fault.Invalid.Say(lang.T("一批 %d 条读数,须为 1 至 %d", "a batch of %d readings, send 1 to %d"), len(in.Readings), maxBatch).
			Do(lang.T("请分批发送", "send it in parts")).At(fault.Place{Column: "readings"})
	}
	out := make([]reading.Reading, 0, len(in.Readings))
	var faults []error
	for i, sample := range in.Readings {
		r, err := sample.reading(number)
		if err != nil {
			faults = append(faults, fault.At(err, fault.Place{Row: i + 1}))
		}
		if len(faults) == maxTold {
			break
		}
		out = append(out, r)
	}
	return reading.Batch{Readings: out}, errors.Join(faults...)
}

func (p Sample) reading(number func(string) (reading.ID, bool)) (reading.Reading, error) {
	r := reading.Reading{T: int64(p.T), Seq: p.Seq}
	var faults []error
	id, ok := number(p.Point)
	if !ok {
		faults = append(faults, fault.Invalid.Say(lang.T("没有测点 %.80q", "there is no point %.80q"), p.Point).
			Do(lang.T("测点列表见 GET …/points", "GET …/points lists them")).At(fault.Place{Column: "point"}))
	}
	r.Series = id
	if p.V == nil {
		faults = append(faults, complaint("v", "没有读数", "there is no value"))
	} else {
		r.V = *p.V
	}
	q := max(0, slices.Index(qualities[:reading.Quarantined], p.Q))
	if p.Q != "" && p.Q != qualities[q] {
		faults = append(faults, complaint("q", "品质 %.20q 须为 %v 之一", "quality %.20q is not one of %v", p.Q, qualities[:reading.Quarantined]))
	}
	r.Q = reading.Quality(q) //nolint:gosec // an index into five names
	for _, name := range p.Why {
		why, known := reading.ParseReason(name)
		if r.Why |= why; !known {
			faults = append(faults, complaint("why", "没有理由 %.30q", "there is no reason %.30q", name))
		}
	}
	return r, errors.Join(faults...)
}

// unreadable tells where JSON breaks off, by line, as an editor counts.
func unreadable(body []byte, d *json.Decoder, err error) error {
	offset := d.InputOffset()
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	column := ""
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset, column = kind.Offset, kind.Field
	}
	offset = min(max(offset, 0), int64(len(body)))
	line := 1 + bytes.Count(body[:offset], []byte("\n"))
	var known *fault.Fault
	if errors.As(err, &known) {
		return known.At(fault.Place{Column: "t"})
	}
	return fault.Invalid.Say(lang.T("JSON 第 %d 字节处有误:%s", "the JSON is wrong at byte %d: %s"), offset, fmt.Sprint(err)).
		Do(lang.T(`写成 {"readings":[{"point":"…","t":"…","v":1.5}]}`, `write {"readings":[{"point":"…","t":"…","v":1.5}]}`)).
		At(fault.Place{Row: line, Column: column})
}
