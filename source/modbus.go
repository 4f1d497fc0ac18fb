package source

import (
	"context"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

// modbus polls the registers of Modbus slaves (MODBUS Application Protocol
// V1.1b3) over TCP, over TLS, or in RTU frames through a serial server. It
// reads only: no function code that writes is in this program.
type modbus struct {
	framing  string // tcp, tcp+tls or rtuovertcp
	address  string
	every    time.Duration
	timeout  time.Duration
	gap      int // registers between two channels that are read along
	unit     byte
	order    string
	secure   *credentials
	channels []slot
}

func init() {
	register("modbus", protocol{title: lang.Same("Modbus"), read: readModbus})
}

func readModbus(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	m := &modbus{unit: 1, order: orders[0]}
	if own != nil {
		m.head(own)
	} else {
		r.Table(d.Protocol) // tells that it is missing
	}
	for i, s := range channels {
		c := &d.Channels[i]
		at := m.slot(s, c)
		if c.Name == "" {
			c.Name = at.name(m.unit)
		}
		at.channel = c.Name
		m.channels = append(m.channels, at)
	}
	return m
}

func (m *modbus) head(s *site.Section) {
	s.Need("url")
	var ok bool
	if m.framing, m.address, ok = cutURL(s.Text("url"), "tcp", "tcp+tls", "rtuovertcp"); !ok {
		s.Wrong("url", lang.T("tcp://主机:端口、tcp+tls://… 或 rtuovertcp://…", "tcp://host:port, tcp+tls://… or rtuovertcp://…"))
	}
	if m.framing == "tcp+tls" {
		m.secure = readCredentials(s)
	}
	m.every = patience(s, "every", 20*time.Millisecond, 24*time.Hour, 5*time.Second)
	m.timeout = patience(s, "timeout", 50*time.Millisecond, time.Minute, 2*time.Second)
	m.gap = int(orDefault(s, "gap", 0, mostRegisters, 8))
	m.unit = byte(orDefault(s, "unit_id", 0, 255, 1))
	m.order = s.Choice("order", orders...)
}

// Run polls the slaves until the context ends or none of them answers.
func (m *modbus) Run(ctx context.Context, l *Line) error {
	s := &modbusSession{modbus: m, line: l, plan: planBlocks(m.channels, m.gap), grudges: grudges{}}
	if err := s.open(ctx); err != nil {
		return err
	}
	defer func() { _ = s.wire.Close() }() // whatever it was for is told already
	return repeat(ctx, m.every, func() error { return s.round(ctx) })
}
