package evidence

import (
	"bytes"
	"compress/zlib"
	"io"
	"slices"
)

// pdfNames are the names by which a PDF does more than show pages
// (ISO 32000-1, 12.6.4 actions, 7.11.4 embedded files, 7.6 encryption). JS is
// none of them: it runs only beside one that is, and three letters stand by
// chance in every large image.
//
//nolint:gochecknoglobals // a table that is read only
var pdfNames = map[string]Flag{
	"JavaScript": Script, "Rendition": Script, "Launch": Launch, "EmbeddedFile": Embedded, "EmbeddedFiles": Embedded, "RichMedia": Embedded,
	"Encrypt": Encrypted, "XFA": Form,
}

// lookPDF flags a PDF that does more than show pages. Names are looked for in
// the file and in its object streams, in which later versions pack them.
func lookPDF(r *io.SectionReader) ([]Flag, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) {
		return nil, damaged("PDF")
	}
	found := map[Flag]bool{}
	namesIn(data, found)
	unpackObjects(data, func(objects []byte) { namesIn(objects, found) })
	var flags []Flag
	for f := range found {
		flags = append(flags, f)
	}
	slices.Sort(flags)
	return flags, nil
}

// namesIn marks the names of a piece of PDF. Any letter of a name may be written
// as #xx (ISO 32000-1, 7.3.5), which is how a script hides from a plain search.
func namesIn(data []byte, found map[Flag]bool) {
	var name []byte
	for at := bytes.IndexByte(data, '/'); at >= 0 && at < len(data); {
		name = name[:0]
		i := at + 1
		for ; i < len(data) && regular(data[i]) && len(name) < 32; i++ {
			c := data[i]
			if c == '#' && i+2 < len(data) && hexDigit(data[i+1]) >= 0 && hexDigit(data[i+2]) >= 0 {
				c = byte(hexDigit(data[i+1])<<4 | hexDigit(data[i+2])) //nolint:gosec // two digits of four bits
				i += 2
			}
			name = append(name, c)
		}
		if flag, known := pdfNames[string(name)]; known {
			found[flag] = true
		}
		next := bytes.IndexByte(data[i:], '/')
		if next < 0 {
			return
		}
		at = i + next
	}
}

// regular tells whether a byte goes on with a name (ISO 32000-1, 7.2.2).
func regular(c byte) bool {
	return c > ' ' && c < 0x7f && !bytes.ContainsRune([]byte("()<>[]{}/%"), rune(c))
}

func hexDigit(c byte) int { return bytes.IndexByte([]byte("0123456789abcdef"), c|0x20) }

// unpackObjects gives every object stream that is packed with DEFLATE, as all
// are. What does not unpack has nothing that a reader could run either.
func unpackObjects(data []byte, give func([]byte)) {
	left := int64(maxPacked)
	for len(data) > 0 && left > 0 {
		i := bytes.Index(data, []byte("/ObjStm"))
		if i < 0 {
			return
		}
		data = data[i+len("/ObjStm"):]
		begin := bytes.Index(data[:min(len(data), 4096)], []byte("stream"))
		if begin < 0 {
			continue
		}
		body := bytes.TrimLeft(data[begin+len("stream"):], "\r\n")
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			continue
		}
		var out bytes.Buffer
		n, _ := io.Copy(&out, io.LimitReader(z, left)) // a stream that ends early is looked through as far as it goes
		left -= n
		give(out.Bytes())
	}
}
