package source

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// Bounds of what passes between the platform and a session.
const (
	maxPiped   = 8 << 20 // bytes of a message: the longest device file takes 5.4 MiB in base64
	mostPiped  = 1000    // values of a message; more are handed over in several
	longestRaw = 1 << 20 // bytes of a refused frame, of which Refused keeps far fewer
	pipedHead  = 4       // bytes that tell how long a message is, the highest first
)

// task is what a session is told first.
type task struct {
	Device string `json:"device"`
	File   []byte `json:"file"`
	Dir    string `json:"dir"` // of drivers' own files
}

// saying is what a message of a session is about.
type saying string

// The first two ask for an answer, one at a time; the last says that the driver
// ended.
const (
	sayDeliver saying = "deliver"
	sayMark    saying = "mark"
	sayBeat    saying = "beat"
	sayUp      saying = "up"
	sayHeard   saying = "heard"
	sayPass    saying = "pass"
	sayRefuse  saying = "refuse"
	sayLog     saying = "log"
	sayEnd     saying = "end"
)

// notice is what a session says.
type notice struct {
	Say    saying         `json:"say"`
	N      int            `json:"n,omitempty"` // bytes heard, messages passed over
	Values []pipedValue   `json:"values,omitempty"`
	Marks  []reading.Mark `json:"marks,omitempty"`
	Key    string         `json:"key,omitempty"`   // of the mark asked for
	Frame  []byte         `json:"frame,omitempty"` // that was refused
	Why    *pipedError    `json:"why,omitempty"`
	Level  slog.Level     `json:"level,omitempty"`
	Text   string         `json:"text,omitempty"` // for the log
}

// answer is what the platform says to a question.
type answer struct {
	Mark  reading.Mark `json:"mark"`
	Known bool         `json:"known,omitempty"`
	Err   *pipedError  `json:"err,omitempty"`
}

// pipedValue is a value on its way; its number goes by its bits, for JSON has
// none for NaN.
type pipedValue struct {
	Channel string          `json:"c"`
	T       int64           `json:"t,omitempty"`
	Bits    uint64          `json:"v,omitempty"`
	Q       reading.Quality `json:"q,omitempty"`
	Why     reading.Reason  `json:"w,omitempty"`
	Seq     int64           `json:"s,omitempty"`
	Recv    int64           `json:"r,omitempty"`
}

func pipe(v Value) pipedValue {
	return pipedValue{v.Channel, v.T, math.Float64bits(v.V), v.Q, v.Why, v.Seq, v.Recv}
}

func (p pipedValue) value() Value {
	return Value{Channel: p.Channel, T: p.T, V: math.Float64frombits(p.Bits), Q: p.Q, Why: p.Why, Seq: p.Seq, Recv: p.Recv}
}

// pipedError is an error on its way, in both languages.
type pipedError struct {
	Kind fault.Kind `json:"kind"`
	Text lang.Text  `json:"text"`
}

func pipeError(err error) *pipedError {
	if err == nil {
		return nil
	}
	return &pipedError{fault.KindOf(err), lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN))}
}

func (p *pipedError) err() error {
	if p == nil {
		return nil
	}
	return min(p.Kind, fault.Forbidden).Say(p.Text)
}

// writePiped writes a message at one go.
func writePiped(w io.Writer, m any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if len(body) > maxPiped {
		return fault.Internal.Errorf("message of %d bytes between platform and session, at most %d", len(body), maxPiped)
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(make([]byte, 0, pipedHead+len(body)), uint32(len(body))), body...))
	return err
}

// readPiped reads a message; io.EOF says that the other end is gone.
func readPiped(r io.Reader, m any) error {
	var head [pipedHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxPiped {
		return fault.Internal.Errorf("message of %d bytes between platform and session, at most %d", size, maxPiped)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return fmt.Errorf("message cut off: %w", err)
	}
	return json.Unmarshal(body, m)
}
