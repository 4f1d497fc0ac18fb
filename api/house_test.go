package api_test

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/api"
	"lingtan/calc"
	"lingtan/evidence"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/people"
	"lingtan/reading"
	"lingtan/report"
	"lingtan/series"
	"lingtan/source"
	"lingtan/store"
	"lingtan/testkit"
)

//go:embed testdata/small.toml
var small string

const (
	own, other = "xiaoyao", "daling" // two mines of one file
	edition    = "cn-coal-2014"
	month      = "2024-01"
)

// now is after the month that the tests close.
var now = time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC)

// house is the real handler over a real store and real engines.
type house struct {
	tb     testing.TB
	store  *store.Store
	web    http.Handler
	log    *diary
	desk   *people.Desk
	tokens map[string]string // by "role@site", and "expired"
	inside map[string]string // cookies of sessions, by the same
	tally  tally

	uploads  string
	evidence *evidence.Keeper
	contract func() *contract

	mu    sync.Mutex
	mines map[string]*api.Mine
	run   api.ImportRun // the import begun last
}

// build makes a house with two mines and everybody who can be sent to them.
func build(tb testing.TB, dsn string) *house {
	tb.Helper()
	h := raise(tb, dsn)
	h.everybody()
	return h
}

// raise makes a house with two mines and nobody in it.
func raise(tb testing.TB, dsn string) *house {
	tb.Helper()
	h := &house{tb: tb, store: testkit.OpenStore(tb, dsn), log: &diary{}, tokens: map[string]string{}, inside: map[string]string{}, mines: map[string]*api.Mine{}, uploads: filepath.Join(tb.TempDir(), "uploads")}
	h.store.Now = clock
	h.desk = h.people()
	tb.Cleanup(h.close)
	web, err := api.New(h.services())
	if err != nil {
		tb.Fatal(err)
	}
	h.web, h.contract = web, sync.OnceValue(h.readContract)
	for _, site := range []string{own, other} {
		if _, err := h.store.PutSite(tb.Context(), site, strings.Replace(small, `"xiaoyao"`, `"`+site+`"`, 1), store.System); err != nil {
			tb.Fatal(err)
		}
	}
	return h
}

func clock() time.Time { return now }

func (h *house) close() {
	for _, m := range h.mines {
		if err := m.Readings.Series.Close(); err != nil {
			h.tb.Error(err)
		}
	}
}

func (h *house) services() api.Services {
	return api.Services{
		Store: shelf{h.store}, People: h.desk, DemoPassword: "known to all", Mine: h.mine, AtWork: h.atWork, Calc: calc.Read, Now: clock, Version: "test", Beat: 50 * time.Millisecond,
		Factors: func(_ context.Context, id string) (*factor.Set, error) {
			if id != "" && id != factor.BuiltinID {
				return nil, fault.NotFound.Say(lang.T("没有因子表 %s", "there is no factor set %s"), id)
			}
			return factor.Builtin(), nil
		},
		Imports: h, Uploads: h.uploads, Evidence: h.keeper(),
		Log:     slog.New(slog.NewTextHandler(h.log, nil)),
		Reports: api.Reports{Forms: forms(), Write: writeReport},
		Backup: func(_ context.Context, w io.Writer, ask api.BackupAsk) error {
			if ask.Passphrase == "short" {
				return fault.Invalid.Say(lang.T("密码太短", "the passphrase is short"))
			}
			_, err := io.WriteString(w, "PK all of it, for "+ask.By)
			return err
		},
		Bundle: func(_ context.Context, w io.Writer, inv inventory.Inventory) error {
			if inv.Version > 1 {
				return fault.Conflict.Say(lang.T("没有证据", "there is no evidence"))
			}
			_, err := io.WriteString(w, "PK "+inv.Hash)
			return err
		},
	}
}

func forms() []api.Form {
	formats := each(report.Formats(), func(f report.Format) string { return f.ID })
	return each(report.Forms(""), func(f report.Form) api.Form { return api.Form{ID: f.ID, Title: f.Title, Formats: formats} })
}

func each[A, B any](rows []A, turn func(A) B) []B {
	out := make([]B, len(rows))
	for i, r := range rows {
		out[i] = turn(r)
	}
	return out
}

func writeReport(_ context.Context, w io.Writer, inv inventory.Inventory, form, format string, tag lang.Tag) error {
	doc, err := report.Build(form, inv, tag)
	if err != nil {
		return err
	}
	return report.Encode(w, doc, format)
}

// mine opens a mine once.
func (h *house) mine(ctx context.Context, id string) (*api.Mine, error) {
	row, err := h.store.Site(ctx, id)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if m := h.mines[id]; m != nil && m.Site.SHA256 == row.SHA256 {
		return m, nil
	}
	file, err := inventory.OpenMine(id, []byte(row.File))
	if err != nil {
		return nil, err
	}
	m, err := h.open(ctx, file)
	if err == nil {
		h.mines[id] = m
	}
	return m, err
}

func (h *house) open(ctx context.Context, file *inventory.Mine) (*api.Mine, error) {
	ids := map[string]reading.ID{}
	rules := map[reading.ID]reading.Rule{}
	for _, p := range file.Site.Points {
		id, err := h.store.SeriesID(ctx, file.Site.ID, p.ID)
		if err != nil {
			return nil, err
		}
		ids[p.ID], rules[id[0]] = id[0], p.Rule()
	}
	number := func(point string) (reading.ID, bool) { id, ok := ids[point]; return id, ok }
	var engine reading.Series
	if before := h.mines[file.Site.ID]; before != nil {
		engine = before.Readings.Series
	} else {
		var err error
		if engine, err = series.Open(ctx, series.Options{Dir: h.tb.TempDir(), MemoryMB: 128, Threads: 1}); err != nil {
			return nil, err
		}
	}
	readings := &reading.Service{Series: engine, Now: clock, Rules: func(id reading.ID) (reading.Rule, bool) { r, ok := rules[id]; return r, ok }}
	devices := h.devices(file, ids, readings)
	job := source.Import{Points: devices.Mine.Points, Sink: readings, Marks: engine, Site: file.Site.ID, Now: clock}
	return &api.Mine{Mine: file, Import: job, Number: number, Readings: readings, Sink: readings, Devices: devices, Inventories: &inventory.Service{
		Mine:    func(context.Context, string) (*inventory.Mine, error) { return file, nil },
		Meters:  engine,
		Refresh: func(ctx context.Context) error { _, err := readings.Refresh(ctx, nil); return err },
		Series:  func(context.Context, string) (func(string) (reading.ID, bool), error) { return number, nil },
		Filings: h.store, Books: h.store.Books(), Now: clock,
		Factors: func(context.Context, string) (*factor.Set, error) { return factor.Builtin(), nil },
	}}, nil
}

// devices are the mine's, whose folder nobody follows.
func (h *house) devices(file *inventory.Mine, ids map[string]reading.ID, readings *reading.Service) *source.Devices {
	return &source.Devices{Folder: h.tb.TempDir(), Mine: source.Mine{
		Site: file.Site.ID, Now: clock, Log: slog.New(slog.DiscardHandler), Sink: readings, Marks: readings.Series,
		Refused: &source.Refused{Dir: h.tb.TempDir()},
		Points: func(id string) (source.Point, bool) {
			p, ok := file.Site.Point(id)
			return source.Point{Series: ids[id], Unit: p.Unit, Step: p.Step}, ok
		},
	}}
}

// atWork are the mines opened so far.
func (h *house) atWork() []*api.Mine {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Values(h.mines))
}

// call is one request; who is a key of tokens, or a secret, or "cookie" with a
// session's, or nobody.
type call struct {
	who, method, path, body string
	header                  map[string]string
}

func (h *house) do(c call) *httptest.ResponseRecorder {
	h.tb.Helper()
	r := httptest.NewRequestWithContext(h.tb.Context(), c.method, c.path, strings.NewReader(c.body))
	if cookie, is := strings.CutPrefix(c.who, "cookie "); is {
		cookie, _, _ = strings.Cut(cookie, " ")
		r.AddCookie(&http.Cookie{Name: "lingtan", Value: cookie})
		r.Header.Set("X-Lingtan", "1")
	} else if c.who != "" {
		secret := c.who
		if token, known := h.tokens[c.who]; known {
			secret = token
		}
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	r.Header.Set("Accept-Language", "en")
	for key, value := range c.header {
		r.Header.Set(key, value)
	}
	w := httptest.NewRecorder()
	h.web.ServeHTTP(w, r)
	for _, flaw := range h.contract().flaws(r, w) {
		h.tb.Errorf("%s %s answers what openapi.json does not tell: %s", c.method, c.path, flaw)
	}
	return w
}

// must is do for what has to succeed.
func (h *house) must(c call) string {
	h.tb.Helper()
	w := h.do(c)
	if w.Code/100 != 2 {
		h.tb.Fatalf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
	}
	return w.Body.String()
}

// hours makes a batch of a counter that rises by 2 an hour through January.
func hours() string {
	var b strings.Builder
	at := time.Date(2023, 12, 31, 16, 0, 0, 0, time.UTC) // midnight in Shanxi
	for i := range 31*24 + 1 {
		sep := ","
		if i == 0 {
			sep = `{"readings":[`
		}
		fmt.Fprintf(&b, `%s{"point":"feeder","t":%d,"v":%d}`, sep, at.Add(time.Duration(i)*time.Hour).UnixMilli(), 1000+2*i)
	}
	return b.String() + "]}"
}

// closed brings a house to where its January is closed.
func (h *house) closed() *house {
	h.tb.Helper()
	h.must(call{who: "filler@" + own, method: "POST", path: "/api/v1/sites/xiaoyao/readings", body: hours()})
	h.must(call{
		who: "filler@" + own, method: "PUT", path: "/api/v1/sites/xiaoyao/filings/coal-2024-01",
		body: `{"source":"post-mining","parameter":"raw_coal","month":"2024-01","quantity":"100000 t"}`,
	})
	h.must(call{who: "reviewer@" + own, method: "POST", path: "/api/v1/sites/xiaoyao/inventories", body: `{"period":"2024-01","edition":"cn-coal-2014"}`})
	return h
}

// diary is a log that several may write.
type diary struct {
	mu   sync.Mutex
	text strings.Builder
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}
