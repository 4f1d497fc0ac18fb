package source

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

// iec104 listens to a controlled station of IEC 60870-5-104 (DL/T 634.5104). It
// asks for the state of all and for the counters, and nothing else: no command
// can be written here, and the station's clock is never set.
type iec104 struct {
	address  string
	stations []uint16 // common addresses that are interrogated
	counters time.Duration
	again    time.Duration // between general interrogations; 0 after a connection only
	t0       time.Duration // to connect
	t1       time.Duration // for an acknowledgement
	t2       time.Duration // until we acknowledge
	t3       time.Duration // of silence until we test the link
	k, w     int           // unacknowledged frames: ours at most, theirs at most
	secure   *credentials
	names    map[string]string // channels by "ca/ioa"
}

func init() {
	register("iec104", protocol{title: lang.Same("IEC 60870-5-104"), read: readIEC104})
}

func readIEC104(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	m := &iec104{names: map[string]string{}}
	if own != nil {
		m.head(own)
	} else {
		r.Table(d.Protocol) // tells that it is missing
	}
	for i, s := range channels {
		c := &d.Channels[i]
		if !s.Has("ioa") && c.Name != "" {
			m.names[c.Name] = c.Name
			continue
		}
		s.Need("ca", "ioa")
		ca, ioa := s.Int("ca", 1, 65534), s.Int("ioa", 0, 1<<24-1)
		address := objectName(uint16(ca), uint32(ioa))
		if c.Name == "" {
			c.Name = address
		}
		m.names[address] = c.Name
		m.interrogate(uint16(ca))
	}
	return m
}

// interrogate adds a station to those asked.
func (m *iec104) interrogate(ca uint16) {
	if slices.Contains(m.stations, ca) {
		return
	}
	if ca != 0 {
		m.stations = append(m.stations, ca)
	}
}

// The times and windows are the standard's defaults (IEC 60870-5-104, 9.6).
func (m *iec104) head(s *site.Section) {
	m.address = readAddress(s, "address")
	for _, t := range s.Tables("station") {
		t.Need("ca")
		m.interrogate(uint16(t.Int("ca", 1, 65534)))
		t.Close()
	}
	m.counters = patience(s, "counters_every", time.Second, 24*time.Hour, 15*time.Minute)
	m.again = patience(s, "interrogate_every", time.Second, 24*time.Hour, 0)
	m.t0 = patience(s, "t0", time.Second, 255*time.Second, 30*time.Second)
	m.t1 = patience(s, "t1", time.Second, 255*time.Second, 15*time.Second)
	m.t2 = patience(s, "t2", 100*time.Millisecond, 255*time.Second, 10*time.Second)
	m.t3 = patience(s, "t3", time.Second, 48*time.Hour, 20*time.Second)
	m.k, m.w = int(orDefault(s, "k", 1, 32767, 12)), int(orDefault(s, "w", 1, 32767, 8))
	if m.t2 >= m.t1 {
		s.Wrong("t2", lang.T("小于 t1 的时长", "a stretch of time shorter than t1"))
	}
	if s.Flag("tls") {
		m.secure = readCredentials(s)
	}
}

// objectName is what a channel is called that was given no name.
func objectName(ca uint16, ioa uint32) string { return fmt.Sprintf("%d/%d", ca, ioa) }

// Run listens until the context ends or the link is lost.
func (m *iec104) Run(ctx context.Context, l *Line) error {
	w, err := dial(ctx, m.address, m.secure, l.Now(), m.t0)
	if err != nil {
		return err
	}
	inner, stop := context.WithCancel(ctx)
	s := &iec104Session{iec104: m, line: l, wire: w, in: make(chan apdu, 4*m.w)}
	done := make(chan struct{})
	go func() { defer close(done); s.listen(inner) }()
	err = s.talk(inner)
	stop()
	_ = w.Close() // whatever it was for is told already
	<-done
	return err
}
