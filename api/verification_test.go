package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lingtan/testkit"
)

// desk is the way of one inventory over the verifier's desk, from top to bottom.
func desk() []scenario {
	const (
		verifier = "verifier@xiaoyao"
		findings = closed + "/findings"
		first    = findings + "/2024-01.cn-coal-2014.f1"
		second   = findings + "/2024-01.cn-coal-2014.f2"
		third    = findings + "/2024-01.cn-coal-2014.f3"
	)
	does := func(who, path, body string) call { return call{who: who, method: "POST", path: path, body: body} }
	sign := func(who, opinion string) call {
		return does(who, closed+"/sign-off", `{"opinion":"`+opinion+`","statement":"抽样核对了全部过磅单与抄表记录"}`)
	}
	return []scenario{
		{"an empty desk", call{who: "manager@xiaoyao", method: "GET", path: closed + "/verification"}, 200, []string{`"findings":[]`, `"samples":[]`, `"percent":5`, `"exceeds":false`, `"open":0`}, []string{`"opinion"`}, ""},
		{"a sample with a seed", does(verifier, closed+"/samples", `{"by":"materiality","size":1,"seed":"2026-核查"}`), 201, []string{`"id":"xiaoyao.2024-01.cn-coal-2014.v1.s1"`, `"seed":"2026-核查"`, `"of":2`, `"chance":`}, nil, "sample.draw"},
		{"the same again is the same", does(verifier, closed+"/samples", `{"by":"materiality","size":1,"seed":"2026-核查"}`), 201, []string{`.v1.s1"`}, nil, ""},
		{"one of whose seed the platform makes", does(verifier, closed+"/samples", `{"by":"random","size":2}`), 201, []string{`.v1.s2"`, `"chance":"1"`}, []string{`"seed":""`}, "sample.draw"},
		{"more lines than there are", does(verifier, closed+"/samples", `{"by":"random","size":3}`), 422, []string{"draw fewer"}, nil, ""},
		{"a mine does not draw", does("filler@xiaoyao", closed+"/samples", `{"by":"random","size":1}`), 403, nil, nil, ""},
		{"what was drawn", call{who: "auditor@xiaoyao", method: "GET", path: closed + "/samples"}, 200, []string{`.s1"`, `.s2"`}, nil, ""},

		{"a misstatement that is material", does(verifier, findings, `{"severity":"misstatement","line":"grid/2024-01:electricity","effect":"-500 tCO2e","text":"电表倍率用错"}`), 201, []string{`"id":"2024-01.cn-coal-2014.f1"`, `"state":"open"`}, nil, "finding.raise"},
		{"an observation on a cell", does(verifier, findings, `{"severity":"observation","cell":"post-mining/raw_coal/2024-01","text":"过磅单编号手写"}`), 201, []string{`.f2"`}, nil, "finding.raise"},
		{"a misstatement whose effect nobody knows yet", does(verifier, findings, `{"severity":"misstatement","text":"缺一张化验单"}`), 201, []string{`.f3"`}, nil, "finding.raise"},
		{"on a line there is not", does(verifier, findings, `{"severity":"misstatement","line":"nowhere","text":"x"}`), 422, []string{"body.line"}, nil, ""},
		{"an observation with an effect", does(verifier, findings, `{"severity":"observation","effect":"5 tCO2e","text":"x"}`), 422, []string{"effect"}, nil, ""},
		{"an effect in tonnes of coal", does(verifier, findings, `{"severity":"misstatement","effect":"5 kWh","text":"x"}`), 422, []string{"effect"}, nil, ""},
		{"a reviewer finds nothing", does("reviewer@xiaoyao", findings, `{"severity":"observation","text":"x"}`), 403, nil, nil, ""},
		{"the desk weighs them", call{who: verifier, method: "GET", path: closed + "/verification"}, 200, []string{`"sum":"500 tCO2e"`, `"net":"-500 tCO2e"`, `"unknown":1`, `"open":3`}, nil, ""},

		{"signed over a material misstatement", sign(verifier, "reasonable"), 409, []string{"500 tCO2e", "materiality"}, nil, ""},
		{"the mine answers", does("filler@xiaoyao", first+"/answer", `{"text":"倍率已改,差 3 tCO2e"}`), 200, []string{`"state":"answered"`, `"kind":"answer"`}, nil, "finding.answer"},
		{"twice", does("filler@xiaoyao", first+"/answer", `{"text":"x"}`), 409, []string{"answered"}, nil, ""},
		{"the verifier does not answer", does(verifier, second+"/answer", `{"text":"x"}`), 403, nil, nil, ""},
		{"nor does the mine close", does("reviewer@xiaoyao", first+"/close", `{"text":"x"}`), 403, nil, nil, ""},
		{"accepted as it is, small as it is", does(verifier, first+"/close", `{"text":"复核为 3 tCO2e,不重大","outcome":"accepted","effect":"-3 tCO2e"}`), 200, []string{`"state":"closed"`, `"outcome":"accepted"`}, nil, "finding.close"},
		{"an effect that is not known keeps it from being signed", sign(verifier, "reasonable"), 409, []string{"is not said"}, nil, ""},
		{"closed", does(verifier, third+"/close", `{"text":"化验单已补"}`), 200, []string{`"outcome":"corrected"`}, nil, "finding.close"},
		{"reopened", does(verifier, third+"/reopen", `{"text":"不是同一批煤样"}`), 200, []string{`"state":"open"`}, []string{`"outcome"`}, "finding.reopen"},
		{"and withdrawn", does(verifier, third+"/close", `{"text":"看错","outcome":"withdrawn"}`), 200, []string{`"outcome":"withdrawn"`}, nil, "finding.close"},
		{"without a word", does(verifier, second+"/close", `{"text":" "}`), 422, []string{"text"}, nil, ""},
		{"another mine's finding", does("verifier@daling", strings.Replace(first, "xiaoyao", "daling", 1)+"/close", `{"text":"x"}`), 404, nil, nil, ""},
		{"a finding there is not", does(verifier, findings+"/f99/close", `{"text":"x"}`), 404, nil, nil, ""},

		{"a manager does not sign", sign("manager@xiaoyao", "reasonable"), 403, nil, nil, ""},
		{"signed", sign(verifier, "reasonable"), 201, []string{`"opinion":"reasonable"`, `"sum":"3 tCO2e"`, `"findings":["2024-01.cn-coal-2014.f2"]`, `"hash":"`}, nil, "opinion.sign"},
		{"once", sign(verifier, "limited"), 409, []string{"was signed"}, nil, ""},
		{"after that nothing is drawn", does(verifier, closed+"/samples", `{"by":"random","size":1}`), 409, []string{"restated"}, nil, ""},
		{"nor found", does(verifier, findings, `{"severity":"observation","text":"x"}`), 409, nil, nil, ""},
		{"the list", call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/verifications"}, 403, nil, nil, ""},
		{"of those who may see it", call{who: "manager@xiaoyao", method: "GET", path: sites + "/xiaoyao/verifications"}, 200, []string{`"latest":true`, `"closed":2`, `"open":1`, `"opinion":"reasonable"`}, nil, ""},
	}
}

func TestDesk(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			h := build(t, engine.DSN(t)).closed()
			for _, s := range desk() {
				h.scene(t, s)
			}
			restated(t, h)
		})
	}
}

// restated makes sure that a period that was restated is verified anew, with
// what was found before, and that the old version is signed no more.
func restated(t *testing.T, h *house) {
	t.Helper()
	h.must(call{who: "filler@" + own, method: "PUT", path: sites + "/xiaoyao/filings/coal-2024-01b", body: `{"source":"post-mining","parameter":"raw_coal","month":"2024-01","quantity":"90000 t","supersedes":"coal-2024-01"}`})
	h.must(call{who: "reviewer@" + own, method: "POST", path: sites + "/xiaoyao/inventories/restate", body: `{"period":"2024-01","edition":"cn-coal-2014","reason":"核查更正"}`})
	var body struct {
		Latest   string
		Findings []struct{ ID string }
		Opinion  *struct{ Inventory string }
	}
	if err := json.Unmarshal([]byte(h.must(call{who: "verifier@" + own, method: "GET", path: second + "/verification"})), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Findings) != 3 || body.Opinion != nil || !strings.HasSuffix(body.Latest, ".v2") {
		t.Errorf("the desk of the restatement: %+v", body)
	}
	for _, s := range []scenario{
		{"a modified opinion of the restatement", call{who: "verifier@xiaoyao", method: "POST", path: second + "/sign-off", body: `{"opinion":"qualified","statement":"除所列外公允"}`}, 201, []string{`.v2"`}, nil, "opinion.sign"},
	} {
		h.scene(t, s)
	}
}
