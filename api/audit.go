package api

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
)

// Looked asks for acts.
type Looked struct {
	Languaged
	Actor   string `query:"actor" maxLength:"128" doc:"某人所为 | by this person"`
	Address string `query:"address" maxLength:"64" doc:"来自某地址 | from this address"`
	Kind    string `query:"kind" maxLength:"64" doc:"某事项,如 filing.put,或一类,如 filing | of a kind such as filing.put, or of all kinds of filing"`
	Subject string `query:"subject" maxLength:"512" doc:"某对象,按编号 | on a subject, by its id"`
	Text    string `query:"text" maxLength:"200" doc:"人、事项、对象或内容中的文字 | a text within actor, kind, subject or content"`
	From    string `query:"from" maxLength:"40" doc:"起(含):日期按矿点时区,或 RFC 3339 时刻 | from, included: a date in the mine's zone, or an instant in RFC 3339"`
	To      string `query:"to" maxLength:"40" doc:"止:日期(含),或时刻(不含) | to: a date, included, or an instant, excluded"`
}

// Audited asks for a page of acts, newest first.
type Audited struct {
	Looked
	After int64 `query:"after" minimum:"0" doc:"上一页的 next | next of the page before"`
	Limit int   `query:"limit" default:"100" minimum:"1" maximum:"200"`
}

// Audit is a page of acts, with how their chain stands.
type Audit struct {
	Entries []Acted  `json:"entries"`
	Next    int64    `json:"next,omitempty" doc:"下一页的 after,缺为最后一页 | after of the next page, absent at the end"`
	Chain   Standing `json:"chain"`
	Kinds   []Kind   `json:"kinds,omitempty" doc:"可筛选的事项,随首页 | kinds to choose from, with the first page"`
}

// Kind is a kind of act with its title.
type Kind struct {
	Kind  string    `json:"kind"`
	Title lang.Text `json:"title"`
}

// Acted is one act.
type Acted struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor"`
	Address string          `json:"address,omitempty" doc:"IP 地址,或 console(命令行);缺为程序自身 | an IP address, or console; absent for the program itself"`
	Kind    string          `json:"kind"`
	Title   lang.Text       `json:"title"`
	Subject string          `json:"subject"`
	Before  json.RawMessage `json:"before,omitempty" doc:"此前的内容;过长者以哈希表示 | what stood before; a long one is told by its hash"`
	After   json.RawMessage `json:"after,omitempty"`
	Hash    string          `json:"hash"`
}

// Standing tells whether a chain holds, and how far that is known.
type Standing struct {
	OK        bool       `json:"ok"`
	Entries   int64      `json:"entries"`
	CheckedTo int64      `json:"checked_to" doc:"已验证到第几条 | the last entry found good"`
	CheckedAt time.Time  `json:"checked_at,omitzero"`
	BrokenAt  int64      `json:"broken_at,omitempty" doc:"被改动的条目 | the entry that was changed"`
	Fault     *lang.Text `json:"fault,omitempty"`
}

func (s *server) auditRoutes() []route {
	csv, xlsx := giving(media{types: []string{kinds["csv"]}}), giving(media{types: []string{kinds["xlsx"]}})
	return group(lang.T("审计", "audit"),
		at(get, "/sites/{site}/audit", access.ReadAudit, bySite, "list-acts", lang.T("审计:谁、何时、自何处、做了什么、前后如何", "audit: who, when, from where, what, before and after"), handle(s.listActs)),
		at(get, "/sites/{site}/audit.csv", access.ReadAudit, bySite, "get-acts-csv", lang.T("导出审计记录(CSV)", "acts as CSV"), handle(s.actsFile("csv")), patient(stream), csv),
		at(get, "/sites/{site}/audit.xlsx", access.ReadAudit, bySite, "get-acts-xlsx", lang.T("导出审计记录(XLSX)", "acts as XLSX"), handle(s.actsFile("xlsx")), patient(stream), xlsx),
		at(get, "/audit", access.ReadAudit, platform, "list-platform-acts", lang.T("平台的审计", "audit of the platform"), handle(s.listPlatformActs)),
		at(get, "/audit.csv", access.ReadAudit, platform, "get-platform-acts-csv", lang.T("导出平台审计记录(CSV)", "acts of the platform as CSV"), handle(s.platformActsFile("csv")), patient(stream), csv),
		at(get, "/audit.xlsx", access.ReadAudit, platform, "get-platform-acts-xlsx", lang.T("导出平台审计记录(XLSX)", "acts of the platform as XLSX"), handle(s.platformActsFile("xlsx")), patient(stream), xlsx),
		at(get, "/ledger/verify", access.ReadLedger, platform, "verify-platform-ledger", lang.T("验证平台的哈希链", "verify the platform's chain"), handle(s.verifyPlatformLedger), patient(compute)),
	)
}

func standingOf(at ledger.Standing) Standing {
	out := Standing{OK: at.OK, Entries: at.Entries, CheckedTo: at.CheckedTo, CheckedAt: at.CheckedAt}
	if at.Broken != nil {
		text := both(at.Broken.Fault())
		out.BrokenAt, out.Fault = at.Broken.Seq, &text
	}
	return out
}

// both tells a fault in both languages.
func both(err error) lang.Text { return lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN)) }

func actedOf(a ledger.Act) Acted {
	return Acted{
		Seq: a.Seq, At: a.At, Actor: a.Actor, Address: a.Address, Kind: a.Kind, Title: ledger.Title(a.Kind), Subject: a.Subject,
		Before: a.Before, After: a.After, Hash: a.Hash.String(),
	}
}

func (s *server) listActs(ctx context.Context, in *struct {
	Audited
	Site string `path:"site" maxLength:"64"`
},
) (*struct{ Body Audit }, error) {
	cal, err := s.calendar(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return s.audit(ctx, in.Site, cal, in.Audited)
}

// listPlatformActs gives the acts on what belongs to no mine. Its dates are
// those of UTC, as mines may lie in several zones.
func (s *server) listPlatformActs(ctx context.Context, in *Audited) (*struct{ Body Audit }, error) {
	return s.audit(ctx, access.Platform, period.Calendar{Zone: time.UTC}, *in)
}

func (s *server) calendar(ctx context.Context, site string) (period.Calendar, error) {
	mine, err := s.Mine(ctx, site)
	if err != nil {
		return period.Calendar{}, err
	}
	return mine.Site.Calendar, nil
}

func (s *server) audit(ctx context.Context, site string, cal period.Calendar, in Audited) (*struct{ Body Audit }, error) {
	filter, err := in.filter(cal)
	if err != nil {
		return nil, err
	}
	acts, err := s.Store.Acts(ctx, site, filter, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	at, err := s.Store.Standing(ctx, site)
	if err != nil {
		return nil, err
	}
	out := Audit{Entries: make([]Acted, len(acts)), Chain: standingOf(at)}
	for i, a := range acts {
		out.Entries[i] = actedOf(a)
	}
	if len(acts) == in.Limit {
		out.Next = acts[len(acts)-1].Seq
	}
	if in.After == 0 {
		for _, kind := range ledger.Kinds() {
			out.Kinds = append(out.Kinds, Kind{kind, ledger.Title(kind)})
		}
	}
	return &struct{ Body Audit }{out}, nil
}

// filter reads what was asked for; days are those of a calendar's zone.
func (l Looked) filter(cal period.Calendar) (ledger.Filter, error) {
	f := ledger.Filter{Actor: l.Actor, Address: l.Address, Kind: l.Kind, Subject: l.Subject, Text: l.Text}
	var err error
	if f.From, err = instantOf("from", l.From, cal.Zone, 0); err != nil {
		return f, err
	}
	f.To, err = instantOf("to", l.To, cal.Zone, 1)
	return f, err
}

// instantOf reads an instant, or a date as the midnight after so many days.
func instantOf(name, text string, zone *time.Location, days int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return time.Date(day.Year(), day.Month(), day.Day()+days, 0, 0, 0, 0, zone), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fault.Invalid.Say(lang.T("%.40q 不是日期或时刻", "%.40q is neither a date nor an instant"), text).
			Do(lang.T("如 2026-03-01 或 2026-03-01T08:00:00+08:00", "such as 2026-03-01 or 2026-03-01T08:00:00+08:00")).At(fault.Place{Column: "query." + name})
	}
	return at, nil
}

// row tells an act as a line of a file.
func (a Acted) row(tag lang.Tag, zone *time.Location) []string {
	return []string{
		strconv.FormatInt(a.Seq, 10), a.At.In(zone).Format(time.RFC3339), a.Actor, a.Address, a.Title.In(tag), a.Kind, a.Subject,
		string(a.Before), string(a.After), a.Hash,
	}
}
