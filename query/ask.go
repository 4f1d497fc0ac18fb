package query

import (
	"errors"
	"math"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"lingtan/lang"
)

// asked reads the parameters of a query as Prometheus does, and collects what
// is wrong with them. What it does not know it leaves alone, as Prometheus does.
type asked struct {
	url.Values
	faults []error
}

func (a *asked) err() error { return errors.Join(a.faults...) }

func (a *asked) refuse(parameter string, why lang.Text) {
	a.faults = append(a.faults, wrong(lang.T("参数 %s:%s", "invalid parameter %q: %s"), parameter, why))
}

// instant reads seconds since 1970 or RFC 3339; unless is what it is when it is
// not given, and a zero unless says that it must be.
func (a *asked) instant(parameter string, unless time.Time) time.Time {
	text := a.Get(parameter)
	if text == "" && !unless.IsZero() {
		return unless
	}
	if s, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(s) < 1e11 { // the year 5138
		return time.UnixMilli(int64(math.Round(s * 1000))).UTC()
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		a.refuse(parameter, lang.T("%.40q 不是时刻,应为秒数或 RFC 3339", "cannot parse %.40q to a valid timestamp: seconds or RFC 3339").Format(text))
	}
	return t
}

// duration reads seconds or "1h30m"; 0 as unless says that it must be given.
func (a *asked) duration(parameter string, unless time.Duration) time.Duration {
	text := a.Get(parameter)
	if text == "" && unless > 0 {
		return unless
	}
	if s, err := strconv.ParseFloat(text, 64); err == nil && s > 0 && s < 1e9 {
		return time.Duration(s * float64(time.Second))
	}
	d, err := model.ParseDuration(text)
	if err != nil || d <= 0 {
		a.refuse(parameter, lang.T("%.40q 不是正的时长,应如 15、1m、1h", "cannot parse %.40q to a positive duration such as 15, 1m, 1h").Format(text))
	}
	return time.Duration(d)
}

// mostSteps is Prometheus' own bound: an hour's resolution for a year.
const mostSteps = 11_000

// stretch refuses what has no steps, or too many.
func (a *asked) stretch(start, end time.Time, step time.Duration) {
	switch {
	case a.err() != nil:
	case end.Before(start):
		a.refuse("end", lang.T("止不能早于起", "end timestamp must not be before start time"))
	case end.Sub(start)/step > mostSteps:
		a.refuse("step", lang.T("每条序列超过 %d 点,加大 step", "exceeded maximum resolution of %d points per timeseries. Try decreasing the query resolution (?step=XX)").Format(mostSteps))
	}
}

// limit reads how many results are wanted at most; 0 is all.
func (a *asked) limit() int {
	text := a.Get("limit")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		a.refuse("limit", lang.T("%.40q 不是非负整数", "%.40q is not a number that may be a limit").Format(text))
	}
	return n
}

// selectors reads match[]; a selector that names nothing is refused, as
// Prometheus does.
func (a *asked) selectors(p parser.Parser) [][]*labels.Matcher {
	sets, err := p.ParseMetricSelectors(a.Values["match[]"])
	if err != nil {
		a.refuse("match[]", lang.Same(err.Error()))
	}
	for _, set := range sets {
		if matches(labels.EmptyLabels(), set) {
			a.refuse("match[]", lang.T("至少要有一个非空条件", "match[] must contain at least one non-empty matcher"))
		}
	}
	return sets
}
