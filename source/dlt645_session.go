package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// meterSession is one connection to a line of meters.
type meterSession struct {
	*dlt645
	line    *Line
	wire    *wire
	grudges grudges
}

// refusal is a meter's error answer.
type refusal struct{ data []byte }

// Error tells the refusal in English; [meterRefusal] tells it to people.
func (r refusal) Error() string { return fmt.Sprintf("the meter refuses: % X", r.data) }

// round asks every question once. A meter that does not answer is not asked
// again before the next round, for on a slow line its silence costs the others.
func (s *meterSession) round(ctx context.Context) error {
	heard, silent := len(s.asks) == 0, map[meterAddress]bool{}
	var values []Value
	for i, a := range s.asks {
		if silent[a.meter] {
			continue
		}
		got, raw, err := s.read(ctx, a)
		var no refusal
		switch {
		case err == nil:
			heard = true
			values = append(values, s.values(a, got, raw)...)
		case errors.As(err, &no):
			heard = true
			s.refuse(a, raw, func(channel string) error { return meterRefusal(channel, no.data) })
		case errors.Is(err, os.ErrDeadlineExceeded):
			silent[a.meter] = true
			s.refuse(a, raw, meterSilent)
		default:
			return errors.Join(fmt.Errorf("read meter %v at %s: %w", a.meter, s.address, err), s.line.Deliver(ctx, values))
		}
		if i+1 == len(s.asks) || s.asks[i+1].meter != a.meter {
			if err := s.line.Deliver(ctx, values); err != nil {
				return err
			}
			values = nil
		}
		if heard {
			s.line.Up()
		}
	}
	if !heard {
		return mute(s.address)
	}
	return nil
}

// read asks a question, again where nothing comes, and then for what follows.
func (s *meterSession) read(ctx context.Context, a meterAsk) (data, raw []byte, err error) {
	for range s.retries + 1 {
		if data, raw, err = s.exchange(ctx, a, a.read()); !errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
	}
	follows := err == nil && raw[0]&meterFollows != 0
	for number := byte(1); follows; number++ {
		if number > mostFollow {
			return nil, raw, refusal{}
		}
		var more []byte
		if more, raw, err = s.exchange(ctx, a, a.follow(number)); err != nil {
			return nil, raw, err
		}
		follows = raw[0]&meterFollows != 0
		data = append(data, more[:max(0, len(more)-1)]...) // the last byte is the frame's number
	}
	return data, raw, err
}

// exchange sends a question and waits for its answer; what else is on the line,
// noise and answers that come late, is passed over. raw is the answer's control
// code and data.
func (s *meterSession) exchange(ctx context.Context, a meterAsk, q meterFrame) (data, raw []byte, err error) {
	if err := sleep(ctx, s.pause); err != nil {
		return nil, nil, err
	}
	if err := s.wire.SetDeadline(soon(s.timeout)); err != nil {
		return nil, nil, err
	}
	frame := q.bytes(s.wake)
	if _, err := s.wire.Write(frame); err != nil {
		return nil, frame, err
	}
	var buffer []byte
	chunk := make([]byte, 512)
	for {
		n, readErr := s.wire.Read(chunk)
		buffer = append(buffer, chunk[:n]...)
		for {
			f, used, bad, ok := findMeterFrame(buffer)
			if bad != nil {
				s.grudges.bear(s.line, a.meter.String(), bad, garbledMeter(a.meter))
			}
			buffer = buffer[used:]
			if !ok {
				break
			}
			if f.answers(q) {
				s.line.Heard(meterHead + len(f.data) + 2)
				return f.payload()
			}
		}
		if readErr != nil {
			return nil, frame, readErr
		}
	}
}

// answers tells whether a frame answers a question: of its meter, its kind and,
// unless it is a refusal, its item.
func (f meterFrame) answers(q meterFrame) bool {
	if f.meter != q.meter || f.control&^(meterFault|meterFollows) != q.control|fromMeter {
		return false
	}
	return f.control&meterFault != 0 || len(f.data) >= 4 && [4]byte(f.data) == [4]byte(q.data)
}

// payload takes the data out of an answer.
func (f meterFrame) payload() (data, raw []byte, err error) {
	raw = append([]byte{f.control}, f.data...)
	if f.control&meterFault != 0 {
		return nil, raw, refusal{f.data}
	}
	return f.data[4:], raw, nil
}

// values reads the channels that an answer fills.
func (s *meterSession) values(a meterAsk, data, raw []byte) []Value {
	now := s.line.Now().UnixMilli()
	var out []Value
	for _, c := range a.channels {
		from := c.part * c.layout.bytes
		if from+c.layout.bytes > len(data) {
			s.grudges.bear(s.line, c.name, raw, fault.Invalid.Say(lang.T("%s:应答 %d 字节,不够第 %d 段", "%s: an answer of %d bytes has no part %d"), c.name, len(data), c.part).
				Do(lang.T("核对 item、part 与 format", "check item, part and format")))
			continue
		}
		v, q, why, err := c.layout.value(data[from : from+c.layout.bytes])
		if err != nil {
			s.grudges.bear(s.line, c.name, raw, err)
			continue
		}
		s.grudges.forgive(c.name)
		out = append(out, Value{Channel: c.name, T: now, V: v, Q: q, Why: why})
	}
	s.grudges.forgive(a.meter.String())
	return out
}

func (s *meterSession) refuse(a meterAsk, raw []byte, why func(channel string) error) {
	for _, c := range a.channels {
		s.grudges.bear(s.line, c.name, raw, why(c.name))
	}
}

func meterSilent(channel string) error {
	return fault.NotFound.Say(lang.T("%s:电表不应答", "%s: the meter does not answer"), channel).
		Do(lang.T("核对表地址、RS-485 接线和串口服务器的波特率(常用 2400,偶校验)", "check the meter's address, the RS-485 line and the serial server's speed, usually 2400 with even parity"))
}

func garbledMeter(meter meterAddress) error {
	return fault.Invalid.Say(lang.T("电表 %v 所在线路的报文校验码不符", "a frame with a wrong checksum on the line of meter %v"), meter).
		Do(lang.T("检查线路干扰、终端电阻和波特率", "check the line for noise, its terminating resistor and the speed"))
}

// sleep waits, or less where the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
