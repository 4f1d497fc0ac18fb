// Package lang owns a text in the readers' languages, Chinese and English.
package lang

import (
	"fmt"
	"strings"
)

// Tag names a reader's language.
type Tag string

// The languages the product speaks. Chinese is the default.
const (
	ZH Tag = "zh"
	EN Tag = "en"
)

// Parse reads a language tag such as "zh", "zh-CN", "en_US.UTF-8" or the value
// of an Accept-Language header; what it does not know is Chinese.
func Parse(s string) Tag {
	s = strings.ToLower(strings.TrimSpace(s))
	for part := range strings.SplitSeq(s, ",") {
		switch part = strings.TrimSpace(part); {
		case strings.HasPrefix(part, "zh"):
			return ZH
		case strings.HasPrefix(part, "en"):
			return EN
		}
	}
	return ZH
}

// Text is one text in both languages. The zero Text says nothing.
type Text struct {
	ZH string `json:"zh" toml:"zh"`
	EN string `json:"en" toml:"en"`
}

// T makes a text of its two wordings.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Same makes a text that reads the same in both languages: a name, an id.
func Same(s string) Text { return Text{ZH: s, EN: s} }

// In gives the wording for a reader; where one is missing the other serves.
func (t Text) In(tag Tag) string {
	if (tag == EN && t.EN != "") || t.ZH == "" {
		return t.EN
	}
	return t.ZH
}

// IsZero tells whether the text says nothing.
func (t Text) IsZero() bool { return t == Text{} }

// Format fills both wordings with the same arguments. An argument that is a
// Text is itself told in the wording's language.
func (t Text) Format(args ...any) Text {
	if len(args) == 0 {
		return t
	}
	return Text{ZH: format(t.ZH, ZH, args), EN: format(t.EN, EN, args)}
}

func format(wording string, tag Tag, args []any) string {
	if wording == "" {
		return ""
	}
	told := make([]any, len(args))
	for i, a := range args {
		if text, ok := a.(Text); ok {
			a = text.In(tag)
		}
		told[i] = a
	}
	return fmt.Sprintf(wording, told...)
}
