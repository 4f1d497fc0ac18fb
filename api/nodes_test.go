package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lingtan/access"
	"lingtan/store"
	"lingtan/testkit"
)

// units is the small mine with two units, each with a parameter that people file.
func units() string {
	mine := strings.Replace(small, "[[source]]\nid = \"grid\"", `[[org]]
id = "works"
name = { zh = "生产队", en = "Works" }
parent = "mine"

[[org]]
id = "stores"
name = { zh = "库房", en = "Stores" }
parent = "mine"

[[source]]
id = "grid"`, 1)
	return strings.Replace(mine, `owner = { department = "mine", duty = "统计员" }`, `owner = { department = "stores", duty = "统计员" }`, 1)
}

// TestNodes: who has a duty at one unit of a mine files, sees and comments
// there, and nothing of the unit beside it.
func TestNodes(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	if _, err := h.store.PutSite(t.Context(), own, units(), store.System); err != nil {
		t.Fatal(err)
	}
	for _, node := range []string{"works", "stores"} {
		for _, role := range []access.Role{access.Filler, access.Reviewer} {
			h.person(string(role)+"@"+node, []access.Duty{{Role: role, Site: own, Node: node}}, now, 0)
		}
	}
	const cell = sites + "/" + own + "/cells/post-mining/raw_coal/2024-01"
	put := call{method: "PUT", path: cell, body: `{"value":"100000","unit":"t","supersedes":""}`}
	for _, tt := range []struct {
		name string
		call
		status int
	}{
		{"files beside their unit", call{"filler@works", put.method, put.path, put.body, nil}, http.StatusNotFound},
		{"files at their unit", call{"filler@stores", put.method, put.path, put.body, nil}, http.StatusOK},
		{"reads the history beside it", call{who: "filler@works", method: "GET", path: cell + "/history"}, http.StatusNotFound},
		{"reads their own", call{who: "filler@stores", method: "GET", path: cell + "/history"}, http.StatusOK},
		{"comments beside it", call{who: "reviewer@works", method: "POST", path: cell + "/comments", body: `{"text":"x"}`}, http.StatusNotFound},
		{"comments at their own", call{who: "reviewer@stores", method: "POST", path: cell + "/comments", body: `{"text":"x"}`}, http.StatusOK},
		{"files of the whole mine as values", call{who: "filler@stores", method: "GET", path: sites + "/" + own + "/filings?first=2024-01&last=2024-01"}, http.StatusForbidden},
		{"closes the mine", call{who: "reviewer@stores", method: "POST", path: sites + "/" + own + "/inventories", body: `{"period":"2024-01","edition":"` + edition + `"}`}, http.StatusForbidden},
	} {
		if w := h.do(tt.call); w.Code != tt.status {
			t.Errorf("%s: %d, want %d: %.300s", tt.name, w.Code, tt.status, w.Body)
		}
	}
	for who, sees := range map[string]bool{"filler@works": false, "filler@stores": true, "reviewer@works": false, "filler@" + own: true} {
		for _, path := range []string{"/grid?from=2024-01&to=2024-01", "/forms?year=2024"} {
			body := h.must(call{who: who, method: "GET", path: sites + "/" + own + path})
			if strings.Contains(body, "post-mining") != sees && strings.HasPrefix(path, "/grid") || strings.Contains(body, `"stores"`) != sees {
				t.Errorf("%s at %s sees the stores, want %v: %.400s", who, path, sees, body)
			}
		}
	}
	block := `{"cells":[{"row":"post-mining/raw_coal","month":"2024-01","value":"7","unit":"t","supersedes":""}]}`
	if body := h.must(call{who: "filler@works", method: "POST", path: sites + "/" + own + "/cells", body: block}); !strings.Contains(body, `"saved":0`) || strings.Contains(body, "100000") {
		t.Errorf("a block beside the unit: %s", body)
	}
}

// TestSiteNames: the list of mines tells their names, and nobody's but one's own.
func TestSiteNames(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for who, both := range map[string]bool{"viewer@" + own: false, "viewer@all": true} {
		var list struct {
			Items []struct {
				ID   string
				Name struct{ EN string }
			}
		}
		if err := json.Unmarshal([]byte(h.must(call{who: who, method: "GET", path: sites})), &list); err != nil {
			t.Fatal(err)
		}
		names := map[string]string{}
		for _, row := range list.Items {
			names[row.ID] = row.Name.EN
		}
		if mine, err := h.mine(t.Context(), own); err != nil || names[own] != mine.Site.Name.EN || (names[other] != "") != both {
			t.Errorf("%s sees %v, %v", who, names, err)
		}
	}
}

// TestStreamOfUnit: who has a duty at one unit hears at once what is filed there
// and who is in its cells, nothing of the unit beside it, and no meter.
func TestStreamOfUnit(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	if _, err := h.store.PutSite(t.Context(), own, units(), store.System); err != nil {
		t.Fatal(err)
	}
	h.awake(t, own)
	web := httptest.NewServer(h.web)
	t.Cleanup(web.Close)
	heard := map[string]*listener{}
	for _, node := range []string{"works", "stores"} {
		h.person("filler@"+node, []access.Duty{{Role: access.Filler, Site: own, Node: node}}, now, 0)
		l, status := h.listen(t, web.URL, "filler@"+node, "/api/v1/sites/"+own+"/stream")
		if status != http.StatusOK {
			t.Fatalf("filler@%s hears with %d", node, status)
		}
		if e := l.next(t); e.kind != "snapshot" || !strings.Contains(e.data, `"nodes":[],"points":[],"checks":[]`) {
			t.Errorf("%s begins with %s %.300s", node, e.kind, e.data)
		}
		heard[node] = l
	}
	const row, month = "post-mining/raw_coal", "2024-01"
	h.must(call{who: "filler@" + own, method: "POST", path: sites + "/" + own + "/presence", body: `{"row":"` + row + `","month":"` + month + `"}`})
	h.must(call{who: "filler@" + own, method: "PUT", path: sites + "/" + own + "/cells/" + row + "/" + month, body: `{"value":"100000","unit":"t","supersedes":""}`})
	h.must(call{who: "filler@" + own, method: "POST", path: sites + "/" + own + "/presence", body: `{"row":""}`})
	h.must(call{who: "filler@works", method: "POST", path: sites + "/" + own + "/presence", body: `{"row":""}`}) // of no row: everybody hears it
	for node, want := range map[string]string{"stores": "presence filing presence presence ", "works": "presence "} {
		var kinds strings.Builder
		for by := ""; by != "filler@works"; {
			e := heard[node].next(t)
			var told struct{ By string }
			if err := json.Unmarshal([]byte(e.data), &told); err != nil {
				t.Fatal(err)
			}
			by = told.By
			kinds.WriteString(e.kind + " ")
		}
		if kinds.String() != want {
			t.Errorf("%s hears %q, want %q", node, kinds.String(), want)
		}
	}
}
