package notify

import (
	"strings"
	"text/template"
	"time"

	"lingtan/alarm"
	"lingtan/lang"
)

// text is a message as a person reads it.
type text struct{ title, body string }

// letters are the templates: a frame, a digest, and for each kind of alarm what
// to look at first. They are told in the channel's language.
//
//nolint:gochecknoglobals // templates, read once and not changed
var letters = map[lang.Tag]*template.Template{
	lang.ZH: template.Must(template.New("zh").Parse(zh)),
	lang.EN: template.Must(template.New("en").Parse(en)),
}

const zh = `{{define "frame"}}{{.Mine}}
{{.What}} · {{.Kind}} · {{.Severity}}

规则:{{.Name}}
对象:{{.About}}({{.Subject}})
所见:{{.Says}}
{{- if .Unverified}}
注意:{{.Unverified}}{{end}}
首次:{{.Opened}}{{if gt .Times 1}},第 {{.Times}} 次报警{{end}}
本次:{{.At}}{{if .Actor}},{{.Actor}}{{end}}{{if .Note}}
说明:{{.Note}}{{end}}{{if .Advice}}

{{.Advice}}{{end}}

编号:{{.ID}}
{{end}}
{{define "digest"}}{{.Mine}}
一分钟内报警过多,以下 {{len .Rows}} 条合并告知:
{{range .Rows}}
{{.At}} {{.What}} [{{.Severity}}] {{.Name}}({{.About}}){{.Says}}{{end}}
{{end}}
{{define "title"}}[摘要] {{.Mine}}:{{len .Rows}} 条报警动态{{end}}
{{define "threshold"}}请到现场核对读数;仪表有误时在平台上搁置并说明。{{end}}
{{define "rate"}}请查对同期的负荷、流量与其他测点。{{end}}
{{define "silence"}}请检查传感器供电、通信与网关;中断时段按缺失计,不按零。{{end}}
{{define "vented"}}请将瓦斯导入利用或火炬装置,并用便携仪复测浓度。{{end}}
{{define "budget"}}请查看各节点排放,找出增量最大的排放源。{{end}}
{{define "check"}}请比对总表与分表的倍率、量程和时钟。{{end}}
{{define "source"}}请检查设备、网络与证书。{{end}}
{{define "deadline"}}请在数据填报板块补填并提交;没有发生的填 0,缺失不按零计。{{end}}`

const en = `{{define "frame"}}{{.Mine}}
{{.What}} · {{.Kind}} · {{.Severity}}

rule:    {{.Name}}
subject: {{.About}} ({{.Subject}})
seen:    {{.Says}}
{{- if .Unverified}}
mind:    {{.Unverified}}{{end}}
first:   {{.Opened}}{{if gt .Times 1}}, raised {{.Times}} times{{end}}
now:     {{.At}}{{if .Actor}}, by {{.Actor}}{{end}}{{if .Note}}
note:    {{.Note}}{{end}}{{if .Advice}}

{{.Advice}}{{end}}

id: {{.ID}}
{{end}}
{{define "digest"}}{{.Mine}}
More alarms than can be told one by one; these {{len .Rows}} came together:
{{range .Rows}}
{{.At}} {{.What}} [{{.Severity}}] {{.Name}} ({{.About}}) {{.Says}}{{end}}
{{end}}
{{define "title"}}[digest] {{.Mine}}: {{len .Rows}} alarms{{end}}
{{define "threshold"}}Check the reading on the spot; shelve the alarm with a reason where the instrument is at fault.{{end}}
{{define "rate"}}Compare load, flow and the other points of the same time.{{end}}
{{define "silence"}}Check the sensor's power, its line and its gateway. What is missing counts as missing, never as zero.{{end}}
{{define "vented"}}Lead the gas to use or to the flare, and measure its concentration by hand.{{end}}
{{define "budget"}}Look at what the nodes emit, and find the source that grew most.{{end}}
{{define "check"}}Compare ratios, ranges and clocks of the main meter and those behind it.{{end}}
{{define "source"}}Check the device, the network and the certificates.{{end}}
{{define "deadline"}}File what is missing and submit the month: 0 where there was none, for missing is not zero.{{end}}`

// row is a message as the templates see it, every text in the reader's language.
type row struct {
	Mine, What, Kind, Severity, Name, About, Subject, Says, Unverified string
	Opened, At, Actor, Note, Advice, ID                                string
	Times                                                              int
}

// textOf writes a message, or the digest of several.
func textOf(to Address, batch []alarm.Message) text {
	tag := lang.ZH
	if to.Lang == lang.EN {
		tag = lang.EN
	}
	rows := make([]row, len(batch))
	for i, m := range batch {
		rows[i] = rowOf(to, tag, m)
	}
	if len(batch) == 1 {
		return text{batch[0].Title().In(tag) + " · " + rows[0].Mine, write(tag, "frame", rows[0])}
	}
	digest := struct {
		Mine string
		Rows []row
	}{rows[0].Mine, rows}
	return text{write(tag, "title", digest), write(tag, "digest", digest)}
}

func rowOf(to Address, tag lang.Tag, m alarm.Message) row {
	a := m.Alarm
	r := row{
		Mine: a.Site, What: m.Step.Title().In(tag), Kind: a.Kind.Title().In(tag), Severity: a.Severity.Title().In(tag),
		Name: a.Name.In(tag), About: a.About.In(tag), Subject: a.Subject, Says: a.Says.In(tag), Unverified: a.Unverified().In(tag),
		Opened: to.clock(a.OpenedAt), At: to.clock(m.At), Note: a.Note, ID: a.ID, Times: a.Times,
	}
	if !to.Mine.IsZero() {
		r.Mine = to.Mine.In(tag)
	}
	if m.Actor != alarm.Platform {
		r.Actor = m.Actor
	}
	if a.State == alarm.Raised {
		r.Advice = write(tag, string(a.Kind), nil)
	}
	return r
}

// write fills in a template; one that is not there says nothing.
func write(tag lang.Tag, name string, data any) string {
	t := letters[tag].Lookup(name)
	var b strings.Builder
	if t == nil || t.Execute(&b, data) != nil {
		return ""
	}
	return b.String()
}

// clock tells an instant by the mine's clock.
func (to Address) clock(at time.Time) string {
	if to.Zone == nil {
		return at.UTC().Format("2006-01-02 15:04:05Z")
	}
	return at.In(to.Zone).Format("2006-01-02 15:04:05 -07:00")
}
