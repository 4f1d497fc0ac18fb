package sheet

import (
	"fmt"
	"html/template"
	"io"
	"time"

	"lingtan/lang"
)

// Leaf is a month's forms as a page that any browser shows, without a server
// and without a script.
type Leaf struct {
	Site  string
	Name  lang.Text
	Month string
	State lang.Text
	Way   []string // each step with who took it and when
	Rows  []Entry
}

// Entry is a cell as the page tells it.
type Entry struct {
	Group, Title lang.Text
	Value, Unit  string // an empty value is none
	By           string
	At           time.Time
	Note         string
	Papers       []Paper
	Said         []string // findings with their reasons, comments
}

// Paper is a file of evidence; where it is packed, the page leads to it.
type Paper struct{ Name, Path, SHA256 string }

// WritePage writes a month as HTML in both languages. Everything that people
// wrote is text and never markup.
func WritePage(w io.Writer, l Leaf) error {
	if err := page.Execute(w, l); err != nil {
		return fmt.Errorf("write page of %s %s: %w", l.Site, l.Month, err)
	}
	return nil
}

// both tells a text in both languages, once where they are the same.
func both(t lang.Text) string {
	if t.ZH == t.EN || t.EN == "" {
		return t.ZH
	}
	return t.ZH + " " + t.EN
}

// The page has a policy of its own: what a browser opens from a folder has no
// server to send one.
//
//nolint:gochecknoglobals // a template that is read only
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"both": both, "at": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") },
}).Parse(`<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{both .Name}} {{.Month}}</title>
<style>
body { font: 14px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 24px; color: #1c2320; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bfc8c3; padding: 4px 8px; text-align: left; vertical-align: top; }
th { background: #ddebe4; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { color: #595959; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>{{both .Name}} · {{.Month}} 数据填报 Filing</h1>
<p>{{both .State}}</p>
<ul>{{range .Way}}
<li>{{.}}</li>{{end}}
</ul>
<table>
<thead><tr><th>类别 Group</th><th>参数 Parameter</th><th>值 Value</th><th>单位 Unit</th><th>填报 Filed</th><th>证据 Evidence</th><th>说明 Remarks</th></tr></thead>
<tbody>{{range .Rows}}
<tr><td>{{both .Group}}</td><td>{{both .Title}}</td><td class="n">{{if .Value}}{{.Value}}{{else}}—{{end}}</td><td>{{.Unit}}</td><td>{{.By}}{{if .By}}<br><small>{{at .At}}</small>{{end}}</td><td>{{range .Papers}}{{if .Path}}<a href="../{{.Path}}">{{.Name}}</a>{{else}}{{.Name}}{{end}}<br><small>{{.SHA256}}</small><br>{{end}}</td><td>{{with .Note}}<div>{{.}}</div>{{end}}{{range .Said}}<div>{{.}}</div>{{end}}</td></tr>{{end}}
</tbody>
</table>
</body>
</html>
`))
