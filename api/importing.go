package api

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/source"
)

// mappingName is what faults of a mapping say they are in.
const mappingName = "mapping.toml"

// Imports runs imports behind the requests that began them.
type Imports interface {
	// Start begins a run and answers at once. The job's file is the run's from then on.
	Start(ctx context.Context, job ImportJob) (ImportRun, error)
	Find(ctx context.Context, site, id string) (ImportRun, error)
	// Cancel lets a run end early; what is durable stays.
	Cancel(ctx context.Context, site, id string) (ImportRun, error)
	// Rejects gives the list of what was not understood; NotFound when there is none.
	Rejects(ctx context.Context, site, id string) ([]byte, error)
}

// ImportJob is an import that somebody asked for.
type ImportJob struct {
	source.Import               // all but where its rejects go and who is told of its progress
	File          source.Handed // removed when the run has ended
}

// Run imports the file, and tells its faults by the name that its sender knows.
func (j ImportJob) Run(ctx context.Context) (source.Report, error) {
	report, err := j.Import.Run(ctx)
	report.File = filepath.Base(j.Path)
	return report, renamed(err, j.Path)
}

// ImportRun is an import and how far it is.
type ImportRun struct {
	reading.Import
	Phase     string         `json:"phase,omitempty" enum:"look,import,hours" doc:"look 通读,import 入库,hours 重算小时量 | look: reading through; import: taking in; hours: recomputing them"`
	Bytes     int64          `json:"bytes,omitempty" doc:"本阶段已读 | read in this phase"`
	Of        int64          `json:"of,omitempty"`
	Rate      float64        `json:"rate,omitempty" doc:"行/秒 | rows a second"`
	Cancelled bool           `json:"cancelled,omitempty"`
	Report    *source.Report `json:"report,omitempty"`
	Errors    []Complaint    `json:"errors,omitempty"`
	Failed    error          `json:"-"`
}

// ImportForm is what a browser sends: multipart/form-data.
type ImportForm struct {
	File    string `json:"file" format:"binary" doc:"CSV、XLSX 或 Parquet,至多 256 MB | CSV, XLSX or Parquet, 256 MB at most"`
	Mapping string `json:"mapping" doc:"映射文件(TOML),见 docs/formats.md | mapping file (TOML), see docs/formats.md"`
	Force   bool   `json:"force,omitempty" doc:"同一文件再导一次 | import a file that was imported before"`
	Seq     int64  `json:"seq,omitempty" doc:"更正序号:同一时刻较大者为准 | correction number: of one instant the higher one stands"`
}

// SuggestForm is a file alone, or the first 256 KiB of a text.
type SuggestForm struct {
	File string `json:"file" format:"binary"`
}

// Suggested is a mapping to begin with, and the beginning of its file.
type Suggested struct {
	source.Suggestion
	Head source.Head `json:"head"`
}

// suggestMapping guesses a mapping from the beginning of a file.
func (s *server) suggestMapping(ctx context.Context, in *Upload) (_ *struct{ Body Suggested }, err error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	h, err := s.take(ctx, in, importForm)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.Remove()) }()
	head, err := source.Glance(ctx, h.Path, maxUpload)
	if err != nil {
		return nil, renamed(err, h.Path)
	}
	return &struct{ Body Suggested }{Suggested{source.Suggest(head, mine.known(), mine.Site.Calendar.Zone.String()), head}}, nil
}

// known lists the points that a mapping may name.
func (m *Mine) known() []source.Known {
	out := make([]source.Known, len(m.Site.Points))
	for i, p := range m.Site.Points {
		out[i] = source.Known{ID: p.ID, Name: p.Name, Unit: p.Unit}
	}
	return out
}

// previewImport understands all of a file and writes nothing.
func (s *server) previewImport(ctx context.Context, in *Upload) (_ *struct{ Body source.Report }, err error) {
	job, err := s.job(ctx, in)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, job.File.Remove()) }()
	if err := s.computing.enter(ctx); err != nil {
		return nil, err
	}
	defer s.computing.leave()
	job.DryRun = true
	report, err := job.Run(ctx)
	if err != nil {
		return nil, err
	}
	return &struct{ Body source.Report }{report}, nil
}

func (s *server) startImport(ctx context.Context, in *Upload) (*struct{ Body ImportRun }, error) {
	job, err := s.job(ctx, in)
	if err != nil {
		return nil, err
	}
	run, err := s.Imports.Start(ctx, job)
	if err != nil {
		return nil, errors.Join(err, job.File.Remove())
	}
	return s.told(ctx, run)
}

// job makes an import of what was handed in.
func (s *server) job(ctx context.Context, in *Upload) (ImportJob, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return ImportJob{}, err
	}
	h, err := s.take(ctx, in, importForm)
	if err != nil {
		return ImportJob{}, err
	}
	job, err := s.read(ctx, in.Site, mine, h)
	if err != nil {
		return job, errors.Join(err, h.Remove())
	}
	return job, nil
}

func (s *server) read(ctx context.Context, site string, mine *Mine, h handed) (ImportJob, error) {
	job := ImportJob{Import: mine.Import, File: h.Handed}
	m, err := source.ParseMapping(mappingName, []byte(h.fields["mapping"]))
	if err != nil {
		return job, err
	}
	if m.Kind == source.KindFilings { // the route lets in who may hand in readings, a machine among them
		if err := access.May(actorOf(ctx), access.WriteFiling, site); err != nil {
			return job, err
		}
	}
	job.Path, job.Mapping, job.By, job.Lang, job.MaxBytes = h.Path, m, actorOf(ctx).ID, tagOf(ctx), maxUpload
	if job.Force, err = parsed(h.fields["force"], strconv.ParseBool); err != nil {
		return job, wrongField("force", "true")
	}
	if job.Seq, err = parsed(h.fields["seq"], func(s string) (int64, error) { return strconv.ParseInt(s, 10, 32) }); err != nil || job.Seq < 0 {
		return job, wrongField("seq", "1")
	}
	return job, nil
}

// parsed reads a field that may be left out.
func parsed[T any](text string, parse func(string) (T, error)) (v T, err error) {
	if text == "" {
		return v, nil
	}
	return parse(text)
}

func wrongField(name, example string) error {
	return fault.Invalid.Say(lang.T("字段 %s 读不懂", "the field %s is not understood"), name).
		Do(lang.T("写成 %s", "write it as %s"), example).At(fault.Place{Column: name})
}

// OfImport names an import in the address.
type OfImport struct {
	OfSite
	ID string `path:"id" maxLength:"64" doc:"导入编号 | id of the import"`
}

func (s *server) getImport(ctx context.Context, in *OfImport) (*struct{ Body ImportRun }, error) {
	run, err := s.Imports.Find(ctx, in.Site, in.ID)
	if err != nil {
		return nil, err
	}
	return s.told(ctx, run)
}

func (s *server) cancelImport(ctx context.Context, in *OfImport) (*struct{ Body ImportRun }, error) {
	run, err := s.Imports.Cancel(ctx, in.Site, in.ID)
	if err != nil {
		return nil, err
	}
	return s.told(ctx, run)
}

func (s *server) getRejects(ctx context.Context, in *OfImport) (*Raw, error) {
	list, err := s.Imports.Rejects(ctx, in.Site, in.ID)
	if err != nil {
		return nil, err
	}
	return &Raw{Status: 200, ContentType: "text/csv; charset=utf-8", Body: list, ContentDisposition: attachment(in.ID + ".errors.csv")}, nil
}

// told tells why a run failed in the reader's language.
func (s *server) told(ctx context.Context, run ImportRun) (*struct{ Body ImportRun }, error) {
	if run.Failed != nil && !run.Cancelled {
		p := problemOf(ctx, run.Failed)
		if run.Errors = p.Errors; run.Errors == nil { // ours to mend: the number finds it in the log
			run.Errors = []Complaint{{Code: p.Code, Text: p.Detail}}
		}
	}
	return &struct{ Body ImportRun }{run}, nil
}
