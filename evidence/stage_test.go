package evidence

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
)

// part is an entry of a packed file.
type part struct{ name, data string }

const (
	contentTypes = `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	hyperlink    = `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.com" TargetMode="External"/></Relationships>`
	external     = `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://example.com/x.png" TargetMode="External"/></Relationships>`
)

// packed writes a ZIP of parts.
func packed(tb testing.TB, parts ...part) []byte {
	tb.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(w, p.data)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// workbook writes the parts a workbook must have, and others.
func workbook(tb testing.TB, more ...part) []byte {
	tb.Helper()
	return packed(tb, append([]part{{"[Content_Types].xml", contentTypes}, {"xl/workbook.xml", "<workbook/>"}}, more...)...)
}

func pdf(objects string) []byte {
	return []byte("%PDF-1.7\n" + objects + "\ntrailer << /Root 1 0 R >>\n%%EOF\n")
}

// objectStream packs objects as PDF 1.5 and later do.
func objectStream(tb testing.TB, objects string) string {
	tb.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := io.WriteString(z, objects); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprintf("5 0 obj << /Type /ObjStm /Filter /FlateDecode /Length %d >> stream\r\n%s\nendstream endobj", out.Len(), out.String())
}

func pngOf(tb testing.TB, width, height int) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func jpegOf(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// lying writes a ZIP with one entry whose directory says it is small.
func lying(tb testing.TB, name string, size int) []byte {
	tb.Helper()
	var body bytes.Buffer
	z, err := flate.NewWriter(&body, flate.BestCompression)
	if err == nil {
		_, err = io.Copy(z, io.LimitReader(zeros{}, int64(size)))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	raw, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(body.Len()), UncompressedSize64: 100})
	if err == nil {
		_, err = raw.Write(body.Bytes())
	}
	if err == nil {
		var first io.Writer
		first, err = w.Create("xl/workbook.xml")
		if err == nil {
			_, err = io.WriteString(first, "<workbook/>")
		}
	}
	if err = firstOf(err, w.Close()); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// secret sets the bit that says an entry has a password.
func secret(data []byte) []byte {
	out := bytes.Clone(data)
	for _, mark := range []struct {
		magic string
		at    int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		out[bytes.Index(out, []byte(mark.magic))+mark.at] |= 1
	}
	return out
}

func many(n int) []part {
	out := make([]part, n)
	for i := range out {
		out[i] = part{fmt.Sprintf("xl/worksheets/sheet%d.xml", i), ""}
	}
	return out
}

func long(n int) string { return strings.Repeat("长", n) }
