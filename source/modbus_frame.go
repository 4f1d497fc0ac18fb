package source

import (
	"encoding/binary"
	"errors"
	"io"
	"os"

	"lingtan/fault"
	"lingtan/lang"
)

// Sizes of the MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3,
// and of MODBUS over Serial Line V1.02, 2.5.1.
const (
	mbapHeader = 7
	mostPDU    = 253
)

// exception is a slave's refusal.
type exception struct{ code byte }

// exceptions are the texts of the codes (MODBUS Application Protocol V1.1b3, 7).
var exceptions = map[byte]lang.Text{ //nolint:gochecknoglobals // a constant table
	1:  lang.T("不支持的功能码", "illegal function"),
	2:  lang.T("没有此寄存器地址", "illegal data address"),
	3:  lang.T("数量或数值不允许", "illegal data value"),
	4:  lang.T("从站故障", "server device failure"),
	5:  lang.T("已受理,处理中", "acknowledge: still working on it"),
	6:  lang.T("从站忙", "server device busy"),
	8:  lang.T("存储器奇偶错", "memory parity error"),
	10: lang.T("网关无可用路径", "gateway path unavailable"),
	11: lang.T("网关后的从站不应答", "gateway target device failed to respond"),
}

func (e exception) text() lang.Text {
	if t, ok := exceptions[e.code]; ok {
		return t
	}
	return lang.T("异常码 %d", "exception %d").Format(e.code)
}

// Error tells the exception in English.
func (e exception) Error() string { return e.text().EN }

// whole tells whether the exception is the slave's as a whole, so that asking
// for its registers one by one would not help.
func (e exception) whole() bool { return e.code == 5 || e.code == 6 || e.code == 10 || e.code == 11 }

// garbled is an answer that cannot be one; the connection is made anew after it.
type garbled struct{ text lang.Text }

// Error tells the fault in English.
func (g garbled) Error() string { return g.text.EN }

func (g garbled) fault() error {
	return fault.Invalid.Say(lang.T("应答不合规约:%s", "the answer is not Modbus: %s"), g.text).
		Do(lang.T("检查 url 的种类(tcp、rtuovertcp)和线路干扰", "check the kind of url, tcp or rtuovertcp, and the line for noise"))
}

// request is the protocol data unit that reads a block: only function codes 1
// to 4 can be made here.
func (b *block) request() []byte {
	return []byte{b.function, byte(b.at >> 8), byte(b.at), byte(b.count >> 8), byte(b.count)}
}

// payload takes the registers or bits out of an answer.
func (b *block) payload(pdu []byte) ([]byte, error) {
	want := 2 * b.count
	if b.function <= 2 {
		want = (b.count + 7) / 8
	}
	switch {
	case len(pdu) == 2 && pdu[0] == b.function|0x80:
		return nil, exception{pdu[1]}
	case len(pdu) < 2 || pdu[0] != b.function:
		return nil, garbled{lang.T("功能码不符", "another function code")}
	case int(pdu[1]) != want || len(pdu) != 2+want:
		return nil, garbled{lang.T("数据 %d 字节,应为 %d", "%d bytes of data, expected %d").Format(len(pdu)-2, want)}
	}
	return pdu[2:], nil
}

// frameTCP puts a request into a frame of Modbus TCP.
func frameTCP(transaction uint16, unit byte, pdu []byte) []byte {
	out := binary.BigEndian.AppendUint16(nil, transaction)
	out = append(out, 0, 0, 0, byte(len(pdu)+1), unit)
	return append(out, pdu...)
}

// readTCP reads one frame of Modbus TCP.
func readTCP(r io.Reader) (transaction uint16, unit byte, pdu, raw []byte, err error) {
	head := make([]byte, mbapHeader, mbapHeader+mostPDU)
	if n, err := io.ReadFull(r, head); err != nil {
		return 0, 0, nil, head[:n], cut(n, err)
	}
	size := int(binary.BigEndian.Uint16(head[4:]))
	if binary.BigEndian.Uint16(head[2:]) != 0 || size < 3 || size > mostPDU+1 {
		return 0, 0, nil, head, garbled{lang.T("报文头 % x", "header % x").Format(head)}
	}
	raw = head[:mbapHeader+size-1]
	if n, err := io.ReadFull(r, raw[mbapHeader:]); err != nil {
		return 0, 0, nil, raw[:mbapHeader+n], cut(mbapHeader+n, err)
	}
	return binary.BigEndian.Uint16(raw), raw[6], raw[mbapHeader:], raw, nil
}

// frameRTU puts a request into a frame of Modbus RTU.
func frameRTU(unit byte, pdu []byte) []byte {
	out := append([]byte{unit}, pdu...)
	return binary.LittleEndian.AppendUint16(out, crcRTU(out))
}

// readRTU reads one answer in a frame of Modbus RTU, whose length its third
// byte tells.
func readRTU(r io.Reader) (unit byte, pdu, raw []byte, err error) {
	raw = make([]byte, 3, 3+mostPDU)
	if n, err := io.ReadFull(r, raw); err != nil {
		return 0, nil, raw[:n], cut(n, err)
	}
	rest := 2 // the checksum
	if raw[1]&0x80 == 0 {
		rest += int(raw[2])
	}
	if rest > cap(raw)-3 {
		return 0, nil, raw, garbled{lang.T("长度 %d", "length %d").Format(raw[2])}
	}
	raw = raw[:3+rest]
	if n, err := io.ReadFull(r, raw[3:]); err != nil {
		return 0, nil, raw[:3+n], cut(3+n, err)
	}
	body := raw[:len(raw)-2]
	if crcRTU(body) != binary.LittleEndian.Uint16(raw[len(body):]) {
		return 0, nil, raw, garbled{lang.T("校验码不符", "wrong checksum")}
	}
	return raw[0], body[1:], raw, nil
}

// cut tells a frame that ended in its midst from a silence.
func cut(n int, err error) error {
	if n > 0 && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded)) {
		return garbled{lang.T("报文只到 %d 字节", "it ends after %d bytes").Format(n)}
	}
	return err
}

// crcRTU is the checksum of MODBUS over Serial Line V1.02, 6.2.2.
func crcRTU(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range b {
		crc ^= uint16(c)
		for range 8 {
			odd := crc&1 == 1
			if crc >>= 1; odd {
				crc ^= 0xA001
			}
		}
	}
	return crc
}
