package evidence

import (
	"bytes"
	"errors"
	"image/jpeg"
	"image/png"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/fault"
	"lingtan/lang"
)

// The media types that are taken in.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	OFD  = "application/ofd" // GB/T 33190: what electronic invoices come as
	Text = "text/plain"
)

// fileType is what a file can be.
type fileType struct {
	media   string
	title   string
	endings []string
	look    func(r *io.SectionReader) ([]Flag, error)
}

// Found is what a look into a file found.
type Found struct {
	Type  string
	Flags []Flag
}

// Inspect tells what a file is by its content, and refuses what is not taken
// in: an unknown type, a name that says another, a workbook with macros or
// links to elsewhere, what unpacks to too much.
func Inspect(name string, r io.ReaderAt, size int64) (Found, error) {
	switch {
	case size == 0:
		return Found{}, fault.Invalid.Say(lang.T("文件是空的", "the file is empty")).At(fault.Place{File: name})
	case size > MaxSize:
		return Found{}, TooLarge().At(fault.Place{File: name})
	}
	t, err := typeOf(io.NewSectionReader(r, 0, size))
	if err == nil {
		err = checkEnding(name, t)
	}
	if err != nil {
		return Found{}, placed(err, name)
	}
	flags, err := t.look(io.NewSectionReader(r, 0, size))
	return Found{Type: t.media, Flags: flags}, placed(err, name)
}

// placed says in which file a fault was found. What is ours to mend stays ours.
func placed(err error, name string) error {
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	return fault.At(err, fault.Place{File: name})
}

// TooLarge tells that a file is beyond MaxSize.
func TooLarge() *fault.Fault {
	return fault.Invalid.Say(lang.T("文件超过 %d MB", "the file is larger than %d MB"), MaxSize>>20).
		Do(lang.T("降低扫描分辨率或拆成几个文件", "scan it at a lower resolution, or split it"))
}

func typeOf(r *io.SectionReader) (fileType, error) {
	head := make([]byte, min(r.Size(), 512))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fileType{}, err
	}
	begins := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case begins("%PDF-"):
		return fileType{PDF, "PDF", []string{".pdf"}, lookPDF}, nil
	case begins("\x89PNG\r\n\x1a\n"):
		return fileType{PNG, "PNG", []string{".png"}, lookPNG}, nil
	case begins("\xff\xd8\xff"):
		return fileType{JPEG, "JPEG", []string{".jpg", ".jpeg"}, lookJPEG}, nil
	case begins("PK\x03\x04"):
		return packedType(r)
	case begins("\xd0\xcf\x11\xe0"):
		return fileType{}, fault.Invalid.Say(lang.T("这是旧式 Office 文件(XLS、DOC)或加密的工作簿", "this is an old Office file (XLS, DOC) or an encrypted workbook")).
			Do(lang.T("去掉密码,另存为 XLSX 或 PDF", "remove the password and save it as XLSX or PDF"))
	case isText(r):
		return fileType{Text, "text", []string{".csv", ".txt"}, func(*io.SectionReader) ([]Flag, error) { return nil, nil }}, nil
	}
	return fileType{}, unknownType()
}

func unknownType() error {
	return fault.Invalid.Say(lang.T("不认识这种文件", "this type of file is not taken in")).
		Do(lang.T("可上传 PDF、PNG、JPEG、XLSX、OFD、CSV、TXT", "PDF, PNG, JPEG, XLSX, OFD, CSV and TXT are"))
}

func damaged(title string) *fault.Fault {
	return fault.Invalid.Say(lang.T("%s 文件损坏或被截断", "the %s file is damaged or was cut off"), title).
		Do(lang.T("用原来的程序打开核对,重新导出后上传", "open it with its own program, export it again and hand that in"))
}

// isText tells whether a file is text as Chinese programs write it: UTF-8 or
// GB 18030, with no control character but those of lines and pages.
func isText(r *io.SectionReader) bool {
	data, err := io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
	if err != nil {
		return false
	}
	for _, b := range data {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' || b == 0x7f {
			return false
		}
	}
	if utf8.Valid(data) {
		return true
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return err == nil && !bytes.ContainsRune(out, utf8.RuneError)
}

func lookPNG(r *io.SectionReader) ([]Flag, error) {
	c, err := png.DecodeConfig(r)
	if err != nil {
		return nil, damaged("PNG")
	}
	return nil, drawable(c.Width, c.Height)
}

func lookJPEG(r *io.SectionReader) ([]Flag, error) {
	c, err := jpeg.DecodeConfig(r)
	if err != nil {
		return nil, damaged("JPEG")
	}
	return nil, drawable(c.Width, c.Height)
}

// drawable refuses an image that is small on disk and takes all of a reader's memory.
func drawable(width, height int) error {
	if int64(width)*int64(height) <= maxPixels {
		return nil
	}
	return fault.Invalid.Say(lang.T("图像 %d×%d 像素,太大", "an image of %d×%d pixels is too large"), width, height).
		Do(lang.T("缩小后再上传", "make it smaller"))
}
