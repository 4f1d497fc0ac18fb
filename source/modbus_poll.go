package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// modbusSession is one connection to the slaves, and what was learnt by it.
type modbusSession struct {
	*modbus
	line        *Line
	wire        *wire
	plan        []block
	transaction uint16
	grudges     grudges
}

func (s *modbusSession) open(ctx context.Context) (err error) {
	s.wire, err = dial(ctx, s.address, s.secure, s.line.Now(), max(s.timeout, 3*time.Second))
	return err
}

// round reads every block once. What one slave refuses, or does not answer,
// costs the other channels nothing.
func (s *modbusSession) round(ctx context.Context) error {
	var values []Value
	heard, silent := len(s.plan) == 0, map[byte]bool{}
	for i := 0; i < len(s.plan); i++ {
		b := s.plan[i]
		if silent[b.unit] {
			continue
		}
		data, raw, err := s.ask(ctx, b)
		var refusal exception
		switch {
		case err == nil:
			heard = true
			values = append(values, b.values(data, s.line.Now().UnixMilli())...)
			s.forgive(b)
		case errors.As(err, &refusal) && !refusal.whole() && len(b.channels) > 1:
			heard = true
			s.plan = slices.Replace(s.plan, i, i+1, b.apart()...)
			i--
		case errors.As(err, &refusal):
			heard = true
			s.refuse(b, raw, refused(refusal))
			silent[b.unit] = refusal.whole()
		case isLapse(err):
			silent[b.unit] = true
			s.refuse(b, raw, lapsed(err))
			if err := s.again(ctx); err != nil {
				return errors.Join(err, s.line.Deliver(ctx, values))
			}
		default:
			return errors.Join(fmt.Errorf("read %s: %w", s.address, err), s.line.Deliver(ctx, values))
		}
	}
	if !heard {
		return mute(s.address)
	}
	s.line.Up()
	return s.line.Deliver(ctx, values)
}

// again makes the connection anew, so that a late answer is never taken for
// that to another question: RTU frames carry no number to tell by.
func (s *modbusSession) again(ctx context.Context) error {
	_ = s.wire.Close()
	return s.open(ctx)
}

// ask sends a block's request and reads its answer.
func (s *modbusSession) ask(ctx context.Context, b block) (data, raw []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if err := s.wire.SetDeadline(soon(s.timeout)); err != nil {
		return nil, nil, err
	}
	s.transaction++
	frame := frameTCP(s.transaction, b.unit, b.request())
	if s.framing == "rtuovertcp" {
		frame = frameRTU(b.unit, b.request())
	}
	if _, err := s.wire.Write(frame); err != nil {
		return nil, frame, err
	}
	unit, pdu, raw, err := s.answer()
	s.line.Heard(len(raw))
	if err != nil {
		if len(raw) == 0 {
			raw = frame // of a silence, the question is kept
		}
		return nil, raw, err
	}
	if unit != b.unit && (unit != 255 || pdu[0]&0x80 == 0) { // a gateway may refuse as unit 255
		return nil, raw, garbled{lang.T("站号 %d 应答,问的是 %d", "unit %d answers, %d was asked").Format(unit, b.unit)}
	}
	data, err = b.payload(pdu)
	return data, raw, err
}

// answer reads frames until that of the question comes.
func (s *modbusSession) answer() (unit byte, pdu, raw []byte, err error) {
	if s.framing == "rtuovertcp" {
		return readRTU(s.wire)
	}
	for {
		transaction, unit, pdu, raw, err := readTCP(s.wire)
		if err != nil || transaction == s.transaction {
			return unit, pdu, raw, err
		}
	}
}

func (s *modbusSession) forgive(b block) {
	for _, r := range b.channels {
		s.grudges.forgive(r.channel)
	}
}

func (s *modbusSession) refuse(b block, raw []byte, why func(channel string) error) {
	for _, r := range b.channels {
		s.grudges.bear(s.line, r.channel, raw, why(r.channel))
	}
}

// isLapse tells whether a slave failed to answer one question, or answered
// something else, while the connection may be well.
func isLapse(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, new(garbled))
}

func lapsed(err error) func(string) error {
	return func(channel string) error {
		if g := (garbled{}); errors.As(err, &g) {
			return fmt.Errorf("%s: %w", channel, g.fault())
		}
		return fault.NotFound.Say(lang.T("%s:从站不应答", "%s: the slave does not answer"), channel).
			Do(lang.T("检查 unit_id、线路和装置电源", "check unit_id, the line and the device's power"))
	}
}

func refused(e exception) func(string) error {
	return func(channel string) error {
		return fault.Invalid.Say(lang.T("%s:从站拒绝,异常 %d(%s)", "%s: the slave refuses, exception %d (%s)"), channel, e.code, e.text()).
			Do(lang.T("核对寄存器地址、类型和功能码", "check the register's address, type and function"))
	}
}
