package source

import (
	"fmt"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// template makes a channel's name of what a message says of itself:
// "{area}/{device}/{point}".
type template struct {
	parts []string // text and name in turn, beginning with text
}

// parseTemplate reads a template. Names are checked against the known ones,
// unless known is nil.
func parseTemplate(text string, known []string) (template, error) {
	var t template
	for rest := text; ; {
		before, after, more := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return t, wrongTemplate(text)
		}
		t.parts = append(t.parts, before)
		if !more {
			return t, nil
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || name == "" || strings.Contains(name, "{") {
			return t, wrongTemplate(text)
		}
		if known != nil && !slices.Contains(known, name) {
			return t, fault.Invalid.Say(lang.T("模板 %q 中的 {%s} 无处可取", "{%[2]s} in the template %[1]q comes from nowhere"), text, name).
				Do(lang.T("可用:{%s}", "there are: {%s}"), strings.Join(known, "} {"))
		}
		t.parts = append(t.parts, name)
		rest = tail
	}
}

func wrongTemplate(text string) error {
	return fault.Invalid.Say(lang.T("模板 %q 的花括号不成对", "the braces of the template %q do not match"), text).
		Do(lang.T(`写成 "{device}/{point}"`, `write "{device}/{point}"`))
}

// fill puts values in the place of their names.
func (t template) fill(value func(name string) (string, bool)) (string, error) {
	var b strings.Builder
	for i, part := range t.parts {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		v, ok := value(part)
		if !ok {
			return "", fmt.Errorf("there is no %q to make a channel's name of", part)
		}
		b.WriteString(v)
	}
	return b.String(), nil
}
