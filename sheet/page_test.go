package sheet_test

import (
	"strings"
	"testing"

	"lingtan/lang"
	"lingtan/sheet"
)

// TestPage writes what people may write, the worst of it, and reads it back as text.
func TestPage(t *testing.T) {
	const script = `<script>alert("1")</script>`
	var out strings.Builder
	err := sheet.WritePage(&out, sheet.Leaf{
		Site: "qingling", Name: lang.T("青岭矿", "Qingling"), Month: "2026-01", State: lang.T("已锁定", "locked"), Way: []string{"submit " + script},
		Rows: []sheet.Entry{
			{Title: lang.T("锅炉用煤", "boiler coal"), Value: "1250.57", Unit: "t", By: script, At: made, Note: script, Said: []string{script}, Papers: []sheet.Paper{{Name: script, Path: `evidence/0"onclick="x`, SHA256: "ab"}, {Name: "旧账"}}},
			{Title: lang.Same("CH4")},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := out.String()
	for _, want := range []string{"青岭矿 Qingling", "1250.57", "锅炉用煤 boiler coal", "<td>CH4</td>", "&lt;script&gt;", "2026-04-02 04:00Z", "—", `default-src 'none'`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, bad := range []string{"<script", `"onclick`, "javascript:", "http://", "https://", "src="} {
		if strings.Contains(got, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if strings.Contains(got, "CH4 CH4") {
		t.Error("what is the same in both languages is told twice")
	}
}
