package query

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"lingtan/lang"
)

// TestLists tells series, labels and values.
func TestLists(t *testing.T) {
	l := newLab(t, Usual)
	f := func(kv ...string) url.Values {
		out := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			out.Add(kv[i], kv[i+1])
		}
		return out
	}
	for _, c := range []struct {
		name, want string
		got        func() (*Answer, error)
	}{
		{"names", `["lingtan_amount","lingtan_amount_total","lingtan_coverage_ratio","lingtan_reading"]`, func() (*Answer, error) { return l.engine.Values(l.mine, "__name__", f()) }},
		{"labels", `["__name__","kind","org","point","site","source","unit"]`, func() (*Answer, error) { return l.engine.Labels(l.mine, f()) }},
		{"labels of one", `["__name__","kind","org","point","site","unit"]`, func() (*Answer, error) { return l.engine.Labels(l.mine, f("match[]", `{point="methane"}`)) }},
		{"values of some", `["feeder","power"]`, func() (*Answer, error) {
			return l.engine.Values(l.mine, "point", f("match[]", `{org="mine"}`, "match[]", `{unit=~"k.*"}`))
		}},
		{"one of them", `["feeder"],"warnings":["results truncated due to limit"]`, func() (*Answer, error) {
			return l.engine.Values(l.mine, "point", f("limit", "1", "match[]", `{org="mine"}`))
		}},
		{"none", `[]`, func() (*Answer, error) { return l.engine.Values(l.mine, "point", f("match[]", `{org="nowhere"}`)) }},
		{"series", `[{"__name__":"lingtan_reading","kind":"counter","org":"mine","point":"feeder","site":"beigou","source":"grid","unit":"kWh"}]`, func() (*Answer, error) {
			return l.engine.Series(l.mine, f("match[]", `lingtan_reading{source!=""}`))
		}},
		{"format", `"sum by (point) (a)"`, func() (*Answer, error) { return l.engine.Format(f("query", "sum(a)by(point)")) }},
		{"metadata", `{"lingtan_amount":[{"type":"gauge","help":"the amount of an hour, told at its end","unit":""}]}`, func() (*Answer, error) {
			return l.engine.Metadata(f("metric", "lingtan_amount"), lang.EN), nil
		}},
	} {
		if got, want := l.written(c.got()), `{"status":"success","data":`+c.want+"}\n"; got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
	}
}

// TestJSON writes values as Prometheus does, to the byte.
func TestJSON(t *testing.T) {
	l := newLab(t, Usual)
	for expr, want := range map[string]string{
		`1+1`:                    `{"resultType":"scalar","result":[1717200000,"2"]}`,
		`"a<b"`:                  `{"resultType":"string","result":[1717200000,"a\u003cb"]}`,
		`vector(1e-7)`:           `{"resultType":"vector","result":[{"metric":{},"value":[1717200000,"1e-07"]}]}`,
		`vector(0/0)`:            `{"resultType":"vector","result":[{"metric":{},"value":[1717200000,"NaN"]}]}`,
		`vector(1/0)`:            `{"resultType":"vector","result":[{"metric":{},"value":[1717200000,"+Inf"]}]}`,
		`vector(1)[2ms:1ms]`:     `{"resultType":"matrix","result":[{"metric":{},"values":[[1717199999.999,"1"],[1717200000,"1"]]}]}`,
		`lingtan_reading`:        `{"resultType":"vector","result":[]}`,
		`sum(lingtan_amount{})`:  `{"resultType":"vector","result":[]}`,
		`vector(12345678901234)`: `{"resultType":"vector","result":[{"metric":{},"value":[1717200000,"12345678901234"]}]}`,
	} {
		got := l.written(l.engine.Instant(t.Context(), l.mine, url.Values{"query": {expr}, "time": {"2024-06-01T08:00:00+08:00"}}))
		if want = `{"status":"success","data":` + want + "}\n"; got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
}

// TestRefusals tells what is wrong, with Prometheus' kind of it.
func TestRefusals(t *testing.T) {
	rs := counter(24)
	for i := range 5000 {
		rs = append(rs, say(2, time.Duration(i)*15*time.Second, 1))
	}
	l := newLab(t, Limits{Series: 4, Read: 1000, Held: 500, Timeout: time.Minute, AtOnce: 1}, rs...)
	stretch := func(kv ...string) url.Values {
		f := url.Values{"query": {"1"}, "start": {"0"}, "end": {"100"}, "step": {"1"}}
		for i := 0; i < len(kv); i += 2 {
			f.Set(kv[i], kv[i+1])
		}
		return f
	}
	ranged := func(kv ...string) func() error {
		return func() error { _, err := l.engine.Range(t.Context(), l.mine, stretch(kv...)); return err }
	}
	end := seconds(at(20 * time.Hour))
	for _, c := range []struct {
		name string
		do   func() error
		kind Kind
		has  string
	}{
		{"no expression", ranged("query", "sum("), BadData, "unclosed left parenthesis"},
		{"nothing at all", ranged("query", ""), BadData, "no expression found"},
		{"the end before the start", ranged("end", "-1"), BadData, "end timestamp must not be before start time"},
		{"no time", ranged("start", "yesterday"), BadData, `"start"`},
		{"no step", ranged("step", "0"), BadData, `"step"`},
		{"too many steps", ranged("end", "11002"), BadData, "11000"},
		{"a limit below nothing", ranged("limit", "-1"), BadData, `"limit"`},
		{"a timeout of none", ranged("timeout", "-5s"), BadData, `"timeout"`},
		{"many to many", ranged("query", `{point="feeder",__name__=~"lingtan_amount.*"} + on(point) {point="feeder",__name__=~"lingtan_amount.*"}`, "start", end, "end", end), Execution, "many-to-many"},
		{"too many series", ranged("query", `{site="beigou"}`), Execution, "more than 4 series"},
		{"too many samples read", ranged("query", `count_over_time(lingtan_reading{point="power"}[1d])`, "start", end, "end", end), Execution, "more than 1000 samples"},
		{"too many samples held", ranged("query", `lingtan_reading{point="power"}`, "start", seconds(at(0)), "end", seconds(at(20*time.Minute))), Execution, "more than 500 samples"},
		{"not in time", func() error { return l.late(context.DeadlineExceeded) }, Timeout, "not done within"},
		{"given up", func() error { return l.late(context.Canceled) }, Canceled, "canceled"},
		{"a selector of everything", func() error { _, err := l.engine.Labels(l.mine, url.Values{"match[]": {"{}"}}); return err }, BadData, "non-empty matcher"},
		{"series of none", func() error { _, err := l.engine.Series(l.mine, url.Values{}); return err }, BadData, "match[]"},
	} {
		err := c.do()
		if err == nil || KindOf(err) != c.kind || !strings.Contains(err.Error(), c.has) {
			t.Errorf("%s: %v of kind %s, want %s with %q", c.name, err, KindOf(err), c.kind, c.has)
		}
	}
}

// TestTurns makes who comes when all turns are taken wait, and not for ever.
func TestTurns(t *testing.T) {
	l := newLab(t, Limits{Series: 1, Read: 1, Held: 10, Timeout: time.Second, AtOnce: 1})
	l.engine.turns <- struct{}{}
	if _, err := l.engine.Instant(t.Context(), l.mine, url.Values{"query": {"1"}, "timeout": {"1ms"}}); KindOf(err) != Timeout {
		t.Errorf("without a turn: %v", err)
	}
	<-l.engine.turns
	if got := l.instant("vector(1)", 0); got != "1" {
		t.Errorf("with a turn: %q", got)
	}
}

// late asks in a context that has ended.
func (l *lab) late(why error) error {
	ctx, cancel := context.WithDeadline(l.tb.Context(), start)
	if errors.Is(why, context.Canceled) {
		ctx, cancel = context.WithCancel(l.tb.Context())
	}
	cancel()
	_, err := l.engine.Instant(ctx, l.mine, url.Values{"query": {"lingtan_reading"}})
	return err
}
