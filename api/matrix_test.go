package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lingtan/access"
	"lingtan/testkit"
)

// who may call each route, by the first letter of a role: administrator,
// reviewer, filler, verifier, gateway, and o for a viewer, who looks on. It is written
// here a second time, by route, so that neither table changes unseen.
var who = map[string]string{
	"me": "arfvog", "list-sites": "arfvog", "get-site": "arfvog", "get-site-file": "arfvog", "put-site-file": "a", "list-site-versions": "arfvog",
	"check-site-file": "arfvog", "list-points": "arfvo", "post-readings": "fg", "list-readings": "arfvo", "list-amounts": "arfvo",
	"list-imports": "arfvo", "list-clashes": "arfvo", "list-counter-events": "arfvo", "put-filing": "f", "list-filings": "arfv", "list-months": "arfv", "submit-month": "f", "approve-month": "r",
	"return-month": "r", "lock-month": "r", "reopen-month": "r", "list-factors": "arfvo", "find-factor": "arfvo",
	"list-factor-sets": "arfvo", "compare-factors": "arfvo", "adopt-factors": "r", "list-gwps": "arfvo", "list-editions": "arfvo",
	"get-edition": "arfvo", "calculate": "arfvo", "list-inventories": "arfvo", "close": "r", "preview": "arfv", "restate": "r",
	"get-inventory": "arfvo", "list-lines": "arfvo", "get-card": "arfvo", "rerun": "arfvo", "list-report-forms": "arfvo",
	"get-report": "arfvo", "get-bundle": "arv", "list-entries": "arv", "verify-ledger": "arv", "list-platform-entries": "arv",
	"list-certificates": "arfvo", "list-alarms": "arfvo", "acknowledge-alarm": "rf", "clear-alarm": "rf", "shelve-alarm": "rf",
	"get-live": "arfvo", "get-stream": "arfvo", "list-devices": "arfvo", "get-device-file": "arfvog", "put-device-file": "a", "remove-device": "a",
	"check-device-file": "arfvog", "post-device": "fg", "list-unmapped": "arfvo", "list-refused": "a", "metrics": "a",
	"panel-query": "arfvo", "panel-query-form": "arfvo", "panel-range": "arfvo", "panel-range-form": "arfvo", "panel-series": "arfvo",
	"panel-series-form": "arfvo", "panel-labels": "arfvo", "panel-labels-form": "arfvo", "panel-label-values": "arfvo",
	"panel-metadata": "arfvo", "panel-exemplars": "arfvo", "panel-exemplars-form": "arfvo", "panel-format": "arfvo",
	"get-plan": "arfvog", "get-summary": "arfvo", "compare-inventories": "arfvo", "factor-impact": "arfvo",
	"suggest-mapping": "fg", "preview-import": "fg", "start-import": "fg", "cancel-import": "fg", "get-import": "arfvo", "get-import-errors": "arfvo",
	"panel-format-form": "arfvo", "panel-rules": "arfvo", "export-readings": "arfvo", "panel-build": "arfvo",
	"get-overview": "arfvo", "get-wall": "arfvo", "list-working-lines": "arfvo", "get-working-card": "arfvo",
}

var letters = map[access.Role]string{
	access.Administrator: "a", access.Reviewer: "r", access.Filler: "f", access.Verifier: "v", access.Viewer: "o",
	access.Gateway: "g",
}

// operation is a route as the document tells it.
type operation struct {
	ID         string          `json:"operationId"`
	Action     string          `json:"x-action"`
	Body       json.RawMessage `json:"requestBody"`
	Security   []any           `json:"security"`
	Responses  map[string]any  `json:"responses"`
	method     string
	path       string
	Parameters []struct {
		Name string `json:"name"`
		In   string `json:"in"`
	} `json:"parameters"`
}

// operations reads the surface from what the program says of itself.
func (h *house) operations() []operation {
	h.tb.Helper()
	var doc struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	if err := json.Unmarshal([]byte(h.must(call{method: "GET", path: "/openapi.json"})), &doc); err != nil {
		h.tb.Fatal(err)
	}
	var out []operation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			op := doc.Paths[path][method]
			op.method, op.path = strings.ToUpper(method), path
			out = append(out, op)
		}
	}
	return out
}

// at fills in the path's names for a mine.
func (o operation) at(site string) string {
	return strings.NewReplacer("{site}", site, "{month}", month, "{period}", month, "{id}", "none-such", "{edition}", edition, "{set}", "mine", "{version}", "1", "{device}", "none-such", "{name}", "point").Replace(o.path)
}

// TestMatrix sends everybody to every route, at their mine, at another's, at
// one that is not there; and those without a token that opens.
func TestMatrix(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	ops := h.operations()
	for _, op := range ops {
		allowed, known := who[op.ID]
		if !known {
			t.Errorf("%s %s (%s) has no row in the matrix: say who may call it", op.method, op.path, op.ID)
			continue
		}
		if len(op.Security) == 0 || op.Action == "" {
			t.Errorf("%s says neither action nor security", op.ID)
		}
		for _, nobody := range []string{"", "expired", "garbage", "lingtan_000000000000_" + strings.Repeat("A", 43)} {
			h.want(op, call{who: nobody, method: op.method, path: op.at(own)}, http.StatusUnauthorized)
		}
		for _, role := range access.Roles() {
			h.roleAt(op, role, strings.Contains(allowed, letters[role]))
		}
	}
	if len(ops) != len(who) {
		t.Errorf("%d routes, %d rows in the matrix: a row without a route is to go", len(ops), len(who))
	}
}

// roleAt sends one role to one route.
func (h *house) roleAt(op operation, role access.Role, allowed bool) {
	h.tb.Helper()
	mine, all := string(role)+"@"+own, string(role)+"@all"
	tenant := strings.Contains(op.path, "{site}")
	platform := !tenant && (op.ID == "adopt-factors" || op.ID == "list-platform-entries" || op.ID == "metrics")
	h.let(op, call{who: mine, method: op.method, path: op.at(own)}, allowed && !platform)
	h.let(op, call{who: all, method: op.method, path: op.at(own)}, allowed)
	if !tenant {
		return
	}
	there := h.want(op, call{who: mine, method: op.method, path: op.at(other)}, http.StatusForbidden)
	nowhere := h.want(op, call{who: mine, method: op.method, path: op.at("atlantis")}, http.StatusForbidden)
	if strings.ReplaceAll(there, other, "…") != strings.ReplaceAll(nowhere, "atlantis", "…") {
		h.tb.Errorf("%s as %s: a mine that is there and one that is not answer differently:\n%s\n%s", op.ID, mine, there, nowhere)
	}
}

// let asks whether the door lets somebody through: what comes behind it may
// still be a wrong request.
func (h *house) let(op operation, c call, through bool) {
	h.tb.Helper()
	w := h.do(c)
	if refused := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden; refused == through || w.Code >= http.StatusInternalServerError {
		h.tb.Errorf("%s as %s: %s %s = %d, let through = %v: %s", op.ID, c.who, c.method, c.path, w.Code, through, w.Body)
	}
}

// want gives the answer without its number, which is never the same.
func (h *house) want(op operation, c call, status int) string {
	h.tb.Helper()
	w := h.do(c)
	if w.Code != status {
		h.tb.Errorf("%s as %q: %s %s = %d, want %d: %s", op.ID, c.who, c.method, c.path, w.Code, status, w.Body)
	}
	if challenge := w.Header().Get("WWW-Authenticate"); (challenge != "") != (status == http.StatusUnauthorized) {
		h.tb.Errorf("%s: %d came with the challenge %q", op.ID, status, challenge)
	}
	return strings.ReplaceAll(w.Body.String(), w.Header().Get("X-Request-Id"), "")
}
