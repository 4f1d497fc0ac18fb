package source

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

// The editions whose rules are known. HJ 212—2025 is in force since
// 2026-01-01; how it numbers itself in Flag and what it changes could not be
// read (mark C), so that versions maps numbers of Flag to known rules.
const (
	edition2005 = "2005"
	edition2017 = "2017"
)

// The commands that carry values, HJ 212—2017 table 9.
const (
	cnReal    = 2011 // at an instant
	cnState   = 2021 // of the equipment, at an instant
	cnDay     = 2031 // of the day that begins at DataTime
	cnRunning = 2041 // run time of the equipment, of the day that begins at DataTime
	cnMinute  = 2051 // of the minutes that begin at DataTime
	cnHour    = 2061 // of the hour that begins at DataTime
)

// station212 is one logger: what the standard leaves to the two sides.
type station212 struct {
	mn       string
	password secret
	versions map[string]string // number in Flag to edition
	codes    string            // edition of the code table, or "own"
	flags    map[string]verdict
	minutes  time.Duration // of a 2051 record; 0 is not known
	stampEnd bool          // the logger stamps ends of intervals, against the standard
	prefix   string        // of its channels' names, where the device has several
	zone     *time.Location
	ends     map[string]time.Duration // channels whose points store the ends, with the length of a 2051 record
}

// flags212 are the data flags of HJ 212—2017 (mark A) and what they mean for a
// value. A stopped stack emits nothing, but a value flagged F was not measured:
// who wants its zeros says so in flags.
var flags212 = map[string]verdict{ //nolint:gochecknoglobals // a constant table
	"N": {},
	"F": {reading.Bad, reading.Stopped},
	"M": {reading.Bad, reading.Maintenance},
	"S": {reading.Manual, reading.TypedIn},
	"D": {reading.Bad, reading.DeviceFault},
	"C": {reading.Bad, reading.Calibrating},
	"T": {reading.Bad, reading.OverScale},
	"B": {reading.Bad, reading.LinkLost},
}

var mnPattern = regexp.MustCompile(`^[0-9A-Za-z]{1,24}$`)

func readStation212(s *site.Section, zone *time.Location) *station212 {
	defer s.Close()
	s.Need("mn")
	t := &station212{
		mn: s.Text("mn"), password: readSecret(s, "password"), zone: zone,
		versions: map[string]string{"0": edition2005, "1": edition2017},
		codes:    s.Choice("codes", edition2017, edition2005, "own"),
		minutes:  s.Duration("minutes"), stampEnd: s.Choice("stamp", "start", "end") == "end",
		flags: maps.Clone(flags212), ends: map[string]time.Duration{},
	}
	if t.mn != "" && !mnPattern.MatchString(t.mn) {
		s.Wrong("mn", lang.T("至多 24 个字母或数字", "at most 24 letters or digits"))
	}
	if t.stampEnd {
		s.Need("minutes") // where a record begins cannot be told otherwise
	}
	for number, edition := range s.Pairs("versions") {
		if n, err := strconv.ParseUint(number, 10, 6); err != nil || n > 63 || edition != edition2005 && edition != edition2017 {
			s.Wrong("versions", lang.T("如 {\"2\" = \"2017\"}:Flag 中的版本号按哪一版理解", `such as {"2" = "2017"}: by which edition a version in Flag is read`))
			continue
		}
		t.versions[number] = edition
	}
	readVerdicts(s, "flags", t.flags)
	return t
}

// readVerdicts reads a table of what a device's marks mean, such as
// {F = "good stopped"}: a quality, then reasons.
func readVerdicts(s *site.Section, key string, into map[string]verdict) {
	pairs := s.Pairs(key)
	for _, mark := range slices.Sorted(maps.Keys(pairs)) {
		v, ok := parseVerdict(pairs[mark])
		if !ok {
			s.Wrong(key, lang.T("品质(good、manual、suspect、bad)后跟原因,如 \"bad device_fault\"", `a quality (good, manual, suspect, bad), then reasons: "bad device_fault"`))
			continue
		}
		into[mark] = v
	}
}

func parseVerdict(text string) (v verdict, ok bool) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return v, false
	}
	if v.q, ok = qualityWords[fields[0]]; !ok {
		return v, false
	}
	for _, name := range fields[1:] {
		why, known := reading.ParseReason(name)
		if !known {
			return v, false
		}
		v.why |= why
	}
	return v, true
}

// address212 is which of a logger's values is meant.
type address212 struct {
	factor, field string
	cn            int
}

// usual212 is the command that a field comes by where none is named; 0 where
// several carry it, for the minute's, the hour's and the day's amount are the
// same gas told three times.
func usual212(field string) int {
	switch field {
	case "Rtd", "ZsRtd":
		return cnReal
	case "RS":
		return cnState
	case "RT":
		return cnRunning
	}
	return 0
}

// String names the value as the channel of it is called.
func (a address212) String() string {
	name := a.factor + "-" + a.field
	if a.cn != usual212(a.field) {
		name += "@" + strconv.Itoa(a.cn)
	}
	return name
}

// readAddress212 reads a channel's name, "a00000-Cou" with cn = 2061 or
// "a00000-Cou@2061".
func readAddress212(s *site.Section, name string) (a address212, ok bool) {
	name, command, _ := strings.Cut(name, "@")
	cut := strings.LastIndexByte(name, '-')
	if cut <= 0 || cut == len(name)-1 {
		s.Wrong("name", lang.T("因子-字段,如 a05002-Rtd;有多个 MN 时写 MN/因子-字段", "factor-field such as a05002-Rtd; MN/factor-field where there are several MN"))
		return a, false
	}
	a = address212{factor: name[:cut], field: name[cut+1:], cn: usual212(name[cut+1:])}
	n := s.Int("cn", 2000, 2999)
	if command != "" {
		n, _ = strconv.ParseInt(command, 10, 32) // what is no number is no command
	}
	if n != 0 {
		a.cn = int(n)
	}
	switch a.cn {
	case cnReal, cnState, cnDay, cnRunning, cnMinute, cnHour:
		return a, true
	}
	s.Fail("cn", fault.Invalid.Say(lang.T("没有说明 %s 来自哪个命令", "by which command %s comes is not said"), name).
		Do(lang.T("写 cn = 2051(分钟)、2061(小时)或 2031(日):三者说的是同一份量,只能取一个", "write cn = 2051 (minutes), 2061 (hour) or 2031 (day): the three tell the same amount, so take one")))
	return a, false
}
