package api

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/source"
)

const (
	// maxUpload is the longest file taken over HTTP: a year of 25 points by the
	// minute as text. Longer ones are for the command line, beside the disk.
	maxUpload = 256 << 20
	// uploadWait is for maxUpload over a line of 4 Mbit/s.
	uploadWait = 9 * time.Minute
	// maxUploading is how many files are taken in at once: the disk has to hold them.
	maxUploading = 4
	maxField     = 64       // bytes of a form's short fields
	maxFormRest  = 64 << 10 // bytes of a form around its file and mapping: boundaries and heads of parts
)

// Upload is a file that is handed in, as a browser sends one: multipart/form-data.
type Upload struct {
	OfSite
	kind string
	body io.Reader
}

// Resolve keeps the body, which is written to disk as it comes rather than held in memory.
func (u *Upload) Resolve(c huma.Context) []error {
	u.kind, u.body = c.Header("Content-Type"), http.NoBody
	if b := c.BodyReader(); b != nil {
		u.body = b
	}
	until := time.Now().Add(uploadWait) //nolint:forbidigo // a connection goes by the machine's own clock
	_ = c.SetReadDeadline(until)        // one that has no deadline waits as it always did
	return nil
}

// upload says what a form may hold beside its file.
type upload struct {
	most   int64            // bytes of the file
	fields map[string]int64 // bytes of each
	hint   lang.Text        // what to do about a file that is longer
}

// importForm is what comes in with a file of readings or filings.
//
//nolint:gochecknoglobals // a table that is read only
var importForm = upload{
	maxUpload,
	map[string]int64{"mapping": source.MaxMapping, "force": maxField, "seq": maxField},
	lang.T("按月拆分文件,或在服务器上用 lingtan import", "split the file by month, or use lingtan import at the server"),
}

// handed is a form that came in: its file on disk and its other fields.
type handed struct {
	source.Handed
	form   upload
	fields map[string]string
}

// take writes a form's file into a folder of its own. Who takes it removes it.
func (s *server) take(ctx context.Context, u *Upload, f upload) (h handed, err error) {
	if err := s.uploading.enter(ctx); err != nil {
		return h, err
	}
	defer s.uploading.leave()
	h.form = f
	parts, err := partsIn(u, f)
	if err != nil {
		return h, err
	}
	if h.Handed, err = source.NewHanded(s.Uploads); err != nil {
		return h, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Remove())
		}
	}()
	h.fields = map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return h, h.whole()
		}
		if err != nil {
			return h, f.cutOff(err)
		}
		if err := h.part(part); err != nil {
			return h, err
		}
	}
}

// handIn takes a file that a person hands in, at a pace that one keeps, and has
// it used; it is gone afterwards.
func (s *server) handIn(ctx context.Context, u *Upload, f upload, use func(h handed, data io.ReaderAt) error) (err error) {
	if err := s.handing.take(actorOf(ctx).ID, s.Now()); err != nil {
		return err
	}
	h, err := s.take(ctx, u, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Remove()) }()
	data, err := h.Open()
	if err != nil {
		return err
	}
	defer data.Close()
	return use(h, data)
}

func partsIn(u *Upload, f upload) (*multipart.Reader, error) {
	kind, params, err := mime.ParseMediaType(u.kind)
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, fault.Invalid.Say(lang.T("请求体不是表单", "the body is not a form")).
			Do(lang.T("用 multipart/form-data 发送字段 file %s", "send the field file %s as multipart/form-data"), f.names())
	}
	body := http.MaxBytesReader(nil, io.NopCloser(u.body), f.total())
	return multipart.NewReader(body, params["boundary"]), nil
}

// part takes one part of the form in.
func (h *handed) part(part *multipart.Part) error {
	defer part.Close()
	switch part.FormName() {
	case "file":
		if h.Path != "" {
			return fault.Invalid.Say(lang.T("表单有两个文件", "the form has two files")).Do(lang.T("一次发送一个文件", "send one file at a time"))
		}
		n, err := h.Save(part.FileName(), part, h.form.most)
		switch {
		case err != nil:
			return h.form.cutOff(err)
		case n > h.form.most:
			return h.form.tooLarge()
		}
		return nil
	}
	if most, known := h.form.fields[part.FormName()]; known {
		return h.field(part, most)
	}
	return fault.Invalid.Say(lang.T("表单没有字段 %.40q", "a form has no field %.40q"), part.FormName()).
		Do(lang.T("可用 file %s", "there are file %s"), h.form.names())
}

// names lists the fields beside the file.
func (f upload) names() string { return strings.Join(slices.Sorted(maps.Keys(f.fields)), " ") }

// total is the longest body.
func (f upload) total() int64 {
	total := f.most + maxFormRest
	for _, most := range f.fields {
		total += most
	}
	return total
}

func (f upload) tooLarge() error {
	return fault.Invalid.Say(lang.T("file 超过 %d MB", "file is larger than %d MB"), f.most>>20).Do(f.hint).At(fault.Place{Column: "file"})
}

func (h *handed) field(part *multipart.Part, most int64) error {
	text, err := io.ReadAll(io.LimitReader(part, most+1))
	switch {
	case err != nil:
		return h.form.cutOff(err)
	case int64(len(text)) > most:
		return fault.Invalid.Say(lang.T("字段超过 %d 字节", "the field is longer than %d bytes"), most).At(fault.Place{Column: part.FormName()})
	}
	h.fields[part.FormName()] = string(text)
	return nil
}

func (h *handed) whole() error {
	if h.Path == "" {
		return fault.Invalid.Say(lang.T("表单没有文件", "the form has no file")).Do(lang.T("把文件放在字段 file", "send the file as the field file"))
	}
	return nil
}

// cutOff tells that a form did not come whole. A disk of ours that is full is
// ours to mend.
func (f upload) cutOff(err error) error {
	var large *http.MaxBytesError
	var disk *fs.PathError
	switch {
	case errors.As(err, &large):
		return f.tooLarge()
	case errors.As(err, &disk):
		return err
	}
	return fault.Invalid.Say(lang.T("文件没有传完", "the file did not come whole")).Do(lang.T("重新上传", "send it again"))
}

// renamed leaves the folder of a file out of what is told of it.
func renamed(err error, path string) error {
	if err == nil {
		return nil
	}
	parts := fault.Split(err)
	for i, part := range parts {
		var f *fault.Fault
		if errors.As(part, &f) && f.Place.File == path {
			told := *f
			told.Place.File = filepath.Base(path)
			parts[i] = &told
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return errors.Join(parts...)
}
