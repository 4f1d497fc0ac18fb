package board_test

import (
	"reflect"
	"strings"
	"testing"

	"lingtan/board"
	"lingtan/lang"
)

// speaks fails where a text is told in one language alone, a figure has no
// title, definition or kind, a value no formula, a null no reason, or a list is null.
func speaks(tb testing.TB, where string, thing any) {
	tb.Helper()
	walk(reflect.ValueOf(thing), where, func(at string, v reflect.Value) {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Type.Kind() == reflect.Slice && v.Field(i).IsNil() && !strings.Contains(f.Tag.Get("json"), "omitempty") {
				tb.Errorf("%s.%s is null", at, f.Name)
			}
		}
		switch x := v.Interface().(type) {
		case lang.Text:
			if (x.ZH == "") != (x.EN == "") {
				tb.Errorf("%s speaks one language: %+v", at, x)
			}
		case board.Figure:
			if x.ID == "" || x.Title.ZH == "" || x.Definition.ZH == "" || x.Period == "" || x.Kind == "" {
				tb.Errorf("%s: a figure without id, title, definition, period or kind: %+v", at, x)
			}
			if x.Value != nil && x.Formula.ZH == "" {
				tb.Errorf("%s: %s = %s has no formula", at, x.ID, *x.Value)
			}
			if (x.Value == nil) != (x.Missing.ZH != "") {
				tb.Errorf("%s: %s = %s, because %q", at, x.ID, told(x.Value), x.Missing.EN)
			}
		}
	})
}

func walk(v reflect.Value, at string, visit func(string, reflect.Value)) {
	kind := v.Kind()
	if kind == reflect.Pointer && !v.IsNil() {
		walk(v.Elem(), at, visit)
	}
	if kind == reflect.Slice {
		for i := range v.Len() {
			walk(v.Index(i), at, visit)
		}
	}
	if kind != reflect.Struct {
		return
	}
	visit(at, v)
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			walk(v.Field(i), at+"."+f.Name, visit)
		}
	}
}
