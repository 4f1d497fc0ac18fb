package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"lingtan/fault"
)

// A magic opens every encoding and tells its layout. The first one has no
// address: what was written before addresses were kept hashes as it did then,
// and an act that came from none is written so still.
const (
	magic      = "LTL1"
	magicPlace = "LTL2"
)

// Encode gives the bytes that are hashed, which is everything but Hash:
//
//	"LTL1"     or "LTL2" of an act that has an address
//	seq        8 bytes
//	at         8 bytes   ms since 1970 UTC
//	actor, site, kind, subject, body    each 4 bytes of length, then the bytes
//	address    4 bytes of length, then the bytes: in "LTL2" alone, and never empty
//	postings   4 bytes of count, then for each:
//	           account, gas             each 4 bytes of length, then the bytes
//	           grams                    8 bytes
//	prev       32 bytes
//
// Integers are big-endian, signed ones in two's complement. Every field says
// its length, so no two entries have one encoding.
func (e Entry) Encode() []byte {
	out := make([]byte, 0, len(magic)+256+len(e.Body)+64*len(e.Postings))
	out = append(out, e.layout()...)
	out = appendInt(out, e.Seq)
	out = appendInt(out, e.At.UnixMilli())
	for _, s := range []string{e.Actor, e.Site, e.Kind, e.Subject, string(e.Body)} {
		out = appendText(out, s)
	}
	if e.Address != "" {
		out = appendText(out, e.Address)
	}
	out = binary.BigEndian.AppendUint32(out, uint32(len(e.Postings))) //nolint:gosec // at most MaxPostings
	for _, p := range e.Postings {
		out = appendInt(appendText(appendText(out, p.Account), p.Gas), p.Grams)
	}
	return append(out, e.Prev[:]...)
}

func (e Entry) layout() string {
	if e.Address != "" {
		return magicPlace
	}
	return magic
}

func appendInt(out []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(out, uint64(n)) //nolint:gosec // two's complement is what is meant
}

func appendText(out []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(s))), s...) //nolint:gosec // at most MaxBody
}

var errShort = errors.New("encoding ends early")

// Decode reads an encoding and hashes it. What Encode would not have written
// is refused, so an entry has exactly one encoding.
func Decode(data []byte) (Entry, error) {
	r := &decoder{rest: data}
	layout := string(r.take(len(magic)))
	if layout != magic && layout != magicPlace {
		return Entry{}, fault.Invalid.Errorf("decode entry: begins with neither %s nor %s", magic, magicPlace)
	}
	e := Entry{Seq: r.int(), At: time.UnixMilli(r.int()).UTC()}
	e.Actor, e.Site, e.Kind, e.Subject = r.text(), r.text(), r.text(), r.text()
	e.Body = []byte(r.text())
	if layout == magicPlace {
		e.Address = r.text()
	}
	e.Postings = r.postings()
	copy(e.Prev[:], r.take(len(e.Prev)))
	switch {
	case r.err != nil:
		return Entry{}, fault.Invalid.Errorf("decode entry: %w", r.err)
	case len(r.rest) > 0:
		return Entry{}, fault.Invalid.Errorf("decode entry %d: %d bytes after its end", e.Seq, len(r.rest))
	case e.layout() != layout:
		return Entry{}, fault.Invalid.Errorf("decode entry %d: %s without an address", e.Seq, layout)
	}
	if err := e.check(); err != nil {
		return Entry{}, fault.Invalid.Errorf("decode entry %d: %w", e.Seq, err)
	}
	e.Hash = e.sum()
	return e, nil
}

// check tells whether Chain could have made the entry's content.
func (e Entry) check() error {
	d := Draft{At: e.At, Actor: e.Actor, Address: e.Address, Site: e.Site, Kind: e.Kind, Subject: e.Subject, Body: e.Body, Postings: e.Postings}
	if err := d.Validate(); err != nil {
		return err
	}
	body, err := Canonical(e.Body)
	if err != nil {
		return err
	}
	if !bytes.Equal(body, e.Body) {
		return fault.Invalid.Errorf("body is not canonical JSON")
	}
	return nil
}

type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n > len(d.rest) {
		d.err = errShort
		return nil
	}
	out := d.rest[:n]
	d.rest = d.rest[n:]
	return out
}

func (d *decoder) int() int64 {
	b := d.take(8)
	if b == nil {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b)) //nolint:gosec // two's complement is what is meant
}

func (d *decoder) length() int {
	b := d.take(4)
	if b == nil {
		return 0
	}
	return int(binary.BigEndian.Uint32(b))
}

func (d *decoder) text() string { return string(d.take(d.length())) }

func (d *decoder) postings() []Posting {
	n := d.length()
	const least = 16 // bytes of a posting with empty names: a false count must not reserve memory
	if d.err != nil || n > len(d.rest)/least {
		d.err = errShort
		return nil
	}
	if n == 0 {
		return nil
	}
	out := make([]Posting, n)
	for i := range out {
		out[i] = Posting{d.text(), d.text(), d.int()}
	}
	return out
}
