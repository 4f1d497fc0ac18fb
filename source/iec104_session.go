package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	pulse104 = 100 * time.Millisecond // how exactly the times are kept
	answered = 30 * time.Second       // a question without its end is done by then
)

// iec104Session is one connection to a station. Its listener reads frames and
// answers tests at once, even while values are on their way to the disk; all
// the rest is said by one goroutine.
type iec104Session struct {
	*iec104
	line  *Line
	wire  *wire
	in    chan apdu // closed when the link is lost
	cause error     // why; read after in is closed

	started bool
	ns, nr  uint16      // next number of ours, of theirs
	sent    []time.Time // of our frames that they have not acknowledged
	owed    int         // of theirs that we have not acknowledged
	owedAt  time.Time   // the oldest of them
	heard   time.Time
	tested  time.Time // when a test was sent that is not confirmed
	asks    []ask     // that wait for their turn
	asked   time.Time // of the question under way; zero where none is
}

// ask is a question to a station.
type ask struct {
	question question
	ca       uint16
}

// listen reads frames until the link is lost.
func (s *iec104Session) listen(ctx context.Context) {
	defer close(s.in)
	r := bufio.NewReader(s.wire)
	for {
		// The one who talks notices a silence first; this is the last resort.
		s.cause = s.wire.SetReadDeadline(soon(s.t3 + 2*s.t1))
		a, raw, err := readAPDU(r)
		if err != nil || s.cause != nil {
			s.cause = fmt.Errorf("read %s: %w", s.address, errors.Join(s.cause, err))
			if fault.KindOf(err) == fault.Invalid {
				s.line.Refuse(raw, err)
			}
			return
		}
		s.line.Heard(len(raw))
		if a.kind == 'U' && a.order == testAct {
			_ = s.write(frameU(testCon)) // a link that takes no answer is lost, which the next read tells
		}
		select {
		case s.in <- a:
		case <-ctx.Done():
			s.cause = ctx.Err()
			return
		}
	}
}

// talk starts the data and keeps the link until it is lost or the context ends.
func (s *iec104Session) talk(ctx context.Context) error {
	s.heard, s.tested = s.line.Now(), s.line.Now() // STARTDT is confirmed within the time of a test
	if err := s.write(frameU(startAct)); err != nil {
		return err
	}
	pulse, counters, again := time.NewTicker(pulse104), time.NewTicker(s.counters), time.NewTicker(max(s.again, pulse104))
	defer pulse.Stop()
	defer counters.Stop()
	defer again.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case a, ok := <-s.in:
			if !ok {
				return s.cause
			}
			err = s.take(ctx, s.gather(a))
		case <-counters.C:
			s.want(askCounters)
		case <-again.C:
			if s.again > 0 {
				s.want(askAll)
			}
		case <-pulse.C:
			err = s.keepTimes()
		}
		if err == nil {
			err = s.next()
		}
		if err != nil {
			return err
		}
	}
}

// gather takes what else has arrived, so that it goes to the disk together.
func (s *iec104Session) gather(first apdu) []apdu {
	out := []apdu{first}
	for len(out) < cap(s.in) {
		select {
		case a, ok := <-s.in:
			if !ok {
				return out
			}
			out = append(out, a)
		default:
			return out
		}
	}
	return out
}

// take follows frames in their order, makes their values durable and only then
// acknowledges them. What came before a frame that breaks the link is kept.
func (s *iec104Session) take(ctx context.Context, frames []apdu) error {
	var values []Value
	var broken error
	for _, a := range frames {
		s.heard = s.line.Now()
		if broken = s.follow(a); broken != nil {
			break
		}
		if a.kind == 'I' {
			values = append(values, s.values(a.asdu)...)
		}
	}
	if err := s.line.Deliver(ctx, values); err != nil {
		return errors.Join(err, broken)
	}
	if broken == nil && s.owed >= s.w {
		return s.acknowledge()
	}
	return broken
}

// follow keeps the numbers of both sides (IEC 60870-5-104, 5.1).
func (s *iec104Session) follow(a apdu) error {
	if a.kind == 'U' {
		switch a.order {
		case startCon:
			s.started, s.tested = true, time.Time{}
			s.line.Up()
			s.want(askAll)
			s.want(askCounters)
		case testCon:
			s.tested = time.Time{}
		}
		return nil
	}
	done := len(s.sent) - int((s.ns-a.nr)%window)
	if done < 0 {
		return fault.Invalid.Say(lang.T("对端确认了未发送的帧:N(R)=%d,已发 %d", "they acknowledge what was not sent: N(R)=%d of %d"), a.nr, s.ns).
			Do(lang.T("连接将重建", "the connection is made anew"))
	}
	s.sent = s.sent[done:]
	if a.kind == 'S' {
		return nil
	}
	if a.ns != s.nr {
		return fault.Invalid.Say(lang.T("帧序号不连续:N(S)=%d,应为 %d", "a frame is missing: N(S)=%d, expected %d"), a.ns, s.nr).
			Do(lang.T("连接将重建,随后总召唤", "the connection is made anew, and all is asked for"))
	}
	s.nr = (s.nr + 1) % window
	if s.owed++; s.owed == 1 {
		s.owedAt = s.line.Now()
	}
	return nil
}

// values reads a data unit; what is not understood is refused.
func (s *iec104Session) values(asdu []byte) []Value {
	t, err := parseTelegram(asdu, s.line.Device.Zone)
	if err != nil {
		s.line.Refuse(asdu, err)
		return nil
	}
	s.reply(t, asdu)
	var now int64
	if t.cause >= causeInterrogated && t.cause < causeCounters+5 {
		now = s.line.Now().UnixMilli() // asked for, so it is the present state
	}
	out := make([]Value, 0, len(t.objects))
	for _, o := range t.objects {
		name := objectName(t.ca, o.ioa)
		if known, ok := s.names[name]; ok {
			name = known
		}
		v := Value{Channel: name, T: o.t, V: o.value, Q: o.q, Why: o.why}
		if v.T == 0 {
			v.T = now
		}
		out = append(out, v)
	}
	return out
}

// reply follows what a station answers to a question.
func (s *iec104Session) reply(t telegram, asdu []byte) {
	const ended = 10 // activation termination
	switch {
	case t.kind == endOfInitialisation:
		s.want(askAll)
		s.want(askCounters)
	case t.refusal || t.cause >= causeUnknown && t.cause < causeUnknown+4:
		s.asked = time.Time{}
		s.line.Refuse(asdu, fault.Invalid.Say(lang.T("站 %d 拒绝召唤(类型 %d,原因 %d)", "station %d refuses what was asked (type %d, cause %d)"), t.ca, t.kind, t.cause).
			Do(lang.T("核对公共地址,以及该站是否支持此召唤", "check the common address, and whether the station knows this interrogation")))
	case t.cause == ended:
		s.asked = time.Time{}
	}
}

// want puts a question to every station on the list, once.
func (s *iec104Session) want(q question) {
	for _, ca := range s.stations {
		waits := false
		for _, a := range s.asks {
			waits = waits || a == ask{q, ca}
		}
		if !waits {
			s.asks = append(s.asks, ask{q, ca})
		}
	}
}

// next sends the next question: one at a time, for stations refuse a second.
func (s *iec104Session) next() error {
	if !s.started || len(s.asks) == 0 || len(s.sent) >= s.k || !s.asked.IsZero() && s.line.Now().Sub(s.asked) < answered {
		return nil
	}
	a := s.asks[0]
	s.asks = s.asks[1:]
	err := s.write(frameI(s.ns, s.nr, a.question.asdu(a.ca)))
	s.ns, s.owed = (s.ns+1)%window, 0
	s.sent, s.asked = append(s.sent, s.line.Now()), s.line.Now()
	return err
}

// keepTimes acknowledges by t2, tests after t3, and finds the link lost when
// an acknowledgement is not there by t1. What has arrived is heard first.
func (s *iec104Session) keepTimes() error {
	now := s.line.Now()
	switch {
	case len(s.in) > 0:
		return nil
	case len(s.sent) > 0 && now.Sub(s.sent[0]) > s.t1, !s.tested.IsZero() && now.Sub(s.tested) > s.t1:
		return mute(s.address)
	case s.owed > 0 && now.Sub(s.owedAt) >= s.t2:
		return s.acknowledge()
	case s.tested.IsZero() && now.Sub(s.heard) > s.t3:
		s.tested = now
		return s.write(frameU(testAct))
	}
	return nil
}

func (s *iec104Session) acknowledge() error {
	s.owed = 0
	return s.write(frameS(s.nr))
}

// write sends a frame whole: both goroutines may.
func (s *iec104Session) write(frame []byte) error {
	if err := s.wire.SetWriteDeadline(soon(s.t1)); err != nil {
		return err
	}
	_, err := s.wire.Write(frame)
	return err
}
