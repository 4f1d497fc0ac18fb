package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// packedType tells which packed format a file is by what it holds.
func packedType(r *io.SectionReader) (fileType, error) {
	z, err := zip.NewReader(r, r.Size())
	if err != nil {
		return fileType{}, damaged("ZIP")
	}
	for _, f := range z.File {
		switch strings.ToLower(f.Name) {
		case "xl/workbook.xml", "xl/workbook.bin":
			return fileType{XLSX, "XLSX", []string{".xlsx"}, lookXLSX}, nil
		case "ofd.xml":
			return fileType{OFD, "OFD", []string{".ofd"}, lookOFD}, nil
		}
	}
	return fileType{}, unknownType()
}

// CheckWorkbook refuses a workbook that may not be opened: one that unpacks to
// too much, carries macros or reaches out to elsewhere.
func CheckWorkbook(r io.ReaderAt, size int64) error {
	_, err := lookXLSX(io.NewSectionReader(r, 0, size))
	return err
}

func lookOFD(r *io.SectionReader) ([]Flag, error) {
	return nil, walkPacked(r, "OFD", func(string, []byte) error { return nil })
}

// lookXLSX refuses macros and links to elsewhere: a workbook is evidence of what
// it shows, and must show the same tomorrow and to everybody.
func lookXLSX(r *io.SectionReader) ([]Flag, error) {
	return nil, walkPacked(r, "XLSX", func(name string, data []byte) error {
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"), strings.HasPrefix(name, "xl/macrosheets/"), strings.HasPrefix(name, "xl/activex/"), name == "xl/workbook.bin",
			name == "[content_types].xml" && bytes.Contains(bytes.ToLower(data), []byte("macroenabled")):
			return fault.Invalid.Say(lang.T("工作簿含宏或控件(%s)", "the workbook has macros or controls (%s)"), name).
				Do(lang.T("另存为不含宏的 XLSX", "save it as XLSX without macros"))
		case strings.HasPrefix(name, "xl/externallinks/"), name == "xl/connections.xml", strings.HasPrefix(name, "xl/querytables/"), strings.HasPrefix(name, "xl/embeddings/"):
			return reachesOut(name)
		case strings.HasSuffix(name, ".rels"):
			return checkRelations(name, data)
		}
		return nil
	})
}

func reachesOut(name string) error {
	return fault.Invalid.Say(lang.T("工作簿链接到外部文件或数据(%s)", "the workbook links to files or data elsewhere (%s)"), name).
		Do(lang.T("在 Excel 或 WPS 中断开链接、粘贴为数值后另存", "break the links and paste values, then save it"))
}

// checkRelations refuses what a workbook fetches from outside itself. A
// hyperlink is not fetched: it is followed, or not, by who reads.
func checkRelations(name string, data []byte) error {
	var list struct {
		Relations []struct {
			Type string `xml:"Type,attr"`
			Mode string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err := xml.Unmarshal(data, &list); err != nil {
		return damaged("XLSX")
	}
	for _, r := range list.Relations {
		if strings.EqualFold(r.Mode, "External") && path.Base(r.Type) != "hyperlink" {
			return reachesOut(name)
		}
	}
	return nil
}

// walkPacked unpacks every entry, counting, for what an archive says of its own
// sizes is a stranger's word. see gets each name in small letters with the
// content of the small ones.
func walkPacked(r *io.SectionReader, title string, see func(name string, data []byte) error) error {
	z, err := zip.NewReader(r, r.Size())
	if err != nil {
		return damaged(title)
	}
	if len(z.File) > maxEntries {
		return bomb(title)
	}
	left := int64(maxUnpacks)
	seen := map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if seen[name] || strings.Contains(name, `\`) || strings.HasPrefix(name, "/") || path.Clean("/"+name) != "/"+strings.TrimSuffix(name, "/") {
			return damaged(title) // two parts of one name, or one that leads out of the archive
		}
		seen[name] = true
		if f.Flags&1 != 0 {
			return fault.Invalid.Say(lang.T("%s 文件加了密码", "the %s file has a password"), title).Do(lang.T("去掉密码再上传", "remove the password"))
		}
		data, n, err := unpack(f, left)
		switch {
		case errors.Is(err, errBomb):
			return bomb(title)
		case err != nil:
			return damaged(title)
		}
		left -= n
		if err := see(name, data); err != nil {
			return err
		}
	}
	return nil
}

var errBomb = errors.New("unpacks to too much")

// unpack gives the beginning of an entry and how long it really is.
func unpack(f *zip.File, left int64) ([]byte, int64, error) {
	in, err := f.Open()
	if err != nil {
		return nil, 0, err
	}
	defer in.Close()
	most := left
	if limit := maxRatio * int64(f.CompressedSize64); limit > ratioFrom { //nolint:gosec // a wrong size is a negative limit or one that left bounds
		most = min(most, limit)
	} else {
		most = min(most, ratioFrom)
	}
	var head bytes.Buffer
	n, err := io.Copy(&head, io.LimitReader(in, min(most, maxRelation)))
	if err != nil {
		return nil, n, err
	}
	more, err := io.Copy(io.Discard, io.LimitReader(in, most-n+1))
	if err != nil {
		return nil, n + more, err
	}
	if n+more > most {
		return nil, n + more, errBomb
	}
	return head.Bytes(), n + more, nil
}

func bomb(title string) error {
	return fault.Invalid.Say(lang.T("%s 文件解压后过大", "the %s file unpacks to too much"), title).
		Do(lang.T("删去多余的工作表与空行,或拆成几个文件", "delete spare sheets and empty rows, or split it"))
}
