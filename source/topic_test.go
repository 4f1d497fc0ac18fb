package source

import (
	"maps"
	"strings"
	"testing"
)

func TestTopic(t *testing.T) {
	for _, c := range []struct {
		pattern, filter, topic string
		want                   map[string]string
		no                     bool
	}{
		{
			pattern: "mine/{mine}/{area}/{device}/telemetry", filter: "mine/+/+/+/telemetry", topic: "mine/qingling/gas/pump-1/telemetry",
			want: map[string]string{"mine": "qingling", "area": "gas", "device": "pump-1"},
		},
		{pattern: "a/+/b", filter: "a/+/b", topic: "a//b", want: map[string]string{}},
		{pattern: "a/#", filter: "a/#", topic: "a/b/c", want: map[string]string{}},
		{pattern: "a/#", filter: "a/#", topic: "a", want: map[string]string{}},
		{pattern: "a/+", filter: "a/+", topic: "a", no: true},
		{pattern: "a/+", filter: "a/+", topic: "a/b/c", no: true},
		{pattern: "a/+", filter: "a/+", topic: "a/#", no: true},
		{pattern: "#", filter: "#", topic: "$SYS/broker/uptime", no: true},
		{pattern: "{x}/b", filter: "+/b", topic: "井下/b", want: map[string]string{"x": "井下"}},
	} {
		p, err := parseTopic(c.pattern)
		if err != nil || p.Filter != c.filter {
			t.Errorf("parseTopic(%q) = %q, %v, want %q", c.pattern, p.Filter, err, c.filter)
			continue
		}
		if got, ok := p.match(c.topic); ok == c.no || !maps.Equal(got, c.want) {
			t.Errorf("%q matches %q: %v %v, want %v", c.pattern, c.topic, ok, got, c.want)
		}
	}
	for _, bad := range []string{"", "a/#/b", "a/b+", "{a}{b}", "{a}/{a}", "{}", "{a", strings.Repeat("a/", 600)} {
		if p, err := parseTopic(bad); err == nil {
			t.Errorf("parseTopic(%q) = %+v", bad, p)
		}
	}
}

// FuzzTopic: whatever the pattern and the topic, a match has a value for every
// name, and a pattern matches itself with its names as levels.
func FuzzTopic(f *testing.F) {
	f.Add("mine/{mine}/+/x", "mine/a/b/x")
	f.Add("#", "a/b")
	f.Fuzz(func(t *testing.T, pattern, topic string) {
		p, err := parseTopic(pattern)
		if err != nil {
			return
		}
		if named, ok := p.match(topic); ok && len(named) != len(p.names()) {
			t.Fatalf("%q matches %q as %v", pattern, topic, named)
		}
		if !strings.ContainsAny(pattern, "#$") {
			if _, ok := p.match(pattern); !ok {
				t.Fatalf("%q does not match itself", pattern)
			}
		}
	})
}

func TestTemplate(t *testing.T) {
	known := []string{"device", "point"}
	tpl, err := parseTemplate("{device}/{point}·x", known)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tpl.fill(func(name string) (string, bool) { return strings.ToUpper(name), true })
	if got != "DEVICE/POINT·x" || err != nil {
		t.Errorf("fill = %q, %v", got, err)
	}
	if _, err := tpl.fill(func(string) (string, bool) { return "", false }); err == nil {
		t.Error("a name without a value was filled in")
	}
	for _, bad := range []string{"{", "}", "{}", "{a{b}}", "{area}"} {
		if tpl, err := parseTemplate(bad, known); err == nil {
			t.Errorf("parseTemplate(%q) = %+v", bad, tpl)
		}
	}
}
