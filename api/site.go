package api

import (
	"context"
	"fmt"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/site"
)

// Raw is a body that is not JSON of ours: a file, a document.
type Raw struct {
	Status             int
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	ETag               string `header:"ETag"`
	CacheControl       string `header:"Cache-Control"`
	Body               []byte
}

// OfSite names a mine in the address.
type OfSite struct {
	Languaged
	Site string `path:"site" maxLength:"64" doc:"站点编号 | id of the mine"`
}

// SiteCard describes a mine.
type SiteCard struct {
	site.Version
	Name     lang.Text     `json:"name"`
	Entity   lang.Text     `json:"entity"`
	Province string        `json:"province"`
	Zone     string        `json:"zone"`
	Mine     string        `json:"mine" doc:"井工或露天 | underground or opencast"`
	Grade    string        `json:"grade" doc:"瓦斯等级 | gas grade"`
	Orgs     []Named       `json:"orgs"`
	Sources  []Source      `json:"sources"`
	Points   int           `json:"points"`
	Gases    int           `json:"gases"`
	Plan     int           `json:"plan_version" doc:"数据质量控制计划的版本 | version of the monitoring plan"`
	Editions []string      `json:"editions"`
	Warnings []SiteWarning `json:"warnings" doc:"至多 100 条 | at most 100"`
	Warned   int           `json:"warned" doc:"一共几条 | how many there are"`
}

// Named is a unit of the organisation.
type Named struct {
	ID     string    `json:"id"`
	Name   lang.Text `json:"name"`
	Parent string    `json:"parent,omitempty"`
}

// Source is an emission source.
type Source struct {
	ID   string    `json:"id"`
	Name lang.Text `json:"name"`
	Org  string    `json:"org"`
	Kind string    `json:"kind" doc:"标准中的活动类别 | kind of activity of the standard"`
	Item string    `json:"item,omitempty"`
}

// SiteWarning is something that somebody should mend.
type SiteWarning struct {
	Code  string      `json:"code"`
	Place fault.Place `json:"place,omitzero"`
	Text  lang.Text   `json:"text"`
	Hint  lang.Text   `json:"hint,omitzero"`
}

// SiteRow is a mine in the list of them.
type SiteRow struct {
	site.Version
	Name lang.Text `json:"name" doc:"站点文件暂时读不出时为编号 | the id where its file cannot be read now"`
}

// listSites lists the mines that the reader reaches.
func (s *server) listSites(ctx context.Context, in *struct {
	Languaged
	Paged
},
) (*Listed[SiteRow], error) {
	actor := actorOf(ctx)
	if access.May(actor, access.ReadSite, access.Platform) == nil {
		rows, err := s.Store.Sites(ctx, in.Cursor, in.limit())
		return follow(s.named(ctx, rows), in.Paged, siteKey), err
	}
	var own []site.Version
	for _, id := range actor.Sites() {
		if id <= in.Cursor || len(own) == in.limit() {
			continue
		}
		row, err := s.Store.Site(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if err == nil {
			own = append(own, row)
		}
	}
	return follow(s.named(ctx, own), in.Paged, siteKey), nil
}

// named adds the mines' names, which their files tell.
func (s *server) named(ctx context.Context, rows []site.Version) []SiteRow {
	out := make([]SiteRow, len(rows))
	for i, row := range rows {
		out[i] = SiteRow{row, lang.T(row.ID, row.ID)}
		if mine, err := s.Mine(ctx, row.ID); err == nil {
			out[i].Name = mine.Site.Name
		}
	}
	return out
}

func siteKey(s SiteRow) string { return s.ID }

func (s *server) getSite(ctx context.Context, in *OfSite) (*struct{ Body SiteCard }, error) {
	row, err := s.Store.Site(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return &struct{ Body SiteCard }{s.describe(row, mine.Mine)}, nil
}

// getSiteFile gives the file as it was put, byte for byte.
func (s *server) getSiteFile(ctx context.Context, in *struct {
	OfSite
	Version int64 `query:"version" minimum:"0" doc:"哪一版,缺省为当前 | which version, otherwise the current one"`
},
) (*Raw, error) {
	var row site.Version
	var err error
	if in.Version > 0 {
		row, err = s.Store.SiteVersion(ctx, in.Site, in.Version)
	} else {
		row, err = s.Store.Site(ctx, in.Site)
	}
	if err != nil {
		return nil, err
	}
	return &Raw{
		Status: 200, ContentType: "application/toml; charset=utf-8", Body: []byte(row.File),
		ContentDisposition: attachment(fmt.Sprintf("%s.v%d.toml", row.ID, row.Version)),
	}, nil
}

func (s *server) listSiteVersions(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[site.Version], error) {
	rows, err := s.Store.SiteHistory(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return numbered(rows, in.Paged)
}

// putSite checks a mine's file and makes it the current one. The same file
// again changes nothing, so a client may send it until it is answered.
func (s *server) putSite(ctx context.Context, in *struct {
	OfSite
	RawBody []byte
},
) (*struct{ Body SiteCard }, error) {
	mine, err := inventory.OpenMine(in.Site+".toml", in.RawBody)
	if err != nil {
		return nil, err
	}
	if mine.Site.ID != in.Site {
		return nil, fault.Invalid.Say(lang.T("文件说的是站点 %q,地址是 %q", "the file is of site %q, the address of %q"), mine.Site.ID, in.Site).
			Do(lang.T("核对 [site] 的 id", "check id in [site]")).At(fault.Place{Column: "site.id"})
	}
	row, err := s.Store.PutSite(ctx, in.Site, string(in.RawBody), actorOf(ctx).ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.Mine(ctx, in.Site); err != nil { // its points get their numbers here, not with the first reading
		return nil, fmt.Errorf("open %s: %w", in.Site, err)
	}
	return &struct{ Body SiteCard }{s.describe(row, mine)}, nil
}

// checkSite tells what putSite would say, and keeps nothing.
func (s *server) checkSite(_ context.Context, in *struct {
	Languaged
	RawBody []byte
},
) (*struct{ Body SiteCard }, error) {
	mine, err := inventory.OpenMine("site.toml", in.RawBody)
	if err != nil {
		return nil, err
	}
	return &struct{ Body SiteCard }{s.describe(site.Version{ID: mine.Site.ID, SHA256: mine.Site.SHA256, At: s.Now().UTC()}, mine)}, nil
}

// describe tells what a file says of its mine.
func (s *server) describe(row site.Version, mine *inventory.Mine) SiteCard {
	m := mine.Site
	card := SiteCard{
		Version: row, Name: m.Name, Entity: m.Entity.Name, Province: m.Province, Zone: m.Calendar.Zone.String(),
		Mine: string(m.Mine), Grade: string(m.Grade), Points: len(m.Points), Gases: len(m.Gases),
		Plan: mine.Plan.Version, Editions: append([]string{}, mine.Plan.Editions...),
		Orgs: make([]Named, 0, len(m.Orgs)), Sources: make([]Source, 0, len(m.Sources)), Warnings: []SiteWarning{},
	}
	for _, o := range m.Orgs {
		card.Orgs = append(card.Orgs, Named{o.ID, o.Name, o.Parent})
	}
	for _, v := range m.Sources {
		card.Sources = append(card.Sources, Source{v.ID, v.Name, v.Org, v.Kind, v.Item})
	}
	warnings := m.Warnings(s.Now())
	card.Warned = len(warnings)
	for _, w := range warnings[:min(len(warnings), maxTold)] {
		card.Warnings = append(card.Warnings, SiteWarning{w.Code, w.Place, w.Text, w.Hint})
	}
	return card
}
