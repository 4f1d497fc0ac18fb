package site

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/period"
)

// provinces are the province-level codes of GB/T 2260.
const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"

// province reads a code such as "CN-14": factor tables are keyed by it.
func (s *Section) province() string {
	code := s.Text("province")
	number, cut := strings.CutPrefix(code, "CN-")
	if s.Has("province") && (!cut || !slices.Contains(strings.Fields(provinces), number)) {
		s.Wrong("province", lang.T("CN- 加省级代码,如山西 CN-14", "CN- and the code of a province, such as CN-14 for Shanxi"))
	}
	return code
}

// calendar reads how the mine cuts time.
func (s *Section) calendar() period.Calendar {
	c := period.Natural(s.zone())
	if day := s.Int("month_day", 1, 28); day > 0 {
		c.MonthDay = int(day)
	}
	if text := s.Text("day_start"); text != "" {
		c.DayStart = s.clock("day_start", text)
	}
	return c
}

// clock reads "08:00". Only whole hours: buckets are UTC hours, and a day that
// begins at half past would cut one in two.
func (s *Section) clock(key, text string) time.Duration {
	hour, minute, ok := strings.Cut(text, ":")
	h, err := strconv.Atoi(hour)
	if !ok || err != nil || h < 0 || h > 23 || len(minute) != 2 {
		s.Wrong(key, lang.T("时:分,如 08:00", "hours:minutes, such as 08:00"))
		return 0
	}
	if minute != "00" {
		s.Fail(key, fault.Invalid.Say(lang.T("读到 %q,应为整点:读数按 UTC 整点小时汇总,半点会把一个小时劈开", "read %q, expected a full hour: readings are summed by UTC hours, and half past would cut one in two"), text).
			Do(lang.T("改用最近的整点", "use the nearest full hour")))
	}
	return time.Duration(h) * time.Hour
}

// zone reads the zone's name and refuses one whose days do not begin on a UTC
// hour in the years the product serves.
func (s *Section) zone() *time.Location {
	name := s.Text("zone")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		s.Wrong("zone", lang.T("时区名,如 Asia/Shanghai", "the name of a zone, such as Asia/Shanghai"))
		return time.UTC
	}
	for year := 2000; year <= 2040; year++ {
		for _, month := range []time.Month{time.January, time.July} {
			if _, offset := time.Date(year, month, 1, 0, 0, 0, 0, zone).Zone(); offset%3600 != 0 {
				s.Fail("zone", fault.Invalid.Say(lang.T("时区 %s 与 UTC 相差 %s,不是整小时:读数按 UTC 整点小时汇总,当地的一天会劈开一个小时",
					"zone %s is %s from UTC, no whole hours: readings are summed by UTC hours, and a local day would cut one in two"), name, time.Duration(offset)*time.Second).
					Do(lang.T("目前只支持与 UTC 相差整小时的时区", "only zones of whole hours from UTC are served at present")))
				return time.UTC
			}
		}
	}
	return zone
}
