package ledger

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"lingtan/lang"
)

func TestAct(t *testing.T) {
	for _, tt := range []struct{ name, body, before, after, preceding string }{
		{"a state", `{"a":1}`, "", `{"a":1}`, "s1"},
		{"both said", `{"after":{"a":2},"before":{"a":1}}`, `{"a":1}`, `{"a":2}`, "s1"},
		{"something new", `{"after":{"a":2},"before":null}`, `null`, `{"a":2}`, "s1"},
		{"a correction", `{"quantity":"3 t","supersedes":"f1"}`, "", `{"quantity":"3 t","supersedes":"f1"}`, "f1"},
		{"a restatement", `{"previous":"i1","version":2}`, "", `{"previous":"i1","version":2}`, "i1"},
		{"the first of its line", `{"supersedes":""}`, "", `{"supersedes":""}`, "s1"},
		{"no object", `[1]`, "", `[1]`, "s1"},
	} {
		e := Entry{Kind: FilingPut, Subject: "s1", Body: json.RawMessage(tt.body)}
		act, whole := e.Act()
		if string(act.Before) != tt.before || string(act.After) != tt.after || whole != (tt.before != "") {
			t.Errorf("%s: before %s, after %s, whole %v", tt.name, act.Before, act.After, whole)
		}
		if got := e.Preceding(); got != tt.preceding {
			t.Errorf("%s: preceded by %s, want %s", tt.name, got, tt.preceding)
		}
	}
	if act := (Act{}).Follows(json.RawMessage(`{"after":{"a":2},"before":{"a":1}}`)); string(act.Before) != `{"a":2}` {
		t.Errorf("what stood after is not what stands before: %s", act.Before)
	}
	long := Entry{Body: json.RawMessage(`"` + strings.Repeat("x", MaxState) + `"`)}
	if act, _ := long.Act(); len(act.After) > 200 || !strings.Contains(string(act.After), `"bytes":16386`) {
		t.Errorf("a long state is told as %.300s", act.After)
	}
}

// TestTitles makes sure that every kind this room names is told to a reader in
// both languages.
func TestTitles(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "ledger.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is {
			return true
		}
		for _, v := range spec.Values {
			lit, is := v.(*ast.BasicLit)
			if !is || lit.Kind != token.STRING {
				continue
			}
			kind, err := strconv.Unquote(lit.Value)
			if err != nil || !kindPattern.MatchString(kind) {
				continue
			}
			named++
			if title := Title(kind); title.In(lang.ZH) == title.In(lang.EN) {
				t.Errorf("%s has no title: give it one in title.go", kind)
			}
		}
		return true
	})
	if named < 16 {
		t.Errorf("found %d kinds in ledger.go", named)
	}
	if Title("strange.act").In(lang.EN) != "strange.act" || len(Kinds()) < named {
		t.Error("a strange kind is not told by its name")
	}
}
