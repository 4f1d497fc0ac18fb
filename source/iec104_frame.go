package source

import (
	"encoding/binary"
	"fmt"
	"io"

	"lingtan/fault"
	"lingtan/lang"
)

// apdu is a frame of IEC 60870-5-104, clause 5: I carries data, S acknowledges,
// U starts and tests the link.
type apdu struct {
	kind  byte   // 'I', 'S' or 'U'
	ns    uint16 // of I: its number
	nr    uint16 // of I and S: the next number expected
	order byte   // of U
	asdu  []byte // of I
}

// The orders of U frames (clause 5.1, figure 8). STOPDT is never sent: closing
// the connection stops the data as well.
const (
	startAct = 0x07
	startCon = 0x0B
	testAct  = 0x43
	testCon  = 0x83
)

const (
	start104 = 0x68
	mostAPDU = 253 // bytes after the length (clause 5)
	window   = 1 << 15
)

// readAPDU reads one frame, and gives its bytes as they came.
func readAPDU(r io.Reader) (a apdu, raw []byte, err error) {
	raw = make([]byte, 2+mostAPDU)
	if n, err := io.ReadFull(r, raw[:2]); err != nil {
		return a, raw[:n], err
	}
	size := int(raw[1])
	if raw[0] != start104 || size < 4 || size > mostAPDU {
		return a, raw[:2], strange104(lang.T("报文头 % x", "header % x").Format(raw[:2]))
	}
	raw = raw[:2+size]
	if n, err := io.ReadFull(r, raw[2:]); err != nil {
		return a, raw[:2+n], fmt.Errorf("half a frame, %d of %d bytes: %w", n, size, err)
	}
	a, err = parseAPDU(raw[2:])
	return a, raw, err
}

// parseAPDU reads a frame's control field and data.
func parseAPDU(b []byte) (apdu, error) {
	a := apdu{ns: binary.LittleEndian.Uint16(b) >> 1, nr: binary.LittleEndian.Uint16(b[2:]) >> 1}
	switch {
	case b[0]&1 == 0 && b[2]&1 == 0:
		a.kind, a.asdu = 'I', b[4:]
	case len(b) != 4:
		return a, strange104(lang.T("控制报文带有数据", "a control frame with data"))
	case b[0] == 1 && b[2]&1 == 0:
		a.kind = 'S'
	case b[0]&3 == 3:
		a.kind, a.order = 'U', b[0]
	default:
		return a, strange104(lang.T("控制域 % x", "control field % x").Format(b[:4]))
	}
	return a, nil
}

func frameI(ns, nr uint16, asdu []byte) []byte {
	out := []byte{start104, byte(4 + len(asdu))}
	out = binary.LittleEndian.AppendUint16(out, ns<<1)
	out = binary.LittleEndian.AppendUint16(out, nr<<1)
	return append(out, asdu...)
}

func frameS(nr uint16) []byte {
	return binary.LittleEndian.AppendUint16([]byte{start104, 4, 1, 0}, nr<<1)
}

func frameU(order byte) []byte { return []byte{start104, 4, order, 0, 0, 0} }

// question is what we may ask of a station. There are two, and both read.
type question uint8

const (
	askAll      question = iota // general interrogation, of the station (7.2.6.22: QOI 20)
	askCounters                 // counter interrogation, of all, reading without freezing (7.2.6.23: QCC 5)
)

// The types of both (IEC 60870-5-101, 7.2.1, table 12).
const (
	typeAll      = 100
	typeCounters = 101
)

// asdu writes a question to a station: cause of transmission 6, activation.
// What is none of the two is nil.
func (q question) asdu(ca uint16) []byte {
	var kind, qualifier byte
	switch q {
	case askAll:
		kind, qualifier = typeAll, 20
	case askCounters:
		kind, qualifier = typeCounters, 5
	default:
		return nil
	}
	return []byte{kind, 1, causeActivation, 0, byte(ca), byte(ca >> 8), 0, 0, 0, qualifier}
}

func strange104(what lang.Text) error {
	return fault.Invalid.Say(lang.T("不是 IEC 104 报文:%s", "not a frame of IEC 104: %s"), what).
		Do(lang.T("核对端口与规约", "check the port and the protocol"))
}
