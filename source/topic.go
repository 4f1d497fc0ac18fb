package source

import (
	"maps"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// maxTopic is the longest topic taken for one: MQTT's own length field ends at
// 65,535 bytes, and nobody names a meter with a thousand.
const maxTopic = 1024

// topicPattern is a topic some of whose levels have names:
// mine/{mine}/{area}/+/telemetry. "+" stands for any level, "#" at the end for
// any number of them (MQTT 5.0, clause 4.7.1).
type topicPattern struct {
	Filter string // as the broker takes it
	levels []string
}

func parseTopic(text string) (topicPattern, error) {
	p := topicPattern{levels: strings.Split(text, "/")}
	filter := slices.Clone(p.levels)
	seen := map[string]bool{}
	for i, level := range p.levels {
		name, named := levelName(level)
		switch {
		case named && name != "" && !seen[name]:
			seen[name], filter[i] = true, "+"
		case level == "+", level == "#" && i == len(p.levels)-1:
		case strings.ContainsAny(level, "+#{}\x00"), text == "", len(text) > maxTopic:
			return p, fault.Invalid.Say(lang.T("主题 %.100q 不合格", "topic %.100q is not one"), text).
				Do(lang.T("如 mine/{mine}/{area}/+/telemetry;每层一个名字,名字不重复,# 只在最后", "such as mine/{mine}/{area}/+/telemetry; one name a level, none twice, # at the end only"))
		}
	}
	p.Filter = strings.Join(filter, "/")
	return p, nil
}

func levelName(level string) (string, bool) {
	name, opened := strings.CutPrefix(level, "{")
	name, closed := strings.CutSuffix(name, "}")
	return name, opened && closed && !strings.ContainsAny(name, "{}+#")
}

// names lists the named levels.
func (p topicPattern) names() []string {
	var out []string
	for _, level := range p.levels {
		if name, ok := levelName(level); ok {
			out = append(out, name)
		}
	}
	return out
}

// match tells whether a topic fits, and what its named levels are.
func (p topicPattern) match(topic string) (map[string]string, bool) {
	if strings.HasPrefix(topic, "$") && !strings.HasPrefix(p.levels[0], "$") {
		return nil, false // the broker's own (clause 4.7.2)
	}
	named := map[string]string{}
	rest, more := topic, true
	for _, level := range p.levels {
		if level == "#" {
			return named, true
		}
		if !more {
			return nil, false
		}
		var have string
		have, rest, more = strings.Cut(rest, "/")
		if have == "#" {
			return nil, false // not a topic but a wish for more than is meant
		}
		if name, ok := levelName(level); ok {
			named[name] = have
		} else if level != "+" && level != have {
			return nil, false
		}
	}
	return named, !more
}

// topics are the patterns of a device, tried in order.
type topics []topicPattern

// filters lists what a broker is asked for, each once.
func (ts topics) filters() []string {
	all := map[string]bool{}
	for _, t := range ts {
		all[t.Filter] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func (ts topics) match(topic string) (map[string]string, bool) {
	for _, t := range ts {
		if named, ok := t.match(topic); ok {
			return named, true
		}
	}
	return nil, false
}
