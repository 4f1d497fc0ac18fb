package report_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lingtan/lang"
)

// TestLibreOfficeOpens lets LibreOffice open every workbook and document and
// reads what its pages say.
func TestLibreOfficeOpens(t *testing.T) {
	office := tool(t, "soffice", "apt-get install -y libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk")
	reader := tool(t, "pdftotext", "apt-get install -y poppler-utils")
	dir, inv := t.TempDir(), restated(t, nil)
	files := make([]string, 0, 4)
	for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
		for _, format := range []string{"docx", "xlsx"} {
			file := filepath.Join(dir, fmt.Sprintf("%s-%s.%s", format, tag, format))
			if err := os.WriteFile(file, encode(t, build(t, "cn-coal", inv, tag), format), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	run(t, office, append([]string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir}, files...)...)
	for _, tag := range []lang.Tag{lang.ZH, lang.EN} {
		for _, format := range []string{"docx", "xlsx"} {
			pages := run(t, reader, "-layout", filepath.Join(dir, fmt.Sprintf("%s-%s.pdf", format, tag)), "-")
			d := build(t, "cn-coal", inv, tag)
			flat := strings.Join(strings.Fields(pages), "")
			says := func(text string) {
				t.Helper()
				if !strings.Contains(flat, strings.Join(strings.Fields(text), "")) {
					t.Errorf("%s %s does not say %q", format, tag, text)
				}
			}
			says(d.Title.In(tag))
			for _, x := range d.Tables() {
				says(x.Title.In(tag))
			}
			for _, c := range d.Chapters {
				says(c.Title.In(tag))
			}
			says(d.Hash)
			for _, total := range inv.Content.Result.Totals {
				says(total.CO2e.Fixed(2))
			}
			if strings.Contains(pages, "###") {
				t.Errorf("%s %s: a column is too narrow for its number", format, tag)
			}
			last := d.Index[len(d.Index)-1]
			says(last.Ref)
		}
	}
}

func tool(t *testing.T, name, install string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing; install it with: %s", name, install)
	}
	return path
}

func run(t *testing.T, path string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(path), err, out)
	}
	if strings.Contains(string(out), "Error:") {
		t.Fatalf("%s complains:\n%s", filepath.Base(path), out)
	}
	return string(out)
}
