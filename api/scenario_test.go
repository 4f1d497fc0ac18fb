package api_test

import (
	"net/http"
	"strings"
	"testing"

	"lingtan/ledger"
	"lingtan/testkit"
)

// scenario is one request, what it answers, and what it leaves in the book.
type scenario struct {
	name string
	call
	status   int
	has, not []string
	entries  string // kinds of the new entries of the mine's chain
}

const (
	sites  = "/api/v1/sites"
	closed = sites + "/xiaoyao/inventories/xiaoyao.2024-01.cn-coal-2014.v1"
	second = sites + "/xiaoyao/inventories/xiaoyao.2024-01.cn-coal-2014.v2"
)

// story is run from top to bottom: each row stands on what those before left.
func story() []scenario {
	var all []scenario
	for _, chapter := range [][]scenario{describing(), measuring(), filingMonth(), cells(), knowing(), closing(), reporting(), auditing()} {
		all = append(all, chapter...)
	}
	return all
}

func describing() []scenario {
	return []scenario{
		{"who am I", call{who: "viewer@xiaoyao", method: "GET", path: "/api/v1/me"}, 200, []string{`"role":"viewer"`, "report.read"}, []string{"filing.write"}, ""},
		{"a mine's people see their mine only", call{who: "viewer@xiaoyao", method: "GET", path: sites}, 200, []string{`"id":"xiaoyao"`}, []string{"daling"}, ""},
		{"who has all mines sees them by pages", call{who: "administrator@all", method: "GET", path: sites + "?limit=1"}, 200, []string{`"id":"daling"`, `"next":"daling"`}, []string{"xiaoyao"}, ""},
		{"the next page", call{who: "administrator@all", method: "GET", path: sites + "?limit=1&cursor=daling"}, 200, []string{`"id":"xiaoyao"`}, []string{`"id":"daling"`}, ""},
		{"a mine described", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao"}, 200, []string{"小窑矿", `"points":2`, `"kind":"electricity"`}, nil, ""},
		{"its monitoring plan", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/plan"}, 200, []string{`"id":"grid#net"`, `"title":{"zh":"净购入电量`, `"state":"never"`, `"duty":"电工"`, `"reason":"first"`}, []string{`"point":"spare"`}, ""},
		{"its file as it was put", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/file"}, 200, []string{"[[point]]"}, nil, ""},
		{"a version there is not", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/file?version=7"}, 404, []string{"not_found"}, nil, ""},
		{"a file with faults tells them all", call{who: "administrator@xiaoyao", method: "PUT", path: sites + "/xiaoyao/file", body: strings.NewReplacer(`unit = "kWh"`, `unit = "kWx"`, `kind = "gauge"`, `kind = "gage"`).Replace(small)}, 422, []string{"kWx", "gage", `"row":`}, nil, ""},
		{"a file of another mine", call{who: "administrator@xiaoyao", method: "PUT", path: sites + "/xiaoyao/file", body: strings.Replace(small, `"xiaoyao"`, `"daling"`, 1)}, 422, []string{"daling", "site.id"}, nil, ""},
		{"a new version", call{who: "administrator@xiaoyao", method: "PUT", path: sites + "/xiaoyao/file", body: small + "\n# second\n"}, 200, []string{`"version":2`}, nil, ledger.SitePut},
		{"the same again is none", call{who: "administrator@xiaoyao", method: "PUT", path: sites + "/xiaoyao/file", body: small + "\n# second\n"}, 200, []string{`"version":2`}, nil, ""},
		{"its history", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/versions"}, 200, []string{`"version":1`, `"version":2`}, nil, ""},
		{"only checked", call{who: "viewer@xiaoyao", method: "POST", path: "/api/v1/site-check", body: small}, 200, []string{`"plan_version":1`}, nil, ""},
		{"checked and found wanting, in Chinese", call{who: "viewer@xiaoyao", method: "POST", path: "/api/v1/site-check?lang=zh", body: "[site]\nid = 3\n"}, 422, []string{"输入有误"}, nil, ""},
	}
}

func measuring() []scenario {
	const readings = sites + "/xiaoyao/readings"
	send := func(body string) call {
		return call{who: "filler@xiaoyao", method: "POST", path: readings, body: body}
	}
	return []scenario{
		{"a month of a meter", send(hours()), 200, []string{`"accepted":745`}, nil, ""},
		{"the same batch again", send(hours()), 200, []string{`"accepted":745`}, nil, ""},
		{"an instant in RFC 3339", send(`{"readings":[{"point":"spare","t":"2024-01-01T08:00:00+08:00","v":1.5,"q":"manual"}]}`), 200, []string{`"accepted":1`}, nil, ""},
		{"with reasons of its own", send(`{"readings":[{"point":"spare","t":"2024-01-01T07:00:00+08:00","v":0.5,"q":"suspect","why":["calibrating","server_time"]}]}`), 200, []string{`"accepted":1`, `"suspect":1`}, nil, ""},
		{"a reason there is not", send(`{"readings":[{"point":"spare","t":"2024-01-01T07:00:00+08:00","v":0.5,"why":["bored"]}]}`), 422, []string{"bored", `"column":"why"`}, nil, ""},
		{"reasons are told, with those of the judge", call{who: "viewer@xiaoyao", method: "GET", path: readings + "?point=spare&period=2024-01-01"}, 200, []string{`"v":0.5,"q":"suspect","why":["calibrating","came_late","server_time"]`}, nil, ""},
		{"from the future", send(`{"readings":[{"point":"spare","t":"2099-01-01T00:00:00Z","v":1}]}`), 200, []string{`"quarantined":1`}, nil, ""},
		{"every wrong row is told", send(`{"readings":[{"point":"nowhere","t":1704067200000,"v":1},{"point":"feeder","t":1704067200000},{"point":"feeder","t":1704067200000,"v":1,"q":"fine"}]}`), 422, []string{`"row":1`, `"row":2`, `"row":3`, "nowhere", "and 2 more"}, nil, ""},
		{"seconds instead of milliseconds", send(`{"readings":[{"point":"feeder","t":1704067200,"v":1}]}`), 422, []string{"milliseconds"}, nil, ""},
		{"no JSON", send("{\n\"readings\":[x"), 422, []string{`"row":2`}, nil, ""},
		{"an unknown key", send(`{"readings":[{"pt":"feeder","t":1704067200000,"v":1}]}`), 422, []string{"pt"}, nil, ""},
		{"no rows", send(`{"readings":[]}`), 422, []string{"send 1 to 100000"}, nil, ""},
		{"points with their latest", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/points"}, 200, []string{`"v":2488`, `"v":1.5,"q":"manual","why":["came_late"]`, `"amount_unit":"kWh"`}, []string{"2099"}, ""},
		{"points by their name and how their last reading is", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/points?q=SPARE&quality=manual"}, 200, []string{`"id":"spare"`, `"total":1`}, []string{"feeder"}, ""},
		{"points of a unit and a kind", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/points?org=nowhere&kind=counter"}, 200, []string{`"items":[]`, `"total":0`}, nil, ""},
		{"raw readings, duplicates and all", call{who: "viewer@xiaoyao", method: "GET", path: readings + "?point=feeder&period=2024-01-01&limit=3"}, 200, []string{`"v":1000`, `"v":1002`, `"next":"1704042000000.1"`}, []string{`"v":1004`}, ""},
		{"the next of them", call{who: "viewer@xiaoyao", method: "GET", path: readings + "?point=feeder&period=2024-01-01&limit=2&cursor=1704042000000.1"}, 200, []string{`"v":1002`, `"v":1004`}, []string{`"v":1000`}, ""},
		{"a cursor of somebody else", call{who: "viewer@xiaoyao", method: "GET", path: readings + "?point=feeder&period=2024-01-01&cursor=x"}, 422, []string{"cursor"}, nil, ""},
		{"a month's amount", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=month&period=2024-01"}, 200, []string{`"amount":"119040 kWh"`, `"covered":1`, `"hours":744`}, nil, ""},
		{"by day", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=day&period=2024-01"}, 200, []string{`"amount":"3840 kWh"`, `"from":"2023-12-31T16:00:00Z"`}, nil, ""},
		{"by hour", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=hour&period=2024-01-01"}, 200, []string{`"amount":"160 kWh","covered":1,"hours":1}`, `"from":"2024-01-01T15:00:00Z"`}, []string{`"from":"2024-01-01T16:00:00Z"`}, ""},
		{"missing is not zero", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=month&period=2024-02"}, 200, []string{`"items":[]`}, []string{`"0 kWh"`}, ""},
		{"too much at once", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=hour&from=1990-01-01T00:00:00Z&to=2024-01-01T00:00:00Z"}, 422, []string{"coarser"}, nil, ""},
		{"no such point", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=nowhere&period=2024-01"}, 404, []string{"nowhere"}, nil, ""},
		{"no stretch", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder"}, 422, []string{"period"}, nil, ""},
		{"no parameter, in Chinese", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?lang=zh&period=2024-01"}, 422, []string{"缺少查询参数", "query.point"}, nil, ""},
		{"an unknown parameter", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/points?sort=x"}, 422, []string{"query.sort"}, nil, ""},
		{"imports", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/imports"}, 200, []string{`"items":[]`}, nil, ""},
	}
}

func filingMonth() []scenario {
	file := func(id, body string) call {
		return call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/filings/" + id, body: body}
	}
	move := func(who, step, body string) call {
		return call{who: who, method: "POST", path: sites + "/xiaoyao/months/2024-01/" + step, body: body}
	}
	const value = `{"source":"post-mining","parameter":"raw_coal","month":"2024-01","quantity":"90000 t"}`
	return []scenario{
		{"what is not filed keeps a month from closing", call{who: "reviewer@xiaoyao", method: "POST", path: sites + "/xiaoyao/inventories", body: `{"period":"2024-01","edition":"cn-coal-2014"}`}, 409, []string{"raw_coal", "post-mining"}, nil, ""},
		{"nothing to submit", move("filler@xiaoyao", "submit", "{}"), 409, []string{"no value to submit"}, nil, ""},
		{"a value", file("coal-0001", value), 200, []string{`"by":"filler@xiaoyao"`, `"how":"filing"`}, nil, ledger.FilingPut},
		{"sent again is the same", file("coal-0001", value), 200, nil, nil, ""},
		{"another under its id", file("coal-0001", strings.Replace(value, "90000", "80000", 1)), 409, nil, nil, ""},
		{"another without seeing the first", file("coal-0002", value), 409, []string{"coal-0001"}, nil, ""},
		{"its correction", file("coal-0002", strings.Replace(value, `"90000 t"`, `"10 万t","supersedes":"coal-0001"`, 1)), 200, []string{`"quantity":"10 万t"`}, nil, ledger.FilingPut},
		{"of another dimension", file("coal-0003", strings.Replace(value, "90000 t", "90000 GJ", 1)), 422, []string{"quantity"}, nil, ""},
		{"of no unit there is", file("coal-0003", strings.Replace(value, "90000 t", "90000 tonns", 1)), 422, nil, nil, ""},
		{"of what a meter tells", file("coal-0003", strings.NewReplacer("post-mining", "grid", "raw_coal", "net", " t", " MWh").Replace(value)), 422, []string{"grid#net"}, nil, ""},
		{"of no parameter", file("coal-0003", strings.Replace(value, "raw_coal", "coal", 1)), 422, []string{"post-mining#coal"}, nil, ""},
		{"of a month that is none, in Chinese", call{who: "filler@xiaoyao", method: "PUT", path: sites + "/xiaoyao/filings/coal-0003?lang=zh", body: strings.Replace(value, "2024-01", "2024-13", 1)}, 422, []string{"须符合格式", "body.month"}, nil, ""},
		{"what stands", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/filings?first=2024-01&last=2024-12"}, 200, []string{"coal-0002"}, []string{`"id":"coal-0001"`}, ""},
		{"all of it", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/filings?first=2024-01&last=2024-12&all=true"}, 200, []string{`"id":"coal-0001"`, `"id":"coal-0002"`}, nil, ""},
		{"submitted", move("filler@xiaoyao", "submit", "{}"), 200, []string{`"state":"submitted"`}, nil, ledger.FilingMove},
		{"a submitted month takes no value", file("coal-0004", strings.Replace(value, `"90000 t"`, `"1 t","supersedes":"coal-0002"`, 1)), 409, nil, nil, ""},
		{"returned without a reason", move("reviewer@xiaoyao", "return", "{}"), 422, []string{"reason"}, nil, ""},
		{"reopened though not locked", move("reviewer@xiaoyao", "reopen", `{"reason":"x"}`), 409, nil, nil, ""},
		{"approved", move("reviewer@xiaoyao", "approve", "{}"), 200, []string{`"state":"approved"`}, nil, ledger.FilingMove},
		{"locked, and closed by it", move("reviewer@xiaoyao", "lock", "{}"), 200, []string{`"state":"locked"`}, nil, ledger.FilingMove + " " + ledger.InventoryClose},
		{"the months", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/months?first=2024-01&last=2024-12"}, 200, []string{`"state":"locked"`}, nil, ""},
	}
}

func knowing() []scenario {
	read := func(path string) call { return call{who: "viewer@xiaoyao", method: "GET", path: "/api/v1" + path} }
	const calculation = "[calc]\nedition = \"cn-coal-2014\"\nyear = 2023\nprovince = \"CN-14\"\n\n[[activity]]\nkind = \"electricity\"\nsource = \"grid\"\nnet = \"1000 MWh\"\n"
	return []scenario{
		{"factors of a kind", read("/factors?kind=grid_province&q=CN-14&limit=2"), 200, []string{"CN-14", `"confidence"`}, nil, ""},
		{"a factor as of a year", read("/factors/lookup?kind=grid_province&key=CN-14&year=2023"), 200, []string{"0.6634 kgCO2/kWh"}, nil, ""},
		{"of a year that it is not for", read("/factors/lookup?kind=grid_province&key=CN-14&year=1990"), 404, []string{"1990"}, nil, ""},
		{"the sets", read("/factor-sets"), 200, []string{"lingtan-2026.11", `"in_use":true`}, nil, ""},
		{"a set there is not", read("/factors?set=no@1"), 404, nil, nil, ""},
		{"a table that is none", call{who: "viewer@xiaoyao", method: "POST", path: "/api/v1/factor-sets/compare", body: "a,b\n1,2\n"}, 422, nil, nil, ""},
		{"GWP sets", read("/gwps"), 200, []string{"AR5", "AR6"}, nil, ""},
		{"editions", read("/editions"), 200, []string{"cn-coal-2014"}, nil, ""},
		{"an edition", read("/editions/cn-coal-2014"), 200, []string{"underground_ch4", `"fields"`, `"choices"`}, nil, ""},
		{"an edition there is not", read("/editions/cn-tea-2014"), 404, nil, nil, ""},
		{"a calculation", call{who: "viewer@xiaoyao", method: "POST", path: "/api/v1/calc", body: calculation}, 200, []string{`"lines"`, "electricity", `"totals"`}, nil, ""},
		{"under another GWP", call{who: "viewer@xiaoyao", method: "POST", path: "/api/v1/calc?gwp=AR6", body: calculation}, 200, []string{`"gwp":"AR6"`}, nil, ""},
		{"a calculation with a fault", call{who: "viewer@xiaoyao", method: "POST", path: "/api/v1/calc", body: strings.Replace(calculation, "MWh", "MWx", 1)}, 422, []string{`"row":9`, "MWx"}, nil, ""},
	}
}

func closing() []scenario {
	reviewer := func(method, path, body string) call {
		return call{who: "reviewer@xiaoyao", method: method, path: path, body: body}
	}
	const january = `{"period":"2024-01","edition":"cn-coal-2014"}`
	return []scenario{
		{"a preview keeps nothing", call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/inventories/preview", body: january}, 200, []string{`"lines":`, `"totals":`}, []string{`"id":"xiaoyao`}, ""},
		{"a month that has not ended", reviewer("POST", sites+"/xiaoyao/inventories", strings.Replace(january, "-01", "-03", 1)), 422, []string{"not ended"}, nil, ""},
		{"restated before it was closed", reviewer("POST", sites+"/xiaoyao/inventories/restate", `{"period":"2024-02","edition":"cn-coal-2014","reason":"x"}`), 404, nil, nil, ""},
		{"closed by the lock already", reviewer("POST", sites+"/xiaoyao/inventories", january), 409, nil, nil, ""},
		{"nothing has changed", reviewer("POST", sites+"/xiaoyao/inventories/restate", `{"period":"2024-01","edition":"cn-coal-2014","reason":"x"}`), 409, nil, nil, ""},
		{"under another GWP it has", reviewer("POST", sites+"/xiaoyao/inventories/restate", `{"period":"2024-01","edition":"cn-coal-2014","gwp":"AR6","reason":"AR6"}`), 201, []string{`"version":2`, `"bridge":{`, `"cause":"factor"`}, nil, ledger.InventoryRestate},
		{"the list", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/inventories?period=2024-01&limit=1"}, 200, []string{`.v1"`, `"next":"xiaoyao.2024-01.cn-coal-2014.v1"`}, []string{`"id":"xiaoyao.2024-01.cn-coal-2014.v2"`}, ""},
	}
}

func reporting() []scenario {
	read := func(path string) call { return call{who: "viewer@xiaoyao", method: "GET", path: path} }
	imagine := func(body string) call {
		return call{who: "viewer@xiaoyao", method: "POST", path: sites + "/xiaoyao/factor-impact", body: body}
	}
	return []scenario{
		{"an inventory", read(closed), 200, []string{`"content":`, `"plan_sha256"`}, nil, ""},
		{"there is none", read(closed + "9"), 404, []string{"not_found"}, nil, ""},
		{"another mine's address does not open it", call{who: "viewer@all", method: "GET", path: strings.Replace(closed, "sites/xiaoyao", "sites/daling", 1)}, 404, nil, []string{"hash"}, ""},
		{"its summary", read(closed + "/summary"), 200, []string{`"totals":`, `"interval":`, `"closed_at"`}, []string{`"activities"`}, ""},
		{"the list with what they came to", read(sites + "/xiaoyao/inventories?outcome=true"), 200, []string{`"outcome":{"edition":"cn-coal-2014","gwp":"AR2"`, `"reason":"AR6"`}, nil, ""},
		{"its lines by weight", read(closed + "/lines"), 200, []string{`"counted":true`, `"co2e":"`}, nil, ""},
		{"its lines", read(closed + "/lines?category=electricity"), 200, []string{`"source":"grid"`}, []string{"post-mining"}, ""},
		{"a calculation card", read(closed + "/card?line=" + lineID), 200, []string{`"steps"`, `"factors"`, `"inputs"`, `"evidence"`, "feeder"}, nil, ""},
		{"of a line there is not", read(closed + "/card?line=x"), 404, nil, nil, ""},
		{"two versions by cause", read(sites + "/xiaoyao/inventories/compare?a=xiaoyao.2024-01.cn-coal-2014.v1&b=xiaoyao.2024-01.cn-coal-2014.v2"), 200, []string{`"cause":"factor"`, `"title":{"zh":"核算边界"`, `"source":"post-mining"`, `"reason":"AR6"`}, nil, ""},
		{"a version with itself", read(sites + "/xiaoyao/inventories/compare?a=xiaoyao.2024-01.cn-coal-2014.v1&b=xiaoyao.2024-01.cn-coal-2014.v1"), 422, []string{"two versions"}, nil, ""},
		{"versions of another mine", call{who: "viewer@all", method: "GET", path: sites + "/daling/inventories/compare?a=xiaoyao.2024-01.cn-coal-2014.v1&b=xiaoyao.2024-01.cn-coal-2014.v2"}, 404, nil, []string{"cause"}, ""},
		{"what another GWP would make of all", imagine(`{"gwp":"AR5"}`), 200, []string{`{"done":0,"total":3,`, `"period":"2024-03"`, `"state":"open"`, `"state":"closed","impact":{"before":{"edition":"cn-coal-2014","gwp":"AR6"`, `"sum":{"months":`}, nil, ""},
		{"what another edition would", imagine(`{"edition":"acm0008"}`), 200, []string{`"problem":{`, `"failed":3`}, nil, ""},
		{"nothing to be different", imagine(`{}`), 422, []string{"factor_set"}, nil, ""},
		{"a table with faults", imagine(`{"table":"a,b\n1,2\n"}`), 422, []string{"header"}, nil, ""},
		{"a GWP set there is not", imagine(`{"gwp":"AR1"}`), 422, []string{"AR1", `"column":"gwp"`}, nil, ""},
		{"computed again", call{who: "verifier@xiaoyao", method: "POST", path: closed + "/rerun"}, 200, []string{`"same":true`}, nil, ""},
		{"forms", read("/api/v1/report-forms"), 200, []string{`"formats":["`}, nil, ""},
		{"a report in Chinese", read(closed + "/report?format=json&lang=zh"), 200, []string{"小窑"}, []string{"Xiaoyao"}, ""},
		{"a report in English", read(closed + "/report?format=json"), 200, []string{"Xiaoyao"}, []string{"小窑"}, ""},
		{"a form there is not", read(closed + "/report?form=x"), 422, []string{"form"}, nil, ""},
		{"a format there is not", read(closed + "/report?format=pdf"), 422, []string{"docx"}, nil, ""},
		{"a workbook", read(closed + "/report?format=xlsx"), 200, []string{"PK"}, nil, ""},
		{"a document", read(closed + "/report?format=docx&form=lines&lang=zh"), 200, []string{"PK"}, nil, ""},
		{"a bundle", call{who: "verifier@xiaoyao", method: "GET", path: closed + "/bundle"}, 200, []string{"PK "}, nil, ""},
		{"a bundle that fails before it begins", call{who: "verifier@xiaoyao", method: "GET", path: second + "/bundle"}, 409, []string{"no evidence"}, nil, ""},
	}
}

func auditing() []scenario {
	return []scenario{
		{"the book", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/ledger?limit=2"}, 200, []string{`"seq":1`, `"next":"2"`}, []string{`"seq":3`}, ""},
		{"from a place on", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/ledger?after=2"}, 200, []string{"inventory.restate"}, []string{`"seq":2,`}, ""},
		{"of one subject", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/ledger?subject=coal-0001"}, 200, []string{"filing.put"}, []string{"site.put"}, ""},
		{"verified", call{who: "verifier@xiaoyao", method: "GET", path: sites + "/xiaoyao/ledger/verify"}, 200, []string{`"holds":true`}, nil, ""},
		{"the platform's book is not a mine's", call{who: "verifier@xiaoyao", method: "GET", path: "/api/v1/ledger"}, 403, nil, []string{"token.create"}, ""},
		{"but of who has all mines", call{who: "verifier@all", method: "GET", path: "/api/v1/ledger?limit=1000"}, 200, []string{"token.create"}, []string{"lingtan_"}, ""},
		{"the audit, newest first, with what stood before", call{who: "auditor@xiaoyao", method: "GET", path: sites + "/xiaoyao/audit?kind=filing.put"}, 200, []string{`"title":{"zh":"填报数值","en":"value filed"}`, `"before":{`, `"ok":true`, `"checked_to":`, `"kinds":[`}, []string{`"broken_at"`}, ""},
		{"its next page", call{who: "auditor@xiaoyao", method: "GET", path: sites + "/xiaoyao/audit?limit=1&after=3"}, 200, []string{`"seq":2`, `"next":2`}, []string{`"seq":3`, `"kinds"`}, ""},
		{"of a day", call{who: "auditor@xiaoyao", method: "GET", path: sites + "/xiaoyao/audit?from=2024-03-06"}, 200, []string{`"entries":[]`}, nil, ""},
		{"of a day that is none", call{who: "auditor@xiaoyao", method: "GET", path: sites + "/xiaoyao/audit?from=yesterday"}, 422, []string{"query.from"}, nil, ""},
		{"as CSV", call{who: "auditor@xiaoyao", method: "GET", path: sites + "/xiaoyao/audit.csv?actor=filler@xiaoyao"}, 200, []string{"\ufeffseq,at,actor", "coal-0002", "2024-03-05T16:00:00+08:00"}, []string{"reviewer@xiaoyao,"}, ""},
		{"as XLSX", call{who: "auditor@xiaoyao", method: "GET", path: sites + "/xiaoyao/audit.xlsx"}, 200, []string{"PK\x03\x04", "xl/worksheets/sheet1.xml"}, nil, ""},
		{"the platform's audit is not a mine's", call{who: "auditor@xiaoyao", method: "GET", path: "/api/v1/audit"}, 403, nil, []string{"token.create"}, ""},
		{"but of who has all mines, without a secret", call{who: "auditor@all", method: "GET", path: "/api/v1/audit?kind=token"}, 200, []string{"token.create", `"checked_to"`}, []string{"lingtan_"}, ""},
		{"the platform's book verified", call{who: "auditor@all", method: "GET", path: "/api/v1/ledger/verify"}, 200, []string{`"holds":true`}, nil, ""},
		{"a backup", call{who: "administrator@all", method: "POST", path: "/api/v1/backup", body: "{}"}, 200, []string{"PK all of it, for administrator@all"}, nil, ""},
		{"a backup under a passphrase that is none", call{who: "administrator@all", method: "POST", path: "/api/v1/backup", body: `{"passphrase":"short"}`}, 422, []string{"passphrase"}, nil, ""},
		{"a backup of all is not one mine's to make", call{who: "administrator@xiaoyao", method: "POST", path: "/api/v1/backup", body: "{}"}, 403, nil, []string{"PK"}, ""},
		{"certificates", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/certificates"}, 200, []string{`"items":[]`}, nil, ""},
	}
}

const lineID = "grid%2F2024-01:electricity"

func TestStory(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			h := build(t, engine.DSN(t))
			for _, s := range story() {
				h.scene(t, s)
			}
			for _, secret := range []string{"lingtan_", "Bearer", "a second face"} {
				if strings.Contains(h.log.String(), secret) {
					t.Errorf("the log has %q", secret)
				}
			}
		})
	}
}

// scene sends one request and compares what it answers and leaves.
func (h *house) scene(t *testing.T, s scenario) {
	t.Helper()
	before := h.head()
	w := h.do(s.call)
	got := w.Body.String()
	if w.Code != s.status {
		t.Errorf("%s: %s %s = %d, want %d: %.600s", s.name, s.method, s.path, w.Code, s.status, got)
	}
	for _, want := range s.has {
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s %s has no %q: %.600s", s.name, s.method, s.path, want, got)
		}
	}
	for _, bad := range s.not {
		if strings.Contains(got, bad) {
			t.Errorf("%s: %s %s has %q: %.600s", s.name, s.method, s.path, bad, got)
		}
	}
	if kinds := h.since(before); kinds != s.entries {
		t.Errorf("%s: the book got %q, want %q", s.name, kinds, s.entries)
	}
	if s.status >= http.StatusBadRequest && w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: a problem came as %s", s.name, w.Header().Get("Content-Type"))
	}
}

func (h *house) head() int64 {
	h.tb.Helper()
	head, err := h.store.Head(h.tb.Context(), own)
	if err != nil {
		h.tb.Fatal(err)
	}
	return head.Seq
}

// since lists the kinds of the entries behind a place.
func (h *house) since(seq int64) string {
	h.tb.Helper()
	rows, err := h.store.Entries(h.tb.Context(), own, seq, 100)
	if err != nil {
		h.tb.Fatal(err)
	}
	kinds := make([]string, len(rows))
	for i, e := range rows {
		kinds[i] = e.Kind
	}
	return strings.Join(kinds, " ")
}
