package plan_test

import (
	"os"
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/site"
)

// TestDocs holds the example of docs/formats.md to the reader: what a newcomer
// copies must be accepted.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Site file\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var example strings.Builder
	for {
		_, after, found := strings.Cut(section, "```toml\n")
		if !found {
			break
		}
		block, rest, _ := strings.Cut(after, "```\n")
		example.WriteString(block + "\n")
		section = rest
	}
	doc, err := site.Open("docs/formats.md", []byte(example.String()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := doc.Site()
	if err != nil {
		t.Fatal(fault.Tell(err, lang.EN))
	}
	p, err := plan.Parse(doc, s, words)
	if err != nil {
		t.Fatal(fault.Tell(err, lang.EN))
	}
	if len(s.Points) != 5 || len(s.Gases) != 1 || len(p.Parameters) != 1 {
		t.Errorf("read %d points, %d gases, %d parameters", len(s.Points), len(s.Gases), len(p.Parameters))
	}
}
