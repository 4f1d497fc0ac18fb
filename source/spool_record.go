package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"lingtan/fault"
	"lingtan/reading"
)

// A record is one batch: its length, its check, how many readings it has (4
// bytes each, little-endian), then its body. The check covers all that follows
// it, so a stretch of zeros, as a power cut leaves, is no record.
const (
	headSpooled = 12
	maxSpooled  = 64 << 20 // bytes; the largest batch, a million readings, is half
)

// spooledReading is a reading as another machine understands it.
type spooledReading struct {
	point, unit string
	reading.Reading
}

// spooledBatch is what a record holds.
type spooledBatch struct {
	readings []spooledReading
	marks    []reading.Mark
}

var (
	checkTable    = crc32.MakeTable(crc32.Castagnoli) //nolint:gochecknoglobals // a constant table
	errTorn       = errors.New("the record is cut off")
	errNotSpooled = errors.New("not a record of a spool")
)

// encodeSpooled writes a record, with every point's name once.
func encodeSpooled(b reading.Batch, name func(reading.ID) (point, unit string, known bool)) ([]byte, error) {
	out := make([]byte, headSpooled, headSpooled+64+32*len(b.Readings))
	index, names := map[reading.ID]uint64{}, []byte{}
	for _, r := range b.Readings {
		if _, there := index[r.Series]; there {
			continue
		}
		point, unit, known := name(r.Series)
		if !known {
			return nil, fault.Internal.Errorf("series %d has no name", r.Series)
		}
		index[r.Series] = uint64(len(index))
		names = text(text(names, point), unit)
	}
	out = binary.AppendUvarint(out, uint64(len(index)))
	out = append(out, names...)
	var last reading.Reading // instants are told from the one before: neighbours share them
	for _, r := range b.Readings {
		out = binary.AppendUvarint(out, index[r.Series])
		out = binary.AppendVarint(out, r.T-last.T)
		out = binary.AppendVarint(out, r.Recv-last.Recv)
		last = r
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(r.V))
		out = append(out, byte(r.Q))
		out = binary.AppendUvarint(out, uint64(r.Why))
		out = binary.AppendVarint(out, r.Seq)
	}
	for _, m := range b.Marks {
		out = binary.AppendVarint(text(out, m.Key), m.Pos)
		out = text(out, m.Note)
	}
	if len(out) > maxSpooled {
		return nil, fault.Invalid.Errorf("a batch of %d bytes, at most %d", len(out), maxSpooled)
	}
	binary.LittleEndian.PutUint32(out, uint32(len(out)-headSpooled))
	binary.LittleEndian.PutUint32(out[8:], uint32(len(b.Readings)))
	binary.LittleEndian.PutUint32(out[4:], crc32.Checksum(out[8:], checkTable))
	return out, nil
}

// text appends a string behind its length.
func text(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

// cutSpooled finds the record that bytes begin with: its length, how many
// readings it has, and its body.
func cutSpooled(b []byte) (size int64, readings int, body []byte, err error) {
	if len(b) < headSpooled {
		return 0, 0, nil, errTorn
	}
	n := int64(binary.LittleEndian.Uint32(b))
	switch {
	case n == 0 || n > maxSpooled:
		return 0, 0, nil, errNotSpooled
	case int64(len(b)) < headSpooled+n:
		return 0, 0, nil, errTorn
	}
	whole := b[:headSpooled+n]
	if crc32.Checksum(whole[8:], checkTable) != binary.LittleEndian.Uint32(whole[4:]) {
		return 0, 0, nil, errNotSpooled
	}
	return headSpooled + n, int(binary.LittleEndian.Uint32(whole[8:])), whole[headSpooled:], nil
}

// decodeSpooled reads a record's body.
func decodeSpooled(body []byte, readings int) (out spooledBatch, err error) {
	d := decoderSpooled{Reader: bytes.NewReader(body)}
	names := make([][2]string, 0, 16)
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		names = append(names, [2]string{d.text(), d.text()})
	}
	var last reading.Reading
	for ; readings > 0 && d.err == nil; readings-- {
		i := d.uvarint()
		r := spooledReading{Reading: reading.Reading{
			T: last.T + d.varint(), Recv: last.Recv + d.varint(), V: math.Float64frombits(d.fixed()), Q: reading.Quality(d.byte()), Why: reading.Reason(d.uvarint()), Seq: d.varint(),
		}}
		if d.err == nil && i >= uint64(len(names)) {
			return out, fmt.Errorf("name %d of %d: %w", i, len(names), errNotSpooled)
		}
		if d.err == nil {
			r.point, r.unit = names[i][0], names[i][1]
			out.readings = append(out.readings, r)
			last = r.Reading
		}
	}
	for d.Len() > 0 && d.err == nil {
		out.marks = append(out.marks, reading.Mark{Key: d.text(), Pos: d.varint(), Note: d.text()})
	}
	return out, d.err
}

// decoderSpooled reads numbers and texts until the first that is none.
type decoderSpooled struct {
	*bytes.Reader

	err error
}

func (d *decoderSpooled) keep(err error) {
	if d.err == nil && err != nil {
		d.err = fmt.Errorf("%w: %w", errNotSpooled, err)
	}
}

func (d *decoderSpooled) uvarint() uint64 {
	n, err := binary.ReadUvarint(d)
	d.keep(err)
	return n
}

func (d *decoderSpooled) varint() int64 {
	n, err := binary.ReadVarint(d)
	d.keep(err)
	return n
}

func (d *decoderSpooled) byte() byte {
	b, err := d.ReadByte()
	d.keep(err)
	return b
}

func (d *decoderSpooled) fixed() uint64 {
	var b [8]byte
	n, err := d.Read(b[:])
	if n < len(b) && err == nil {
		err = errTorn
	}
	d.keep(err)
	return binary.LittleEndian.Uint64(b[:])
}

func (d *decoderSpooled) text() string {
	n := d.uvarint()
	if n > uint64(d.Len()) {
		d.keep(errTorn)
		return ""
	}
	b := make([]byte, n)
	_, err := d.Read(b)
	if n > 0 {
		d.keep(err)
	}
	return string(b)
}
