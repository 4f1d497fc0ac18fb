package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"strings"

	"github.com/simonvetter/modbus"
)

func init() {
	register("modbus", part{faults: []Kind{LinkCut, WrongCRC, HalfFrame, SensorStuck}, cast: castModbus})
}

// slave answers for the registers of a device's file, by a library that is not
// the platform's. Modbus carries no instant: the registers are those of our own
// time, whatever the speed of the play.
type slave struct {
	unit      *unit
	address   string
	registers []cell
}

// cell is where a channel lies and how it is written.
type cell struct {
	at    uint16
	kind  string
	words bool // the lowest register first
	bytes bool // the lower byte of each register first
}

// modbusFile is what is read of the device's file.
type modbusFile struct {
	Modbus  struct{ URL, Order string }
	Channel []struct {
		Register    int
		Address     int
		Type, Order string
		Function    string
		Offset      float64
		UnitID      int `toml:"unit_id"`
	}
}

func castModbus(u *unit) (player, error) {
	var f modbusFile
	if err := u.describe(&f); err != nil {
		return nil, err
	}
	at, err := url.Parse(f.Modbus.URL)
	if err != nil || at.Scheme != "tcp" {
		return nil, fmt.Errorf("only tcp:// is played, not %q", f.Modbus.URL)
	}
	s := &slave{unit: u, address: at.Host}
	for i, c := range f.Channel {
		if c.Function != "" && c.Function != "holding" || c.Offset != 0 || registersOf[c.Type] == 0 {
			return nil, fmt.Errorf("channel %s: only holding registers of whole and floating numbers are played", u.wires[i].channel)
		}
		r := cell{at: uint16(c.Address), kind: c.Type}
		if c.Register > 0 {
			number := c.Register % 10_000
			if c.Register >= 400_000 {
				number = c.Register % 100_000
			}
			r.at = uint16(number - 1)
		}
		order := cmp.Or(c.Order, f.Modbus.Order, "ABCD")
		r.words = order == "CDAB" || order == "DCBA"
		r.bytes = order == "BADC" || order == "DCBA"
		s.registers = append(s.registers, r)
	}
	return s, nil
}

var registersOf = map[string]int{"u16": 1, "i16": 1, "u32": 2, "i32": 2, "u64": 4, "i64": 4, "f32": 2, "f64": 4} //nolint:gochecknoglobals // a constant table

func (s *slave) play(ctx context.Context) error {
	// Modbus over TCP has no check of its own: what is damaged is the head, where
	// 0 says that the frame is one of Modbus.
	line, err := lay(ctx, s.address, s.unit.spoil(2))
	if err != nil {
		return err
	}
	server, err := modbus.NewServer(&modbus.ServerConfiguration{
		URL: "tcp://" + line.inner, Logger: slog.NewLogLogger(s.unit.log.Handler(), slog.LevelDebug),
	}, s)
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("modbus server: %w", err), line.outer.Close())
	}
	return errors.Join(line.carry(ctx), server.Stop())
}

// HandleHoldingRegisters answers a reading of registers; those that are no
// channel are 0.
func (s *slave) HandleHoldingRegisters(r *modbus.HoldingRegistersRequest) ([]uint16, error) {
	if r.IsWrite {
		return nil, modbus.ErrIllegalFunction
	}
	first, last := int(r.Addr), int(r.Addr)+int(r.Quantity)
	if last > 1<<16 {
		return nil, modbus.ErrIllegalDataAddress
	}
	out := make([]uint16, r.Quantity)
	for i, t := range s.unit.values(s.unit.now()) {
		at := s.registers[i]
		for k, word := range at.encode(t.value) {
			if n := int(at.at) + k; n >= first && n < last {
				out[n-first] = word
			}
		}
	}
	return out, nil
}

// HandleInputRegisters refuses: the slave has holding registers only.
func (s *slave) HandleInputRegisters(*modbus.InputRegistersRequest) ([]uint16, error) {
	return nil, modbus.ErrIllegalFunction
}

// HandleCoils refuses.
func (s *slave) HandleCoils(*modbus.CoilsRequest) ([]bool, error) {
	return nil, modbus.ErrIllegalFunction
}

// HandleDiscreteInputs refuses.
func (s *slave) HandleDiscreteInputs(*modbus.DiscreteInputsRequest) ([]bool, error) {
	return nil, modbus.ErrIllegalFunction
}

// encode writes a value into its registers.
func (r cell) encode(v float64) []uint16 {
	n := registersOf[r.kind]
	var bits uint64
	switch {
	case r.kind == "f32":
		bits = uint64(math.Float32bits(float32(v)))
	case r.kind == "f64":
		bits = math.Float64bits(v)
	case strings.HasPrefix(r.kind, "i"):
		bits = uint64(int64(math.Round(v)))
	default:
		bits = uint64(math.Round(max(0, v)))
	}
	out := make([]uint16, n)
	for i := range out {
		word := uint16(bits >> (16 * (n - 1 - i)))
		if r.bytes {
			word = word>>8 | word<<8
		}
		if r.words {
			out[n-1-i] = word
		} else {
			out[i] = word
		}
	}
	return out
}
