package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// Limits of a logger's connection.
const (
	// halfHJ212 is how long the rest of a frame may take: the standard sends
	// again after 5 or 10 s.
	halfHJ212 = 10 * time.Second
	// idleHJ212 ends a connection that says nothing. Real-time values come once
	// an hour at the least (RtdInterval is 30 to 3600 s).
	idleHJ212 = 65 * time.Minute
	// replyHJ212 is how long a logger may take to accept an answer.
	replyHJ212 = 10 * time.Second
	// wrongHJ212 is how many wrong frames in a row end a connection: it is not a
	// logger that calls.
	wrongHJ212 = 100
	// togetherHJ212 is how many values of frames received at once are made
	// durable at once, as when a logger sends what it kept.
	togetherHJ212 = 5000
)

func init() {
	register("hj212", protocol{title: lang.T("HJ 212 污染物在线监控", "HJ 212 emission monitoring"), read: readHJ212})
}

// hj212 is the centre that loggers connect to.
type hj212 struct {
	entrance

	idle     time.Duration
	setClock bool
	stations map[string]*station212 // by MN
}

func readHJ212(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	h := &hj212{stations: map[string]*station212{}}
	if own == nil {
		r.Table("hj212") // tells that it is missing
		return h
	}
	h.entrance = readEntrance(own)
	h.idle = patience(own, "idle", time.Second, 24*time.Hour, idleHJ212)
	h.setClock = own.Flag("set_clock")
	own.Need("station")
	sections := own.Tables("station")
	for _, s := range sections {
		t := readStation212(s, d.Zone)
		if h.stations[t.mn] != nil {
			s.Fail("mn", fault.Invalid.Say(lang.T("MN %s 写了两次", "MN %s is written twice"), t.mn).Do(lang.T("每台数采仪只写一次", "write each logger once")))
		}
		if len(sections) > 1 {
			t.prefix = t.mn + "/"
		}
		h.stations[t.mn] = t
	}
	for i, s := range channels {
		h.channel(&d.Channels[i], s)
	}
	return h
}

// channel gives a channel its full name and, where the file names no unit, the
// one of the standard's table.
func (h *hj212) channel(c *Channel, s *site.Section) {
	mn, name, several := strings.Cut(c.Name, "/")
	if !several {
		mn, name = "", c.Name
	}
	var of *station212
	for _, t := range h.stations {
		if t.mn == mn || mn == "" && len(h.stations) == 1 {
			of = t
		}
	}
	if of == nil {
		s.Wrong("name", lang.T("以 [[hj212.station]] 中的 MN 开头:MN/因子-字段", "begin it with an MN of [[hj212.station]]: MN/factor-field"))
		return
	}
	a, ok := readAddress212(s, name)
	if !ok {
		return
	}
	c.Name = of.prefix + a.String()
	if c.HasUnit {
		return
	}
	if c.Unit, c.HasUnit = unit212(of.codes, a); !c.HasUnit {
		s.Fail("unit", fault.Invalid.Say(lang.T("编码表没有 %s 的单位", "the code table has no unit of %s"), a).
			Do(lang.T("写 unit,按数采仪实际输出", "write unit, as the logger sends it")))
	}
}

// Run takes loggers' calls until the context ends.
func (h *hj212) Run(ctx context.Context, l *Line) error {
	if err := h.aim(l); err != nil {
		return err
	}
	return h.serve(ctx, l, func(ctx context.Context, conn net.Conn) error {
		return (&call212{hj212: h, line: l, conn: conn}).talk(ctx)
	})
}

// aim finds out which points store the ends of their intervals.
func (h *hj212) aim(l *Line) error {
	var faults []error
	for _, c := range l.Device.Channels {
		p, ok := l.mine.Points(c.Point)
		if !ok || p.Stamp != "end" {
			continue
		}
		for _, t := range h.stations {
			if !strings.HasPrefix(c.Name, t.prefix) {
				continue
			}
			t.ends[c.Name] = t.minutes
			if t.minutes == 0 {
				t.ends[c.Name] = p.Step
			}
			if t.ends[c.Name] == 0 && strings.HasSuffix(c.Name, "@"+strconv.Itoa(cnMinute)) {
				faults = append(faults, fault.Invalid.Say(lang.T("测点 %s 存时段末,而分钟数据的时段长度未知", "point %s stores ends of intervals, and how long a minute record is is not known"), c.Point).
					Do(lang.T("在 [[hj212.station]] 写 minutes,如 \"10 min\"", `write minutes under [[hj212.station]], such as "10 min"`)).At(c.At("point")))
			}
		}
	}
	return errors.Join(faults...)
}

// understand judges who sent a message, and reads it: the values, the answer
// that is due once they are durable, and what was not understood.
func (h *hj212) understand(m HJ212Message) (values []Value, answer *HJ212Message, faults []error) {
	t, known := h.stations[m.MN]
	if !known {
		return nil, nil, []error{fault.NotFound.Say(lang.T("未知的数采仪 MN=%.30q", "unknown logger MN=%.30q"), m.MN).
			Do(lang.T("若是自己的,在 [[hj212.station]] 中加上它", "add it under [[hj212.station]] if it is yours"))}
	}
	if err := t.admits(m); err != nil {
		return nil, nil, []error{err}
	}
	cn, _ := strconv.Atoi(m.CN) // what is no number is no command
	switch cn {
	case cnReal, cnState, cnDay, cnRunning, cnMinute, cnHour:
		values, faults = t.values(m, cn)
		return values, answerHJ212(m, "9014"), faults
	case 1013: // asks for the time
		return nil, answerHJ212(m, "9013"), nil
	case 9011, 9012:
		return nil, nil, resultHJ212(m)
	case 9013, 9014: // answers to what was sent
		return nil, nil, nil
	case 2012, 2022, 2081, 3019, 3020, 9015, 9021: // told, without values: stops, starts, serial numbers, states of the site, heart-beat, login
		return nil, answerHJ212(m, "9014"), nil
	}
	return nil, nil, []error{fault.Invalid.Say(lang.T("不认识的命令 CN=%.10q", "unknown command CN=%.10q"), m.CN).
		Do(lang.T("平台只收 2011、2021、2031、2041、2051、2061", "the platform takes 2011, 2021, 2031, 2041, 2051 and 2061"))}
}

// admits checks the password and the version that a message states.
func (t *station212) admits(m HJ212Message) error {
	want, err := t.password.value()
	switch {
	case err != nil:
		return err
	case want != "" && m.PW != want:
		return fault.Forbidden.Say(lang.T("MN %s 的密码不符", "MN %s sent another password"), t.mn).
			Do(lang.T("核对数采仪的 PW 与 password_env 所指", "compare the logger's PW with what password_env names"))
	}
	if _, known := t.versions[strconv.Itoa(m.Flag/hj212Version)]; m.Flag >= 0 && !known {
		return fault.Invalid.Say(lang.T("Flag=%d 的协议版本 %d 未知", "Flag=%d is of version %d, which is not known"), m.Flag, m.Flag/hj212Version).
			Do(lang.T("若与某一版相同,在 versions 中写明,如 {\"%d\" = \"2017\"}", `if it is as one of the editions, say so in versions: {"%d" = "2017"}`), m.Flag/hj212Version)
	}
	return nil
}

// answerHJ212 answers a message that asks for it: the same QN, the version of
// the one who asked, and nothing in CP (HJ 212—2017 clause 6.4 and appendix C).
func answerHJ212(m HJ212Message, cn string) *HJ212Message {
	if m.Flag < 0 || m.Flag&hj212Answer == 0 || m.QN == "" {
		return nil
	}
	return &HJ212Message{QN: m.QN, ST: "91", CN: cn, PW: m.PW, MN: m.MN, Flag: m.Flag / hj212Version * hj212Version}
}

// resultHJ212 tells of a command that a logger did not carry out.
func resultHJ212(m HJ212Message) []error {
	for part := range strings.FieldsFuncSeq(m.CP, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(part, "=")
		if (name == "QnRtn" || name == "ExeRtn") && value != "1" {
			return []error{fault.Conflict.Say(lang.T("数采仪没有执行命令:%s=%.10s", "the logger did not carry out a command: %s=%.10s"), name, value).
				Do(lang.T("核对密码、MN 与数采仪的版本", "check the password, the MN and the logger's version"))}
		}
	}
	return nil
}

// clockHJ212 sets a logger's clock, command 1012.
func (t *station212) clockHJ212(m HJ212Message, now time.Time) *HJ212Message {
	now = now.In(t.zone)
	return &HJ212Message{
		QN: strings.Replace(now.Format("20060102150405.000"), ".", "", 1), ST: m.ST, CN: "1012", PW: m.PW, MN: m.MN,
		Flag: m.Flag/hj212Version*hj212Version + hj212Answer, CP: fmt.Sprintf("SystemTime=%s", now.Format("20060102150405")),
	}
}
