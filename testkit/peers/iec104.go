package peers

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/wendy512/go-iecp5/asdu"
	"github.com/wendy512/go-iecp5/cs104"
)

func init() {
	register(Peer{Name: "IEC 104 float (go-iecp5)", Play: play104(false)})
	register(Peer{Name: "IEC 104 counters (go-iecp5)", Play: play104(true)})
}

// station answers the interrogations of IEC 60870-5-104 by another's library,
// which is of this test and never of the program.
type station struct {
	zone     *time.Location
	counters bool // the known hour answers the counter interrogation; otherwise it comes by itself
	once     sync.Once
	failed   chan error
}

// play104 has the station say the known hour, with its times.
func play104(counters bool) func(testing.TB, *Stage) int {
	return func(tb testing.TB, s *Stage) int {
		tb.Helper()
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			tb.Fatal(err)
		}
		own := &station{zone: zone, counters: counters, failed: make(chan error, 4)}
		server := cs104.NewServer(own)
		server.SetInfoObjTimeZone(zone)
		port := FreePort(tb)
		go server.ListenAndServer(fmt.Sprintf("127.0.0.1:%d", port))
		tb.Cleanup(func() { _ = server.Close() })
		Listening(tb, port)
		s.Device("station", fmt.Sprintf(`
[device]
protocol = "iec104"
zone = "Asia/Shanghai"
[iec104]
address = "127.0.0.1:%d"
t2 = "1 s"
[[channel]]
point = "energy"
unit = "kWh"
ca = 1
ioa = 25601
`, port), true)
		s.Wait("the station's values", func() bool { return s.Delivered("station") >= Steps })
		select {
		case err := <-own.failed:
			tb.Fatal(err)
		default:
		}
		return Steps
	}
}

// tell keeps the first faults for the test.
func (s *station) tell(err error) error {
	if err != nil {
		select {
		case s.failed <- err:
		default:
		}
	}
	return err
}

// InterrogationHandler answers with nothing but the end and, once, has the
// known hour come by itself.
func (s *station) InterrogationHandler(c asdu.Connect, a *asdu.ASDU, _ asdu.QualifierOfInterrogation) error {
	if err := s.tell(a.SendReplyMirror(c, asdu.ActivationCon)); err != nil {
		return err
	}
	if !s.counters {
		s.once.Do(func() {
			for i := range Steps {
				info := asdu.MeasuredValueFloatInfo{Ioa: 25601, Value: float32(Value(i)), Time: At(i)}
				_ = s.tell(asdu.MeasuredValueFloatCP56Time2a(c, asdu.CauseOfTransmission{Cause: asdu.Spontaneous}, 1, info))
			}
		})
	}
	return s.tell(a.SendReplyMirror(c, asdu.ActivationTerm))
}

// CounterInterrogationHandler answers with the known hour, once, five to a frame.
func (s *station) CounterInterrogationHandler(c asdu.Connect, a *asdu.ASDU, _ asdu.QualifierCountCall) error {
	if err := s.tell(a.SendReplyMirror(c, asdu.ActivationCon)); err != nil {
		return err
	}
	if s.counters {
		s.once.Do(func() {
			for from := 0; from < Steps; from += 5 {
				var infos []asdu.BinaryCounterReadingInfo
				for i := from; i < min(from+5, Steps); i++ {
					infos = append(infos, asdu.BinaryCounterReadingInfo{
						Ioa: 25601, Value: asdu.BinaryCounterReading{CounterReading: int32(Value(i)), SeqNumber: byte(i % 32)}, Time: At(i),
					})
				}
				_ = s.tell(asdu.IntegratedTotalsCP56Time2a(c, asdu.CauseOfTransmission{Cause: asdu.RequestByGeneralCounter}, 1, infos...))
			}
		})
	}
	return s.tell(a.SendReplyMirror(c, asdu.ActivationTerm))
}

// The rest is never asked for: what is, fails the test.

func (s *station) asked(what string) error { return s.tell(fmt.Errorf("the client sent %s", what)) }

// ReadHandler fails.
func (s *station) ReadHandler(asdu.Connect, *asdu.ASDU, asdu.InfoObjAddr) error {
	return s.asked("a read command")
}

// ClockSyncHandler fails: the station's clock is never set.
func (s *station) ClockSyncHandler(asdu.Connect, *asdu.ASDU, time.Time) error {
	return s.asked("a clock synchronisation")
}

// ResetProcessHandler fails.
func (s *station) ResetProcessHandler(asdu.Connect, *asdu.ASDU, asdu.QualifierOfResetProcessCmd) error {
	return s.asked("a reset")
}

// DelayAcquisitionHandler fails.
func (s *station) DelayAcquisitionHandler(asdu.Connect, *asdu.ASDU, uint16) error {
	return s.asked("a delay acquisition")
}

// ASDUHandler fails.
func (s *station) ASDUHandler(_ asdu.Connect, a *asdu.ASDU) error {
	return s.asked(fmt.Sprintf("type %d", a.Type))
}
