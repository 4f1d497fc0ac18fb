package api

import (
	"context"
	"io"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
)

// Evidences keeps which mine has which file, and which filings name it.
type Evidences interface {
	Evidence(ctx context.Context, site, sha256 string) (evidence.File, error)
	AllEvidence(ctx context.Context, site string) ([]evidence.File, error)
	EvidenceFiles(ctx context.Context, site string, sha256s []string) ([]evidence.File, error)
	FilingsWithFiles(ctx context.Context, site, first, last string) ([]filing.Filing, error)
}

// The months before and after all others.
const firstMonth, lastMonth = "0000-01", "9999-12"

func (s *server) evidenceRoutes() []route {
	handedIn := media{[]string{"multipart/form-data"}, EvidenceForm{}}
	files := media{types: []string{evidence.PDF, evidence.PNG, evidence.JPEG, evidence.XLSX, evidence.OFD, evidence.Text}}
	return group(lang.T("证据", "evidence"),
		at(post, "/sites/{site}/evidence", access.WriteFiling, within, "put-evidence", lang.T("上传证据文件", "hand a file of evidence in"), handle(s.putEvidence), patient(stream), taking(evidence.MaxSize, handedIn)),
		at(get, "/sites/{site}/evidence", access.ReadFilings, within, "list-evidence", lang.T("证据文件及其用处", "list files with the cells that use them"), handle(s.listEvidence)),
		at(get, "/sites/{site}/evidence/{sha256}", access.ReadFilings, within, "get-evidence", lang.T("打开证据文件", "open a file of evidence"), handle(s.getEvidence), patient(stream), giving(files)),
	)
}

// evidenceForm is what comes in with a file of evidence.
//
//nolint:gochecknoglobals // a table that is read only
var evidenceForm = upload{
	evidence.MaxSize, map[string]int64{"kind": maxField}, lang.T("降低扫描分辨率或拆成几个文件", "scan it at a lower resolution, or split it"),
}

// EvidenceForm is what a browser sends: multipart/form-data.
type EvidenceForm struct {
	File string `json:"file" format:"binary" doc:"PDF、PNG、JPEG、XLSX、OFD、CSV、TXT,至多 50 MB | PDF, PNG, JPEG, XLSX, OFD, CSV or TXT, 50 MB at most"`
	Kind string `json:"kind" enum:"weighbill,assay,invoice,calibration,photo,other" doc:"过磅单、化验单、发票、检定证书、照片、其他 | what it is to the trade"`
}

// putEvidence takes a file in.
func (s *server) putEvidence(ctx context.Context, in *Upload) (*struct{ Body evidence.File }, error) {
	var out struct{ Body evidence.File }
	err := s.handIn(ctx, in, evidenceForm, func(h handed, data io.ReaderAt) (err error) {
		if err := s.uploading.enter(ctx); err != nil { // a file is looked through in memory
			return err
		}
		defer s.uploading.leave()
		out.Body, err = s.Evidence.Take(ctx, evidence.Handed{
			Site: in.Site, Name: h.Told, Kind: evidence.Kind(h.fields["kind"]), By: actorOf(ctx).ID, Bytes: data, Size: h.Size,
		})
		return err
	})
	return &out, err
}

// EvidenceUse is a cell that names a file.
type EvidenceUse struct {
	Source    string `json:"source"`
	Parameter string `json:"parameter"`
	Month     string `json:"month"`
	Filing    string `json:"filing,omitempty" doc:"所在的填报 | the filing that names it, or that a remark is about"`
	Rule      string `json:"rule,omitempty" doc:"所说明的规则 | the rule that it explains"`
}

// EvidenceRow is a file with the cells that name it.
type EvidenceRow struct {
	evidence.File
	Uses []EvidenceUse `json:"uses"`
}

func (s *server) listEvidence(ctx context.Context, in *struct {
	OfSite
	Paged
	Month string `query:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"只列这个月用到的 | those that cells of this month use"`
},
) (*Listed[EvidenceRow], error) {
	first, last := firstMonth, lastMonth
	if in.Month != "" {
		first, last = in.Month, in.Month
	}
	files, err := s.Store.AllEvidence(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	seen, err := s.evidenceSeen(ctx, in.Site, first, last)
	if err != nil {
		return nil, err
	}
	rows := []EvidenceRow{}
	for _, f := range files {
		uses := seen.uses[f.SHA256]
		if in.Month != "" && len(uses) == 0 || !seen.opens(f) {
			continue
		}
		rows = append(rows, EvidenceRow{f, append([]EvidenceUse{}, uses...)})
	}
	return slice(rows, in.Paged, func(r EvidenceRow) string { return r.SHA256 })
}

// seen is what a reader may see of a mine's files: who has a duty at some units
// alone sees what cells of these use, and what they handed in.
type seen struct {
	uses  map[string][]EvidenceUse // by hash, those of the reader's units
	actor string
	whole bool
}

func (v seen) opens(f evidence.File) bool {
	return v.whole || f.By == v.actor || len(v.uses[f.SHA256]) > 0
}

// evidenceSeen finds which cells the reader sees use which files.
func (s *server) evidenceSeen(ctx context.Context, site, first, last string) (seen, error) {
	nodes, whole := access.Nodes(actorOf(ctx), access.ReadFilings, site)
	v := seen{uses: map[string][]EvidenceUse{}, actor: actorOf(ctx).ID, whole: whole}
	filings, err := s.Store.FilingsWithFiles(ctx, site, first, last)
	if err != nil {
		return v, err
	}
	mine, err := s.Mine(ctx, site)
	if err != nil {
		return v, err
	}
	remarks, err := s.Store.Remarks(ctx, site, first, last)
	if err != nil {
		return v, err
	}
	sees := func(c filing.Cell) bool { return whole || mine.under(c.Source, c.Parameter, nodes) }
	for _, f := range filings {
		for _, e := range f.Evidence {
			if e.SHA256 != "" && sees(f.Cell) {
				v.uses[e.SHA256] = append(v.uses[e.SHA256], EvidenceUse{Source: f.Source, Parameter: f.Parameter, Month: f.Month, Filing: f.ID})
			}
		}
	}
	for _, r := range remarks {
		for _, sum := range r.Evidence {
			if sees(r.Cell) {
				v.uses[sum] = append(v.uses[sum], EvidenceUse{r.Source, r.Parameter, r.Month, r.Filing, r.Rule})
			}
		}
	}
	return v, nil
}

// under tells whether a row is filed by one of some units, or by one below them.
func (m *Mine) under(source, parameter string, nodes []string) bool {
	row, ok := m.Plan.Row(source, parameter)
	if !ok {
		return false
	}
	for _, org := range m.Site.Path(row.Cell.Node) {
		if slices.Contains(nodes, org.ID) {
			return true
		}
	}
	return false
}

// OfEvidence names a file in the address.
type OfEvidence struct {
	OfSite
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$" doc:"文件的 SHA-256 | hash of the file"`
}

// getEvidence gives a file's bytes, once they have been hashed again. That
// another mine has a file of this hash is not told: the answer is that of a
// file that nobody has.
func (s *server) getEvidence(ctx context.Context, in *struct {
	OfEvidence
	Conditional
},
) (*Streamed, error) {
	f, err := s.Store.Evidence(ctx, in.Site, in.SHA256)
	if err != nil {
		return nil, err
	}
	if err := s.maySee(ctx, f); err != nil {
		return nil, err
	}
	etag := `W/"` + f.SHA256 + `"`
	if err := f.Open(); err != nil {
		return nil, err
	}
	if in.has(etag) {
		return &Streamed{func(c huma.Context) { c.SetStatus(http.StatusNotModified) }}, nil
	}
	_, data, err := s.Evidence.Open(ctx, in.Site, in.SHA256)
	if err != nil {
		return nil, err
	}
	return &Streamed{func(c huma.Context) {
		defer data.Close()
		showing(c, f)
		c.SetHeader("ETag", etag)
		c.SetStatus(http.StatusOK)
		if _, err := io.Copy(c.BodyWriter(), data); err != nil {
			visitOf(ctx).err = err
			panic(http.ErrAbortHandler) // a file that did not come whole is none
		}
	}}, nil
}

func (s *server) maySee(ctx context.Context, f evidence.File) error {
	if _, whole := access.Nodes(actorOf(ctx), access.ReadFilings, f.Site); whole {
		return nil
	}
	v, err := s.evidenceSeen(ctx, f.Site, firstMonth, lastMonth)
	if err != nil || v.opens(f) {
		return err
	}
	return fault.NotFound.Say(lang.T("没有证据文件 %s", "there is no evidence file %s"), f.SHA256)
}

// showing sets what a browser may do with a stranger's file: draw it where it
// can be drawn, keep it else, run nothing. A sandbox would be stronger still,
// but browsers show no PDF in one; a PDF that has something to run is kept.
func showing(c huma.Context, f evidence.File) {
	how, policy := "attachment", "sandbox; default-src 'none'; frame-ancestors 'none'"
	if f.Inline() {
		how, policy = "inline", "sandbox; default-src 'none'; frame-ancestors 'self'"
		c.SetHeader("X-Frame-Options", "SAMEORIGIN")
	}
	if f.Type == evidence.PDF && f.Inline() {
		policy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
	}
	c.SetHeader("Content-Security-Policy", policy)
	c.SetHeader("Content-Type", f.Type)
	c.SetHeader("Content-Disposition", disposition(how, f.Name))
	c.SetHeader("Cache-Control", "private, no-cache") // whether one may still see it is asked each time
}
