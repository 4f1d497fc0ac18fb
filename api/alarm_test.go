package api_test

import (
	"strings"
	"testing"

	"lingtan/alarm"
	"lingtan/site"
	"lingtan/testkit"
)

// alarmed is a house at whose mine two alarms were raised.
func alarmed(t *testing.T, dsn string) (h *house, id string) {
	t.Helper()
	h = build(t, dsn)
	mine, err := site.Parse("small.toml", []byte(small+`
[[alarm]]
id = "gateway"
name = { zh = "网关", en = "Gateway" }
kind = "source"
device = ["gw-1", "gw-2"]
severity = "severe"
`))
	if err != nil {
		t.Fatal(err)
	}
	steps, err := alarm.NewDesk(mine, h.store).Watch(t.Context(), now, alarm.Snapshot{Devices: map[string]alarm.Health{"gw-1": {}, "gw-2": {}}})
	if err != nil || len(steps) != 2 {
		t.Fatalf("Watch = %d steps, %v", len(steps), err)
	}
	return h, steps[0].After.ID
}

func TestAlarms(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			h, id := alarmed(t, engine.DSN(t))
			const list = sites + "/xiaoyao/alarms"
			read := func(query string) call { return call{who: "viewer@xiaoyao", method: "GET", path: list + query} }
			act := func(what, body string) call {
				return call{who: "filler@xiaoyao", method: "POST", path: list + "/" + id + "/" + what, body: body}
			}
			next := `"next":"1709625600000.gateway:gw-2:`
			for _, s := range []scenario{
				{"the newest first", read("?limit=1"), 200, []string{`"subject":"gw-2"`, `"state":"raised"`, `"says":{"zh":"连接中断"`, next}, []string{`"subject":"gw-1"`}, ""},
				{"the next page", read("?cursor=1709625600000.gateway:gw-2"), 200, []string{`"subject":"gw-1"`}, []string{`"subject":"gw-2"`}, ""},
				{"a cursor that is none", read("?cursor=gw"), 422, []string{"cursor"}, nil, ""},
				{"by severity", read("?severity=note"), 200, []string{`"items":[]`}, nil, ""},
				{"since later", read("?since=2024-03-06T00:00:00Z"), 200, []string{`"items":[]`}, nil, ""},
				{"cleared before acknowledged", act("clear", `{"note":"误报"}`), 409, []string{"acknowledge it first"}, nil, ""},
				{"acknowledged", act("acknowledge", `{"note":"去看"}`), 200, []string{`"state":"acknowledged"`, `"acknowledged_by":"filler@xiaoyao"`}, nil, "alarm.acknowledge"},
				{"acknowledged twice", act("acknowledge", `{}`), 409, nil, nil, ""},
				{"shelved without an end", act("shelve", `{"note":"检修"}`), 422, []string{"until", "72 hours"}, nil, ""},
				{"shelved", act("shelve", `{"note":"检修","until":"2024-03-05T20:00:00+08:00"}`), 200, []string{`"shelved_until":"2024-03-05T12:00:00Z"`}, nil, "alarm.shelve"},
				{"cleared without a reason", act("clear", `{}`), 422, []string{"note"}, nil, ""},
				{"cleared", act("clear", `{"note":"已更换"}`), 200, []string{`"state":"cleared"`}, nil, "alarm.clear"},
				{"what is open", read("?open=true"), 200, []string{`"subject":"gw-2"`}, []string{`"subject":"gw-1"`}, ""},
				{"one there is not", call{who: "reviewer@xiaoyao", method: "POST", path: list + "/x/acknowledge", body: `{}`}, 404, nil, nil, ""},
				{"another mine's address does not open it", call{who: "reviewer@all", method: "POST", path: strings.Replace(list, "xiaoyao", "daling", 1) + "/" + id + "/acknowledge", body: `{}`}, 404, nil, nil, ""},
				{"who looks on does not act", call{who: "viewer@xiaoyao", method: "POST", path: list + "/" + id + "/acknowledge", body: `{}`}, 403, nil, nil, ""},
			} {
				before := h.head()
				w := h.do(s.call)
				if w.Code != s.status {
					t.Errorf("%s: %s = %d, want %d: %.400s", s.name, s.path, w.Code, s.status, w.Body)
				}
				for _, want := range s.has {
					if !strings.Contains(w.Body.String(), want) {
						t.Errorf("%s: %s has no %q: %.600s", s.name, s.path, want, w.Body)
					}
				}
				for _, bad := range s.not {
					if strings.Contains(w.Body.String(), bad) {
						t.Errorf("%s: %s has %q: %.600s", s.name, s.path, bad, w.Body)
					}
				}
				if kinds := h.since(before); kinds != s.entries {
					t.Errorf("%s: the book got %q, want %q", s.name, kinds, s.entries)
				}
			}
		})
	}
}
