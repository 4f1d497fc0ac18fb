package source

import (
	"context"
	"strings"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

// dlt645 reads the electricity meters of a line by DL/T 645—2007 through a
// serial server that passes bytes on (TCP transparent). It reads only.
type dlt645 struct {
	address string
	every   time.Duration
	timeout time.Duration
	pause   time.Duration // between an answer and the next question
	wake    int           // bytes FE before a frame
	retries int
	asks    []meterAsk
}

// meterAsk is one question to one meter, and the channels its answer fills.
type meterAsk struct {
	meter    meterAddress
	item     [4]byte // data identification, highest byte first as it is written
	channels []meterChannel
}

// meterChannel is one number of an answer.
type meterChannel struct {
	name   string
	part   int // from 0: of a block such as 0001FF00, total and tariffs
	layout meterLayout
}

func init() {
	register("dlt645", protocol{title: lang.Same("DL/T 645—2007"), read: readDLT645})
}

func readDLT645(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	m := &dlt645{}
	if own != nil {
		m.head(own)
	} else {
		r.Table(d.Protocol) // tells that it is missing
	}
	for i, s := range channels {
		m.channel(s, &d.Channels[i])
	}
	return m
}

func (m *dlt645) head(s *site.Section) {
	m.address = readAddress(s, "address")
	m.every = patience(s, "every", 20*time.Millisecond, 24*time.Hour, time.Minute)
	// DL/T 645—2007, 5.3: a meter answers within 500 ms; the serial server and
	// 2400 Bd need the rest.
	m.timeout = patience(s, "timeout", 50*time.Millisecond, time.Minute, 2*time.Second)
	m.pause = patience(s, "pause", time.Millisecond, 10*time.Second, 50*time.Millisecond)
	m.wake = int(orDefault(s, "wake", 0, 16, 4))
	m.retries = int(orDefault(s, "retries", 0, 5, 1))
}

func (m *dlt645) channel(s *site.Section, c *Channel) {
	s.Need("meter", "item")
	var meter meterAddress
	if text := s.Text("meter"); text != "" {
		var ok bool
		if meter, ok = parseMeter(text); !ok {
			s.Wrong("meter", lang.T("至多 12 位数字的表地址", "a meter's address of at most 12 digits"))
		}
	}
	var item [4]byte
	if text := s.Text("item"); text != "" {
		var ok bool
		if item, ok = parseItem(text); !ok {
			s.Wrong("item", lang.T("8 位十六进制数据标识,如 00010000", "a data identification of 8 hex digits, such as 00010000"))
		}
	}
	part := int(orDefault(s, "part", 0, 63, 0))
	layout := readLayout(s, item)
	if c.Name == "" {
		c.Name = meterName(meter, item, part)
	}
	m.ask(meter, item, meterChannel{name: c.Name, part: part, layout: layout})
}

// ask adds a channel to the question that fills it; one question serves all
// the channels of a block.
func (m *dlt645) ask(meter meterAddress, item [4]byte, c meterChannel) {
	for i := range m.asks {
		if m.asks[i].meter == meter && m.asks[i].item == item {
			m.asks[i].channels = append(m.asks[i].channels, c)
			return
		}
	}
	m.asks = append(m.asks, meterAsk{meter: meter, item: item, channels: []meterChannel{c}})
}

// readLayout reads format and signed, or takes what the standard says of the
// item.
func readLayout(s *site.Section, item [4]byte) meterLayout {
	layout, known := layoutOf(item)
	if s.Has("format") {
		var ok bool
		if layout, ok = parseLayout(strings.TrimSpace(s.Text("format"))); !ok {
			s.Wrong("format", lang.T("XXXXXX.XX 一样的格式,位数为偶数", "a format such as XXXXXX.XX, of an even number of digits"))
		}
		known = true
	}
	if s.Has("signed") {
		layout.signed = s.Flag("signed")
	}
	if !known {
		s.Need("format")
	}
	return layout
}

// Run reads the meters until the context ends or none of them answers.
func (m *dlt645) Run(ctx context.Context, l *Line) error {
	w, err := dial(ctx, m.address, nil, l.Now(), max(m.timeout, 3*time.Second))
	if err != nil {
		return err
	}
	s := &meterSession{dlt645: m, line: l, wire: w, grudges: grudges{}}
	defer func() { _ = s.wire.Close() }() // whatever it was for is told already
	return repeat(ctx, m.every, func() error { return s.round(ctx) })
}
