package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"lingtan/filing"
	"lingtan/ledger"
	"lingtan/testkit"
)

// cells is a month's form from its first value to its return; each row stands
// on what those before left.
func cells() []scenario {
	const one = sites + "/xiaoyao/cells/post-mining/raw_coal/2024-02"
	fill := func(body string) call { return call{who: "filler@xiaoyao", method: "PUT", path: one, body: body} }
	post := func(who, path, body string) call {
		return call{who: who, method: "POST", path: sites + "/xiaoyao/" + path, body: body}
	}
	return []scenario{
		{"the grid before anything is filed", call{who: "filler@xiaoyao", method: "GET", path: sites + "/xiaoyao/grid?from=2024-01&to=2024-02"}, 200, []string{`"id":"post-mining/raw_coal"`, `"may_fill":true`, `"kind":"meter"`, `"state":"locked"`, `"rule":"missing"`, `"suggestion":{"value":"119.04","unit":"MWh","coverage":1`}, []string{"null"}, ""},
		{"a verifier looks on", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/grid?from=2024-02&to=2024-02"}, 200, []string{`"may":["comment"]`, `"may_fill":false`}, nil, ""},
		{"of a month that is none", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/grid?from=2024-02&to=2024-13"}, 422, []string{"query.to"}, nil, ""},
		{"of ten years", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/grid?from=2014-02&to=2024-02"}, 422, []string{"36 months"}, nil, ""},
		{"as people write numbers", fill(`{"value":" １２.5万 "}`), 200, []string{`"value":"125000"`, `"unit":"t"`, `"previous":"100000"`, `"rule":"change_month"`, `"findings":[{`, `"comments":[]`, `"evidence":[]`}, nil, ledger.FilingPut},
		{"by who did not see it", fill(`{"value":"99"}`), 409, []string{`"code":"stale"`, `"current":{"row":"post-mining/raw_coal"`, `"value":"125000"`}, nil, ""},
		{"no number", fill(`{"value":"about 90"}`), 422, []string{`"column":"value"`, "not a number"}, nil, ""},
		{"negative", fill(`{"value":"(90)"}`), 422, []string{"negative"}, nil, ""},
		{"another dimension", fill(`{"value":"90 GJ"}`), 422, []string{"wrong dimension"}, nil, ""},
		{"with a file that nobody handed in", fill(`{"value":"90","evidence":["` + strings.Repeat("0", 64) + `"]}`), 422, []string{`"column":"evidence"`}, nil, ""},
		{"of a month long ago", call{who: "filler@xiaoyao", method: "PUT", path: strings.Replace(one, "2024-02", "1024-02", 1), body: `{"value":"1"}`}, 422, []string{"1990"}, nil, ""},
		{"of a month to come", call{who: "filler@xiaoyao", method: "PUT", path: strings.Replace(one, "2024-02", "2024-04", 1), body: `{"value":"1"}`}, 422, []string{"has not begun"}, nil, ""},
		{"what a meter tells", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/cells/grid/net/2024-02", body: `{"value":"1"}`}, 422, []string{"does not let people file"}, nil, ""},
		{"a row there is not", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/cells/grid/gold/2024-02", body: `{"value":"1"}`}, 404, nil, nil, ""},
		{"checked and not kept", post("filler@xiaoyao", "cells/check", `{"cells":[{"row":"post-mining/raw_coal","month":"2024-02","value":"100,000"},{"row":"post-mining/raw_coal","month":"2024-02","value":"2"},{"row":"x","month":"y","value":"1"}]}`), 200, []string{`"rule":"repeated"`, `"value":"100000"`, "twice in the block", `"saved":0`}, nil, ""},
		{"submitted with an open question", post("filler@xiaoyao", "months/2024-02/submit", "{}"), 409, []string{`"place":{"file":"2024-02","column":"post-mining/raw_coal"}`, "+25.0 %"}, nil, ""},
		{"a dot is no reason", call{who: "filler@xiaoyao", method: "POST", path: one + "/explain", body: `{"rule":"change_month","reason":"."}`}, 422, []string{"reason"}, nil, ""},
		{"a reason for what nobody found", call{who: "filler@xiaoyao", method: "POST", path: one + "/explain", body: `{"rule":"sigma","reason":"because"}`}, 422, []string{`"column":"rule"`}, nil, ""},
		{"a reason", call{who: "filler@xiaoyao", method: "POST", path: one + "/explain", body: `{"rule":"change_month","reason":"a second face"}`}, 200, []string{`"cleared":{"by":"filler@xiaoyao"`, "a second face"}, nil, filing.ActExplain},
		{"a comment, kept as it was written", call{who: "reviewer@xiaoyao", method: "POST", path: one + "/comments", body: `{"text":"<img src=x onerror=alert(1)>"}`}, 200, []string{`"text":"<img src=x onerror=alert(1)>"`}, nil, filing.ActComment},
		{"given back before it was handed in", call{who: "reviewer@xiaoyao", method: "POST", path: one + "/return", body: `{"reason":"x"}`}, 409, nil, nil, ""},
		{"submitted", post("filler@xiaoyao", "months/2024-02/submit", "{}"), 200, []string{`"state":"submitted"`}, nil, ledger.FilingMove},
		{"withdrawn", post("filler@xiaoyao", "months/2024-02/withdraw", "{}"), 200, []string{`"state":"draft"`}, nil, ledger.FilingMove},
		{"and submitted", post("filler@xiaoyao", "months/2024-02/submit", "{}"), 200, nil, nil, ledger.FilingMove},
		{"a group's review that the plan does not ask for", post("group-reviewer@xiaoyao", "months/2024-02/group-approve", "{}"), 409, nil, nil, ""},
		{"given back", call{who: "reviewer@xiaoyao", method: "POST", path: one + "/return", body: `{"reason":"the weighbills say less"}`}, 200, []string{`"returned":{"by":"reviewer@xiaoyao"`}, nil, filing.ActReturn},
		{"withdrawn though it was looked at", post("filler@xiaoyao", "months/2024-02/withdraw", "{}"), 409, []string{"review"}, nil, ""},
		{"approved though something is given back", post("reviewer@xiaoyao", "months/2024-02/approve", "{}"), 409, []string{"post-mining/raw_coal"}, nil, ""},
		{"forms count it", call{who: "filler@xiaoyao", method: "GET", path: sites + "/xiaoyao/forms?year=2024"}, 200, []string{`"returned":1`, `"month":"2024-03"`, `"deadline":"2024-03-09T00:00:00+08:00"`}, nil, ""},
		{"who is where", post("filler@xiaoyao", "presence", `{"row":"post-mining/raw_coal","month":"2024-02"}`), 200, []string{`"by":"filler@xiaoyao"`}, nil, ""},
		{"and who is nowhere any more", post("filler@xiaoyao", "presence", `{"row":""}`), 200, []string{"[]"}, nil, ""},
		{"nowhere there is", post("filler@xiaoyao", "presence", `{"row":"x/y","month":"2024-02"}`), 404, nil, nil, ""},
		{"a block that is empty", post("filler@xiaoyao", "cells", `{"cells":[]}`), 422, nil, nil, ""},
		{"months together, each with its own answer", post("reviewer@xiaoyao", "months/approve", `{"months":["2024-01","2024-02","x"]}`), 200, []string{`"done":[]`, `"month":"2024-01"`, "given back", `"month":"x"`}, nil, ""},
		{"the whole of it returned", post("reviewer@xiaoyao", "months/2024-02/return", `{"reason":"later"}`), 200, []string{`"state":"draft"`}, nil, ledger.FilingMove},
	}
}

// standing gives the id of what stands in February's cell.
func (h *house) standing() string {
	h.tb.Helper()
	var g struct {
		Cells []struct{ Row, Filing string }
	}
	text := h.must(call{who: "filler@xiaoyao", method: "GET", path: sites + "/xiaoyao/grid?from=2024-02&to=2024-02"})
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		h.tb.Fatal(err)
	}
	for _, c := range g.Cells {
		if c.Row == "post-mining/raw_coal" {
			return c.Filing
		}
	}
	return ""
}

// TestWithdrawn: an empty value takes back what stood, for good and in the book;
// over an empty cell it is nothing.
func TestWithdrawn(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	path := sites + "/xiaoyao/cells/post-mining/raw_coal/2024-02"
	h.must(call{who: "filler@xiaoyao", method: "PUT", path: path, body: `{"value":""}`})
	h.must(call{who: "filler@xiaoyao", method: "PUT", path: path, body: `{"value":"5 t"}`})
	first := h.standing()
	gone := h.must(call{who: "filler@xiaoyao", method: "PUT", path: path, body: `{"value":"","supersedes":"` + first + `","note":"typed in the wrong month"}`})
	if strings.Contains(gone, `"value":"5"`) || h.standing() == first || h.standing() == "" {
		t.Errorf("taken back it is %s", gone)
	}
	if got := h.since(0); strings.Count(got, ledger.FilingPut) != 2 {
		t.Errorf("the book has %q, want two values", got)
	}
	history := h.must(call{who: "verifier@xiaoyao", method: "GET", path: path + "/history"})
	if strings.Count(history, `"filing":`) != 2 || !strings.Contains(history, `"withdrawn":true`) || !strings.Contains(history, `"address":"`) {
		t.Errorf("history %s", history)
	}
}

// TestPaste pastes ten thousand cells, which is the most, and one more.
func TestPaste(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.rows(24)
	paste := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"cells":[`)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			row := []string{"raw_coal", fmt.Sprint("r", i%25-1)}[min(i%25, 1)]
			fmt.Fprintf(&b, `{"row":"post-mining/%s","month":"%04d-%02d","value":"%d,000.5"}`, row, 1990+i/300, i/25%12+1, i%100+1)
		}
		return b.String() + "]}"
	}
	start := time.Now()
	w := h.do(call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/cells", body: paste(10_000)})
	took := time.Since(start)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"saved":10000`) {
		t.Fatalf("ten thousand: %d %.600s", w.Code, w.Body)
	}
	t.Logf("10,000 cells in %s", took)
	if w := h.do(call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/cells", body: paste(10_001)}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("one more: %d", w.Code)
	}
}

// TestLockRestates: a month that is reopened, corrected and locked again makes a
// second version of its inventory; one that comes back as it was makes none.
func TestLockRestates(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	h.must(call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/readings", body: hours()})
	cell, supersedes := sites+"/xiaoyao/cells/post-mining/raw_coal/2024-01", ""
	file := func(value string) {
		t.Helper()
		got := h.must(call{who: "filler@xiaoyao", method: "PUT", path: cell, body: `{"value":"` + value + `","supersedes":"` + supersedes + `"}`})
		_, rest, _ := strings.Cut(got, `"filing":"`)
		supersedes, _, _ = strings.Cut(rest, `"`)
	}
	step := func(who, name string) {
		t.Helper()
		h.must(call{who: who, method: "POST", path: sites + "/xiaoyao/months/2024-01/" + name, body: `{"reason":"the weighbills were counted again"}`})
	}
	lock := func(want string) {
		t.Helper()
		step("filler@xiaoyao", "submit")
		step("reviewer@xiaoyao", "approve")
		before := h.head()
		step("reviewer@xiaoyao", "lock")
		if got := h.since(before); got != want {
			t.Errorf("the lock wrote %q, want %q", got, want)
		}
	}
	file("100000")
	lock(ledger.FilingMove + " " + ledger.InventoryClose)
	step("reviewer@xiaoyao", "reopen")
	lock(ledger.FilingMove)
	step("reviewer@xiaoyao", "reopen")
	file("101000")
	lock(ledger.FilingMove + " " + ledger.InventoryRestate)
	if list := h.must(call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/inventories"}); !strings.Contains(list, ".v2") || strings.Contains(list, ".v3") {
		t.Errorf("the inventories are %s", list)
	}
}
