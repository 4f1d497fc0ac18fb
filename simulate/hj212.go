package simulate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"lingtan/source"
)

func init() {
	register("hj212", part{faults: Kinds(), cast: castLogger})
}

// logger is the data logger of a stack: it connects to the centre, sends
// real-time values (HJ 212—2017, command 2011) and waits for each answer. What
// was not answered is sent again, with the same QN.
type logger struct {
	unit     *unit
	address  string
	mn       string
	password string
	zone     *time.Location
}

// loggerFile is what is read of the device's file.
type loggerFile struct {
	HJ212 struct {
		Listen  string
		Station []struct {
			MN string
			word
		}
	}
}

func castLogger(u *unit) (player, error) {
	var f loggerFile
	if err := u.describe(&f); err != nil {
		return nil, err
	}
	if len(f.HJ212.Station) != 1 {
		return nil, errors.New("only a device of one logger is played")
	}
	host, port, err := net.SplitHostPort(f.HJ212.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if at := net.ParseIP(host); host == "" || at != nil && at.IsUnspecified() {
		host = "127.0.0.1"
	}
	s := f.HJ212.Station[0]
	l := &logger{unit: u, address: net.JoinHostPort(host, port), mn: s.MN, password: "123456", zone: u.device.Zone}
	word, err := s.read()
	if err != nil {
		return nil, err
	}
	if word != "" {
		l.password = word
	}
	return l, nil
}

// The standard's time-out and resends are 5 s and 3; on one machine less serves.
const (
	answerWithin = 2 * time.Second
	resends      = 3
)

func (l *logger) play(ctx context.Context) error {
	conn, err := (&net.Dialer{Timeout: answerWithin}).DialContext(ctx, "tcp", l.address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	answers := bufio.NewReaderSize(conn, 16<<10)
	return l.unit.each(ctx, func(t time.Time) error { return l.tell(ctx, conn, answers, t) })
}

// tell sends the values of an instant until the centre has them.
func (l *logger) tell(ctx context.Context, conn net.Conn, answers *bufio.Reader, t time.Time) error {
	m := l.message(t)
	for range resends + 1 {
		if err := l.send(ctx, conn, m); err != nil {
			return err
		}
		if err := conn.SetReadDeadline(l.unit.board.now().Add(answerWithin)); err != nil {
			return err
		}
		err := awaitAnswer(answers, m.QN)
		if err == nil {
			return nil
		}
		if wait := net.Error(nil); !errors.As(err, &wait) || !wait.Timeout() {
			return err
		}
	}
	return errors.New("the centre does not answer")
}

// message is the real-time record of an instant. Flag 5 is the edition of 2017,
// asking for an answer.
func (l *logger) message(t time.Time) source.HJ212Message {
	at := l.unit.stamp(t).In(l.zone)
	var cp strings.Builder
	cp.WriteString("DataTime=" + at.Format("20060102150405"))
	for _, v := range l.unit.show(t) {
		if v.none {
			continue
		}
		name, _, _ := strings.Cut(v.channel, "@")
		factor, _, _ := strings.Cut(name, "-")
		cp.WriteString(";" + name + "=" + strconv.FormatFloat(v.value, 'f', -1, 64) + "," + factor + "-Flag=N")
	}
	return source.HJ212Message{
		QN: strings.Replace(at.Format("20060102150405.000"), ".", "", 1), ST: "31", CN: "2011", PW: l.password, MN: l.mn, Flag: 5, CP: cp.String(),
	}
}

func (l *logger) send(ctx context.Context, conn net.Conn, m source.HJ212Message) error {
	frame := m.Frame()
	switch {
	case l.unit.suffers(HalfFrame):
		_, err := conn.Write(frame[:len(frame)/2])
		return errors.Join(err, errors.New("half a frame, then the line went"))
	case l.unit.suffers(WrongCRC):
		frame[len(frame)-3] ^= 0x01 // the last digit of the check
	}
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	if !l.unit.suffers(Flood) {
		return nil
	}
	m.Flag &^= 1 // wants no answer
	for range flood {
		if _, err := conn.Write(m.Frame()); err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return nil
}

// flood is how often a message is repeated by an instrument that went mad.
const flood = 1000

// maxAnswers is how many other frames may come before the answer: the centre
// may set the clock or ask for something else.
const maxAnswers = 100

func awaitAnswer(r *bufio.Reader, qn string) error {
	for range maxAnswers {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.Contains(line, "QN="+qn+";") && strings.Contains(line, "CN=9014;") {
			return nil
		}
	}
	return errors.New("the centre says other things")
}
