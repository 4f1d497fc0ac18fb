package source

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// The measures of a frame, HJ 212—2017 clause 6.3: "##", the length of the
// segment in four digits, the segment, its check in four hexadecimal digits,
// CR LF. The standard ends a segment at 1024 bytes; loggers that collect more
// factors than it foresaw do not, so what four digits can say is read.
const (
	headHJ212    = 6
	tailHJ212    = 6
	longestHJ212 = 9999
)

// HJ212CRC is the check of a frame's segment, "ANSI CRC16" of appendix A. It
// is not that of Modbus: the register is shifted before a byte enters it.
func HJ212CRC(segment []byte) uint16 {
	reg := uint16(0xFFFF)
	for _, b := range segment {
		reg = reg>>8 ^ uint16(b)
		for range 8 {
			low := reg & 1
			reg >>= 1
			if low == 1 {
				reg ^= 0xA001
			}
		}
	}
	return reg
}

// HJ212Message is one message of HJ 212—2017 or HJ/T 212—2005.
type HJ212Message struct {
	QN   string // yyyyMMddHHmmssSSS, names the message
	ST   string // system: 31 flue gas, 32 sewage, 91 interaction …
	CN   string // command
	PW   string
	MN   string // the logger
	Flag int    // bit 0 asks for an answer, bit 1 says it is a part, the rest is the version; -1 where there is none
	PNUM int    // parts in all
	PNO  int    // this part, from 1
	CP   string // what stands between && and &&
}

// The bits of Flag.
const (
	hj212Answer = 1 << iota
	hj212Parted
	hj212Version // and up
)

// Segment writes the message as the standard orders it.
func (m HJ212Message) Segment() string {
	var b strings.Builder
	for _, part := range [][2]string{{"QN", m.QN}, {"ST", m.ST}, {"CN", m.CN}, {"PW", m.PW}, {"MN", m.MN}} {
		if part[1] != "" {
			b.WriteString(part[0] + "=" + part[1] + ";")
		}
	}
	if m.Flag >= 0 {
		fmt.Fprintf(&b, "Flag=%d;", m.Flag)
	}
	if m.Flag >= 0 && m.Flag&hj212Parted != 0 {
		fmt.Fprintf(&b, "PNUM=%d;PNO=%d;", m.PNUM, m.PNO)
	}
	b.WriteString("CP=&&" + m.CP + "&&")
	return b.String()
}

// Frame writes the message as it goes over the wire.
func (m HJ212Message) Frame() []byte {
	segment := m.Segment()
	return fmt.Appendf(nil, "##%04d%s%04X\r\n", len(segment), segment, HJ212CRC([]byte(segment)))
}

// cutHJ212 finds the next frame in what was received: n bytes are done with,
// and more is needed where n is 0. What is no frame is told, and passed one
// byte at a time, for the next one may begin within it.
func cutHJ212(buf []byte, limit int) (n int, segment []byte, why error) {
	start := bytes.Index(buf, []byte("##"))
	switch {
	case start < 0 && len(buf) > 0 && buf[len(buf)-1] == '#':
		return len(buf) - 1, nil, strayHJ212(buf[:len(buf)-1])
	case start < 0:
		return len(buf), nil, strayHJ212(buf)
	case start > 0:
		return start, nil, strayHJ212(buf[:start])
	}
	size := 0
	for i := 2; i < headHJ212; i++ {
		if i == len(buf) {
			return 0, nil, nil
		}
		if buf[i] < '0' || buf[i] > '9' {
			return 1, nil, notFrame(lang.T("## 之后不是四位长度", "no four digits of length follow ##"))
		}
		size = size*10 + int(buf[i]-'0')
	}
	if size > limit {
		return 1, nil, notFrame(lang.T("数据段 %d 字节,上限 %d", "a segment of %d bytes, at most %d"), size, limit)
	}
	if len(buf) < headHJ212+size+tailHJ212 {
		return 0, nil, nil
	}
	return checkHJ212(buf[:headHJ212+size+tailHJ212])
}

// checkHJ212 judges a frame that is there from end to end.
func checkHJ212(frame []byte) (n int, segment []byte, why error) {
	segment, tail := frame[headHJ212:len(frame)-tailHJ212], frame[len(frame)-tailHJ212:]
	want := fmt.Sprintf("%04X", HJ212CRC(segment))
	switch {
	case tail[4] != '\r' || tail[5] != '\n':
		return 1, nil, notFrame(lang.T("长度所指之处没有回车换行", "no line end where the length says"))
	case !strings.EqualFold(string(tail[:4]), want):
		return 1, nil, notFrame(lang.T("校验 %.4q,应为 %s", "check %.4q, expected %s"), tail[:4], want)
	}
	return len(frame), segment, nil
}

func halfFrame(n int) error {
	return notFrame(lang.T("收到半帧:%d 字节后再无下文", "half a frame: nothing came after %d bytes"), n)
}

// strayHJ212 tells bytes outside of frames; line ends and blanks are none.
func strayHJ212(b []byte) error {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	return notFrame(lang.T("帧外有 %d 字节", "%d bytes outside of a frame"), len(b))
}

func notFrame(text lang.Text, args ...any) error {
	return fault.Invalid.Say(text, args...).
		Do(lang.T("检查线路与数采仪的协议版本;数采仪会重发", "check the line and the logger's version of the protocol; it will send again"))
}

// parseHJ212 reads a segment. The standard's own printed samples lack a
// semicolon before CP and have a comma behind QN, and so have loggers.
func parseHJ212(segment []byte) (HJ212Message, error) {
	m := HJ212Message{Flag: -1}
	head, body, found := strings.Cut(string(segment), "CP=&&")
	if found {
		if end := strings.LastIndex(body, "&&"); end >= 0 {
			body = body[:end]
		}
		m.CP = body
	}
	for part := range strings.FieldsFuncSeq(head, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if err := put212(&m, name, strings.TrimSpace(value)); err != nil {
			return m, err
		}
	}
	if m.CN == "" || m.MN == "" {
		return m, notFrame(lang.T("报文缺 CN 或 MN", "the message has no CN or no MN"))
	}
	return m, nil
}

// put212 fills in one field of a message.
func put212(m *HJ212Message, name, value string) error {
	for key, field := range map[string]*string{"QN": &m.QN, "ST": &m.ST, "CN": &m.CN, "PW": &m.PW, "MN": &m.MN} {
		if name == key {
			*field = value
		}
	}
	for key, field := range map[string]*int{"Flag": &m.Flag, "PNUM": &m.PNUM, "PNO": &m.PNO} {
		if name != key {
			continue
		}
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return notFrame(lang.T("%s=%.20q 不是数", "%s=%.20q is not a number"), name, value)
		}
		*field = int(n)
	}
	return nil
}
