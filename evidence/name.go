package evidence

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lingtan/fault"
	"lingtan/lang"
)

// CleanName makes the name a file is kept and handed out under of what a browser
// calls it: no folder, nothing that is not seen, nothing that turns the
// direction of writing, which makes exe.gpj of jpg.exe.
func CleanName(told string) string {
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(told, "_"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(name), "."))
	if strings.Trim(name, "._- ") == "" {
		return "file"
	}
	return shortened(name)
}

// shortened keeps the ending, which says what the file is.
func shortened(name string) string {
	if len(name) <= maxName {
		return name
	}
	end := path.Ext(name)
	if len(end) > 10 {
		end = ""
	}
	head := name[:maxName-len(end)]
	for !utf8.ValidString(head) {
		head = head[:len(head)-1]
	}
	return head + end
}

// checkEnding refuses a name whose ending says another type than the content.
func checkEnding(name string, t fileType) error {
	end := strings.ToLower(path.Ext(name))
	if slices.Contains(t.endings, end) {
		return nil
	}
	return fault.Invalid.Say(lang.T("文件名以 %q 结尾,内容却是 %s", "the name ends in %q, the content is %s"), end, t.title).
		Do(lang.T("用原来的程序另存为 PDF、PNG、JPEG、XLSX、OFD、CSV 或 TXT,再上传", "save it as PDF, PNG, JPEG, XLSX, OFD, CSV or TXT with its own program, and hand that in")).
		At(fault.Place{File: name})
}
