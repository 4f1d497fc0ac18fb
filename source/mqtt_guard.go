package source

import (
	"bufio"
	"net"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// packetGuard is a connection of MQTT that lets no packet through which is
// longer than allowed: one may be 256 MB, and whoever reads it takes it into
// memory before looking at it. Writing ends after a while, too.
type packetGuard struct {
	net.Conn
	sync.Mutex // of whoever writes a packet in pieces
	r          *bufio.Reader
	most       int
	left       int // bytes of the packet under way
}

func guard(conn net.Conn, most int) *packetGuard {
	return &packetGuard{Conn: conn, r: bufio.NewReaderSize(conn, 64<<10), most: most}
}

// Read reads within one packet.
func (g *packetGuard) Read(p []byte) (int, error) {
	if g.left == 0 {
		head, body, err := g.header()
		if err != nil {
			return 0, err
		}
		if body > g.most {
			return 0, fault.Invalid.Say(lang.T("来了 %d 字节的 MQTT 报文,上限 %d", "a packet of MQTT of %d bytes, at most %d"), body, g.most).
				Do(lang.T("限制发布者的报文大小,清除这样的保留消息,或改设备文件的 max_frame", "limit what is published, remove a retained message of that size, or raise max_frame in the device's file"))
		}
		g.left = head + body
	}
	n, err := g.r.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

// header reads how long the next packet is, without taking anything: a type
// and a length of up to four bytes, low first, seven bits each (MQTT 5.0,
// clause 1.5.5).
func (g *packetGuard) header() (head, body int, err error) {
	for i := range 4 {
		b, err := g.r.Peek(i + 2)
		if err != nil {
			return 0, 0, err
		}
		body |= int(b[i+1]&0x7f) << (7 * i)
		if b[i+1]&0x80 == 0 {
			return i + 2, body, nil
		}
	}
	return 0, 0, fault.Invalid.Say(lang.T("不是 MQTT 报文", "not a packet of MQTT")).
		Do(lang.T("核对地址与端口", "check the address and the port"))
}

// Write gives up on a peer that takes nothing.
func (g *packetGuard) Write(p []byte) (int, error) {
	if err := g.SetWriteDeadline(time.Now().Add(brokerWait)); err != nil { //nolint:forbidigo // a deadline of the system, not of the mine
		return 0, err
	}
	return g.Conn.Write(p)
}
