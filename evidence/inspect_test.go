package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
)

func TestInspectTakes(t *testing.T) {
	gb := "\xb9\xfd\xb0\xf5\xb5\xa5,1250.5\r\n" // 过磅单 in GB 18030
	for _, tt := range []struct {
		name  string
		data  []byte
		media string
		flags []Flag
	}{
		{"过磅单.pdf", pdf("1 0 obj << /Type /Catalog >> endobj"), PDF, nil},
		{"scan.PDF", pdf("<< /Type/Catalog /OpenAction [3 0 R /Fit] >>"), PDF, nil},
		{"script.pdf", pdf("<< /S /JavaScript /JS (app.alert(1)) >>"), PDF, []Flag{Script}},
		{"hidden.pdf", pdf("<< /S /J#61va#53cript >>"), PDF, []Flag{Script}},
		{"launch.pdf", pdf("<< /S /Launch /F (cmd.exe) >> << /EmbeddedFile >>"), PDF, []Flag{Embedded, Launch}},
		{"packed.pdf", pdf(objectStream(t, "1 0 << /S /JavaScript >> << /XFA [] >>")), PDF, []Flag{Form, Script}},
		{"locked.pdf", pdf("trailer << /Encrypt 9 0 R >>"), PDF, []Flag{Encrypted}},
		{"a name that only begins so.pdf", pdf("<< /Launchpad /JavaScripts >>"), PDF, nil},
		{"foto.png", pngOf(t, 4, 3), PNG, nil},
		{"foto.jpeg", jpegOf(t), JPEG, nil},
		{"化验.xlsx", workbook(t, part{"xl/worksheets/_rels/sheet1.xml.rels", hyperlink}), XLSX, nil},
		{"发票.ofd", packed(t, part{"OFD.xml", "<ofd:OFD/>"}, part{"Doc_0/Document.xml", "<x/>"}), OFD, nil},
		{"utf8.csv", []byte("日期,净重\n2026-03-01,\"1,250.5\"\n"), Text, nil},
		{"gb.txt", []byte(gb), Text, nil},
	} {
		got, err := Inspect(tt.name, bytes.NewReader(tt.data), int64(len(tt.data)))
		if err != nil || got.Type != tt.media || !slices.Equal(got.Flags, tt.flags) {
			t.Errorf("Inspect(%s) = %v, %v, want %s %v", tt.name, got, err, tt.media, tt.flags)
		}
	}
}

func TestInspectRefuses(t *testing.T) {
	whole := workbook(t)
	for _, tt := range []struct {
		name, says string
		data       []byte
	}{
		{"empty.pdf", "empty", nil},
		{"program.exe", "not taken in", []byte("MZ\x90\x00\x03\x00\x00\x00")},
		{"page.html", `ends in ".html"`, []byte("<html><script>alert(1)</script>")},
		{"picture.svg", `ends in ".svg"`, []byte("<svg onload='alert(1)'/>")},
		{"picture.png", "the content is PDF", pdf("")},
		{"report.pdf", "the content is PNG", pngOf(t, 1, 1)},
		{"book.pdf", "the content is XLSX", whole},
		{"report.pdf.csv", "the content is PDF", pdf("")},
		{"no ending", `ends in ""`, []byte("text")},
		{"old.xlsx", "old Office file", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
		{"any.zip", "not taken in", packed(t, part{"a.txt", "a"})},
		{"cut.xlsx", "ZIP file is damaged", whole[:len(whole)/2]},
		{"cut.pdf", "PDF file is damaged", []byte("%PDF-1.7\n1 0 obj")},
		{"cut.png", "PNG file is damaged", pngOf(t, 1, 1)[:20]},
		{"cut.jpg", "JPEG file is damaged", []byte("\xff\xd8\xff\xe0")},
		{"huge.png", "too large", hugePNG(t)},
		{"macro.xlsx", "macros", workbook(t, part{"xl/vbaProject.bin", "x"})},
		{"macro4.xlsx", "macros", workbook(t, part{"xl/macrosheets/sheet1.xml", "x"})},
		{"renamed.xlsx", "macros", packed(t, part{"[Content_Types].xml", `<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>`}, part{"xl/workbook.xml", ""})},
		{"binary.xlsx", "macros", packed(t, part{"xl/workbook.bin", "x"})},
		{"link.xlsx", "elsewhere", workbook(t, part{"xl/externalLinks/externalLink1.xml", "x"})},
		{"data.xlsx", "elsewhere", workbook(t, part{"xl/connections.xml", "x"})},
		{"image.xlsx", "elsewhere", workbook(t, part{"xl/drawings/_rels/d.xml.rels", external})},
		{"object.xlsx", "elsewhere", workbook(t, part{"xl/embeddings/oleObject1.bin", "x"})},
		{"rels.xlsx", "damaged", workbook(t, part{"_rels/.rels", "<Relationships><Rel"})},
		{"bomb.xlsx", "unpacks to too much", workbook(t, part{"xl/worksheets/sheet1.xml", strings.Repeat("0", 20<<20)})},
		{"lies.xlsx", "damaged", lying(t, "xl/worksheets/sheet1.xml", 30<<20)},
		{"bomb.ofd", "unpacks to too much", packed(t, part{"OFD.xml", strings.Repeat("0", 20<<20)})},
		{"crowd.xlsx", "unpacks to too much", workbook(t, many(maxEntries)...)},
		{"climbs.xlsx", "damaged", workbook(t, part{"xl/../../../etc/passwd", "x"})},
		{"root.xlsx", "damaged", workbook(t, part{"/etc/passwd", "x"})},
		{"twice.xlsx", "damaged", workbook(t, part{"XL/workbook.xml", "x"})},
		{"secret.xlsx", "password", secret(whole)},
	} {
		_, err := Inspect(tt.name, bytes.NewReader(tt.data), int64(len(tt.data)))
		if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Inspect(%s) = %v, want %s", tt.name, err, tt.says)
			continue
		}
		if !strings.HasPrefix(err.Error(), tt.name) || fault.Tell(err, lang.ZH) == fault.Tell(err, lang.EN) {
			t.Errorf("%s: the fault does not name its file in both languages: %v", tt.name, err)
		}
	}
	if _, err := Inspect("big.pdf", bytes.NewReader(nil), MaxSize+1); err == nil || !strings.Contains(err.Error(), "50 MB") {
		t.Errorf("a file of 50 MB and a byte: %v", err)
	}
}

// hugePNG is a small file that says it is 40,000 pixels wide and high.
func hugePNG(tb testing.TB) []byte {
	tb.Helper()
	head := []byte("IHDR\x00\x00\x9c\x40\x00\x00\x9c\x40\x08\x00\x00\x00\x00")
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(head)))
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"过磅单 3月.pdf":                     "过磅单 3月.pdf",
		"../../etc/passwd":               "passwd",
		`..\..\windows\system32\cmd.pdf`: "cmd.pdf",
		"/abs/olute.csv":                 "olute.csv",
		"..":                             "file",
		"":                               "file",
		".htaccess":                      "htaccess",
		"a\x00b\r\nSet-Cookie: x.pdf":    "abSet-Cookie_ x.pdf",
		"invoice\u202egpj.pdf":           "invoicegpj.pdf",
		"zero\u200bwidth.pdf":            "zerowidth.pdf",
		`a"b;filename=evil.html.pdf`:     "a_b;filename=evil.html.pdf",
		"C:report.pdf":                   "C_report.pdf",
		"bad\xff\xfe.pdf":                "bad_.pdf",
		long(100) + ".pdf":               long(52) + ".pdf",
		"x." + strings.Repeat("e", 300):  "x." + strings.Repeat("e", 158),
		"\u2028line.txt":                 "line.txt",
		" spaced  .pdf ":                 "spaced  .pdf",
		"full　width.pdf":                 "full width.pdf",
		"CON.pdf":                        "CON.pdf",
		"a/b/../c.pdf":                   "c.pdf",
		"....pdf":                        "pdf",
		"\\\\server\\share\\单.pdf":       "单.pdf",
	} {
		if got := CleanName(in); got != want || len(got) > maxName {
			t.Errorf("CleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("a.xlsx", workbook(f))
	f.Add("a.pdf", pdf("<< /S /J#61va#53cript >>"+objectStream(f, "/XFA")))
	f.Add("a.png", pngOf(f, 2, 2))
	f.Add("a.txt", []byte("文本\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		clean := CleanName(name)
		if strings.ContainsAny(clean, "/\\\r\n\x00") || clean == "" || clean == ".." {
			t.Errorf("CleanName(%q) = %q", name, clean)
		}
		got, err := Inspect(clean, bytes.NewReader(data), int64(len(data)))
		if (err == nil) != (got.Type != "" && err == nil) || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("Inspect(%q) = %v, %v", clean, got, err)
		}
	})
}
