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

// who may call each route, by a letter of each role: administrator, filler,
// reviewer, p for the group's reviewer, verifier, manager, climate, banker,
// dispatcher, u for the auditor, gateway, and o for a viewer, who looks on. It
// is written here a second time, by route, so that neither table changes unseen.
var who = map[string]string{
	"put-password":           "afrpvmcbduog",
	"begin-totp":             "afrpvmcbduog",
	"confirm-totp":           "afrpvmcbduog",
	"drop-totp":              "afrpvmcbduog",
	"list-roles":             "afrpvmcbduog",
	"list-sessions":          "afrpvmcbduog",
	"end-sessions":           "afrpvmcbduog",
	"list-tokens":            "afrpvmcbduog",
	"create-token":           "afrpvmcbduog",
	"revoke-token":           "afrpvmcbduog",
	"list-people":            "au",
	"put-person":             "a",
	"give-password":          "a",
	"reset-totp":             "a",
	"me":                     "afrpvmcbduog",
	"list-sites":             "afrpvmcbduog",
	"get-site":               "afrpvmcbduog",
	"get-site-file":          "afrpvmcbduog",
	"put-site-file":          "a",
	"list-site-versions":     "afrpvmcbduog",
	"check-site-file":        "afrpvmcbduog",
	"list-points":            "afrpvmcuo",
	"post-readings":          "fg",
	"list-readings":          "afrpvmcuo",
	"list-amounts":           "afrpvmcuo",
	"list-imports":           "afrpvmcuo",
	"list-clashes":           "afrpvmcuo",
	"list-counter-events":    "afrpvmcuo",
	"put-filing":             "f",
	"list-filings":           "afrpvmcu",
	"list-months":            "afrpvmcu",
	"submit-month":           "f",
	"withdraw-month":         "f",
	"approve-month":          "r",
	"group-approve-month":    "p",
	"verify-month":           "v",
	"return-month":           "rpv",
	"approve-months":         "rpv",
	"list-forms":             "afrpvmcu",
	"get-grid":               "afrpvmcu",
	"put-cell":               "f",
	"get-cell-history":       "afrpvmcu",
	"explain-cell":           "f",
	"comment-cell":           "frpv",
	"return-cell":            "rpv",
	"post-cells":             "f",
	"check-cells":            "f",
	"post-presence":          "afrpvmcu",
	"lock-month":             "rp",
	"reopen-month":           "rp",
	"list-factors":           "afrpvmcbuo",
	"find-factor":            "afrpvmcbuo",
	"list-factor-sets":       "afrpvmcbuo",
	"compare-factors":        "afrpvmcbuo",
	"adopt-factors":          "r",
	"list-gwps":              "afrpvmcbuo",
	"list-editions":          "afrpvmcbuo",
	"get-edition":            "afrpvmcbuo",
	"calculate":              "afrpvmcbuo",
	"list-inventories":       "afrpvmcbuo",
	"close":                  "r",
	"preview":                "afrpvmcu",
	"restate":                "r",
	"get-inventory":          "afrpvmcbuo",
	"list-lines":             "afrpvmcbuo",
	"get-card":               "afrpvmcbuo",
	"rerun":                  "afrpvmcbuo",
	"list-report-forms":      "afrpvmcbuo",
	"get-report":             "afrpvmcbuo",
	"get-bundle":             "arpvmcbu",
	"list-entries":           "arpvu",
	"verify-ledger":          "arpvu",
	"list-platform-entries":  "arpvu",
	"list-certificates":      "afrpvmcbuo",
	"list-verifications":     "afrpvmu",
	"get-verification":       "afrpvmu",
	"draw-sample":            "v",
	"list-samples":           "afrpvmu",
	"raise-finding":          "v",
	"list-findings":          "afrpvmu",
	"answer-finding":         "frp",
	"close-finding":          "v",
	"reopen-finding":         "v",
	"sign-opinion":           "v",
	"make-backup":            "a",
	"list-acts":              "arpvu",
	"get-acts-csv":           "arpvu",
	"get-acts-xlsx":          "arpvu",
	"list-platform-acts":     "arpvu",
	"get-platform-acts-csv":  "arpvu",
	"get-platform-acts-xlsx": "arpvu",
	"verify-platform-ledger": "arpvu",
	"list-alarms":            "afrpvmcduo",
	"acknowledge-alarm":      "rf",
	"clear-alarm":            "rf",
	"shelve-alarm":           "rf",
	"get-live":               "afrpvmcduo",
	"get-stream":             "afrpvmcduo",
	"list-devices":           "afrpvmcuo",
	"get-device-file":        "afrpvmcbduog",
	"put-device-file":        "a",
	"remove-device":          "a",
	"check-device-file":      "afrpvmcbduog",
	"post-device":            "fg",
	"list-unmapped":          "afrpvmcuo",
	"list-refused":           "au",
	"metrics":                "au",
	"panel-query":            "afrpvmcuo",
	"panel-query-form":       "afrpvmcuo",
	"panel-range":            "afrpvmcuo",
	"panel-range-form":       "afrpvmcuo",
	"panel-series":           "afrpvmcuo",
	"panel-series-form":      "afrpvmcuo",
	"panel-labels":           "afrpvmcuo",
	"panel-labels-form":      "afrpvmcuo",
	"panel-label-values":     "afrpvmcuo",
	"panel-metadata":         "afrpvmcuo",
	"panel-exemplars":        "afrpvmcuo",
	"panel-exemplars-form":   "afrpvmcuo",
	"panel-format":           "afrpvmcuo",
	"get-plan":               "afrpvmcbduog",
	"get-summary":            "afrpvmcbuo",
	"compare-inventories":    "afrpvmcbuo",
	"factor-impact":          "afrpvmcbuo",
	"suggest-mapping":        "fg",
	"preview-import":         "fg",
	"start-import":           "fg",
	"cancel-import":          "fg",
	"get-import":             "afrpvmcuo",
	"get-import-errors":      "afrpvmcuo",
	"panel-format-form":      "afrpvmcuo",
	"panel-rules":            "afrpvmcuo",
	"export-readings":        "afrpvmcuo",
	"panel-build":            "afrpvmcuo",
	"get-overview":           "afrpvmcbuo",
	"get-wall":               "afrpvmcduo",
	"list-working-lines":     "afrpvmcbuo",
	"get-working-card":       "afrpvmcbuo",
	"put-evidence":           "f",
	"list-evidence":          "afrpvmcu",
	"get-evidence":           "afrpvmcu",
	"get-workbook":           "afrpvmcu",
	"compare-workbook":       "f",
	"get-package":            "arpvmcbu",
}

var letters = map[access.Role]string{
	access.Administrator: "a", access.Filler: "f", access.Reviewer: "r", access.GroupReviewer: "p", access.Verifier: "v", access.Manager: "m",
	access.Climate: "c", access.Banker: "b", access.Dispatcher: "d", access.Auditor: "u", access.Viewer: "o", access.Gateway: "g",
}

// operation is a route as the document tells it.
type operation struct {
	ID         string          `json:"operationId"`
	Action     string          `json:"x-action"`
	At         string          `json:"x-at"` // whose data it opens
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
	return strings.NewReplacer("{site}", site, "{month}", month, "{period}", month, "{edition}", edition, "{set}", "mine", "{version}", "1", "{name}", "point", "{source}", "post-mining", "{parameter}", "raw_coal",
		"{id}", "none-such", "{fid}", "none-such", "{device}", "none-such", "{sha256}", strings.Repeat("0", 64)).Replace(o.path)
}

// tally counts what was tried, and what somebody got that is not theirs.
type tally struct{ cases, leaks int }

// TestMatrix sends everybody to every route: with a token and with a session,
// to their mine, to another's, to one that is not there, with duties at a unit
// of the mine, for themselves and for others; and those whom nothing opens for.
func TestMatrix(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	ops := h.operations()
	for _, op := range ops {
		allowed, known := who[op.ID]
		if !known {
			t.Errorf("%s %s (%s) has no row in the matrix: say who may call it", op.method, op.path, op.ID)
			continue
		}
		if len(op.Security) == 0 || op.Action == "" || op.At == "" {
			t.Errorf("%s does not say action, place and security", op.ID)
		}
		for _, nobody := range []string{"", "expired", "garbage", "lingtan_000000000000_" + strings.Repeat("A", 43), "cookie s0123456789abcdef_" + strings.Repeat("A", 43)} {
			h.want(op, call{who: nobody, method: op.method, path: op.at(own)}, http.StatusUnauthorized)
		}
		for _, role := range access.Roles() {
			if op.At == "self" {
				h.selfAt(op, role)
			} else {
				h.roleAt(op, role, strings.Contains(allowed, letters[role]))
			}
		}
	}
	if len(ops) != len(who) {
		t.Errorf("%d routes, %d rows in the matrix: a row without a route is to go", len(ops), len(who))
	}
	t.Logf("%d routes, %d roles: %d cases of role × route × tenant, %d leaks", len(ops), len(access.Roles()), h.tally.cases, h.tally.leaks)
	if least := len(ops) * len(access.Roles()) * 3; h.tally.cases < least || h.tally.leaks > 0 {
		t.Errorf("%d cases, want %d at least, and %d leaks", h.tally.cases, least, h.tally.leaks)
	}
}

// roleAt sends one role to one route: of the mine, of all mines, and of a unit
// of the mine; to the own mine, to another's and to one that is not there.
func (h *house) roleAt(op operation, role access.Role, allowed bool) {
	h.tb.Helper()
	mine, all, unit := string(role)+"@"+own, string(role)+"@all", string(role)+"@"+own+"/works"
	h.let(op, call{who: mine, method: op.method, path: op.at(own)}, allowed && op.At != "platform")
	h.let(op, call{who: h.session(mine), method: op.method, path: op.at(own)}, allowed && op.At != "platform")
	h.let(op, call{who: all, method: op.method, path: op.at(own)}, allowed)
	h.let(op, call{who: unit, method: op.method, path: op.at(own)}, allowed && op.At != "platform" && op.At != "site")
	if op.At != "site" && op.At != "within" {
		return
	}
	for _, who := range []string{mine, unit, h.session(mine)} {
		there := h.want(op, call{who: who, method: op.method, path: op.at(other)}, http.StatusForbidden)
		nowhere := h.want(op, call{who: who, method: op.method, path: op.at("atlantis")}, http.StatusForbidden)
		if strings.ReplaceAll(there, other, "…") != strings.ReplaceAll(nowhere, "atlantis", "…") {
			h.leak("%s as %s: a mine that is there and one that is not answer differently:\n%s\n%s", op.ID, mine, there, nowhere)
		}
	}
}

// others are the routes of one's own that open another's to who looks after
// people, with the row that says to whom.
var others = map[string]string{"list-sessions": "list-people", "end-sessions": "put-person"}

// selfAt sends one role to a route of their own account, and to another's.
func (h *house) selfAt(op operation, role access.Role) {
	h.tb.Helper()
	mine, all := string(role)+"@"+own, string(role)+"@all"
	for _, key := range []string{mine, all} {
		h.let(op, call{who: h.session(key), method: op.method, path: op.of(key)}, true)
	}
	if !strings.Contains(op.path, "/people/{id}") {
		return
	}
	for _, id := range []string{"second@xiaoyao", "none-such"} {
		h.let(op, call{who: h.session(mine), method: op.method, path: op.of(id)}, false)
		h.let(op, call{who: h.session(all), method: op.method, path: op.of(id)}, strings.Contains(who[others[op.ID]], letters[role]))
	}
}

// of fills in the path's names for a person.
func (o operation) of(id string) string {
	return strings.ReplaceAll(o.path, "{id}", id)
}

func (h *house) leak(format string, args ...any) {
	h.tb.Helper()
	h.tally.leaks++
	h.tb.Errorf(format, args...)
}

// let asks whether the door lets somebody through: what comes behind it may
// still be a wrong request. Whoever has one mine hears nothing of the other.
func (h *house) let(op operation, c call, through bool) {
	h.tb.Helper()
	h.tally.cases++
	w := h.do(c)
	refused := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden
	switch {
	case !refused && !through:
		h.leak("%s as %s: %s %s = %d, want it refused: %.200s", op.ID, c.who, c.method, c.path, w.Code, w.Body)
	case !strings.Contains(c.who, "@all") && !strings.Contains(c.path, other) && strings.Contains(w.Body.String(), other):
		h.leak("%s as %s: %s %s tells of another's mine: %.200s", op.ID, c.who, c.method, c.path, w.Body)
	case refused && through, w.Code >= http.StatusInternalServerError:
		h.tb.Errorf("%s as %s: %s %s = %d, let through = %v: %.200s", op.ID, c.who, c.method, c.path, w.Code, through, w.Body)
	}
}

// want gives the answer without its number, which is never the same.
func (h *house) want(op operation, c call, status int) string {
	h.tb.Helper()
	h.tally.cases++
	w := h.do(c)
	if w.Code != status {
		h.tally.leaks++
		h.tb.Errorf("%s as %q: %s %s = %d, want %d: %s", op.ID, c.who, c.method, c.path, w.Code, status, w.Body)
	}
	if challenge := w.Header().Get("WWW-Authenticate"); (challenge != "") != (status == http.StatusUnauthorized) {
		h.tb.Errorf("%s: %d came with the challenge %q", op.ID, status, challenge)
	}
	return strings.ReplaceAll(w.Body.String(), w.Header().Get("X-Request-Id"), "")
}
