package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/live"
	"lingtan/query"
	"lingtan/source"
)

// Asked is a question in Prometheus' own parameters, which are read as it does.
type Asked struct {
	OfSite
	form url.Values
}

// Resolve keeps the parameters.
func (a *Asked) Resolve(c huma.Context) []error {
	at := c.URL()
	a.form = at.Query()
	return nil
}

func (a *Asked) asked() *Asked { return a }

// AskedByForm is a question whose parameters come as a form, as Grafana sends
// them unless told otherwise.
type AskedByForm struct {
	Asked
	RawBody []byte
}

// asked joins the form to the parameters of the address. What is wrong in a
// form is not there, and then told as missing.
func (a *AskedByForm) asked() *Asked {
	form, _ := url.ParseQuery(string(a.RawBody))
	for key, said := range form {
		a.form[key] = append(said, a.form[key]...)
	}
	return &a.Asked
}

// AskedOfLabel is a question about a label.
type AskedOfLabel struct {
	Asked
	Name string `path:"name" maxLength:"256" doc:"标签 | the label"`
}

// panels answers queries of panels.
type panels struct {
	*server
	engine *query.Engine
}

// panelOf is what answers a question about a mine.
type panelOf func(ctx context.Context, m query.Mine, form url.Values) (*query.Answer, error)

// prometheusRoutes are Prometheus' HTTP API over the points of one mine, under
// Prometheus' own paths: a client is given everything before /api/v1.
func (s *server) prometheusRoutes() []route {
	const base = "/sites/{site}/prometheus/api/v1/"
	p := panels{s, query.New(query.Usual)}
	forms := taking(maxBody, media{types: []string{formType}})
	json := giving(media{types: []string{"application/json"}})
	both := func(path, id string, title lang.Text, do panelOf) []route {
		return []route{
			at(get, base+path, access.ReadReadings, bySite, "panel-"+id, title, handle(answered[Asked](p, do)), loose, json, patient(panel)),
			at(post, base+path, access.ReadReadings, bySite, "panel-"+id+"-form", title, handle(answered[AskedByForm](p, do)), loose, json, forms, patient(panel)),
		}
	}
	one := func(path, id string, title lang.Text, do panelOf) []route { return both(path, id, title, do)[:1] }
	var rows []route
	for _, these := range [][]route{
		both("query", "query", lang.T("PromQL 某一时刻", "PromQL at an instant"), p.engine.Instant),
		both("query_range", "range", lang.T("PromQL 一段时间", "PromQL over a stretch"), p.engine.Range),
		both("series", "series", lang.T("有哪些序列", "list series"), listOf(p.engine.Series)),
		both("labels", "labels", lang.T("有哪些标签", "list labels"), listOf(p.engine.Labels)),
		{at(get, base+"label/{name}/values", access.ReadReadings, bySite, "panel-label-values", lang.T("标签有哪些值", "list values of a label"), handle(p.values), loose, json)},
		one("metadata", "metadata", lang.T("指标的含义", "what the metrics mean"), func(ctx context.Context, _ query.Mine, f url.Values) (*query.Answer, error) {
			return p.engine.Metadata(f, tagOf(ctx)), nil
		}),
		both("query_exemplars", "exemplars", lang.T("样例(没有)", "exemplars, of which there are none"), sayOf(p.engine.Exemplars)),
		both("format_query", "format", lang.T("整理表达式", "format an expression"), sayOf(p.engine.Format)),
		one("rules", "rules", lang.T("规则(没有)", "rules, of which there are none"), sayOf(func(url.Values) (*query.Answer, error) { return query.Rules(), nil })),
		one("status/buildinfo", "build", lang.T("引擎版本", "version of the engine"), sayOf(func(url.Values) (*query.Answer, error) { return query.Build(), nil })),
	} {
		rows = append(rows, these...)
	}
	return group(lang.T("Prometheus 查询(Grafana)", "Prometheus queries, for Grafana"), rows...)
}

func listOf(list func(query.Mine, url.Values) (*query.Answer, error)) panelOf {
	return func(_ context.Context, m query.Mine, f url.Values) (*query.Answer, error) { return list(m, f) }
}

func sayOf(tell func(url.Values) (*query.Answer, error)) panelOf {
	return func(_ context.Context, _ query.Mine, f url.Values) (*query.Answer, error) { return tell(f) }
}

// answered makes a handler of a panel for either way of asking.
func answered[I any, P interface {
	*I
	asked() *Asked
}](p panels, do panelOf) func(context.Context, *I) (*Streamed, error) {
	return func(ctx context.Context, in *I) (*Streamed, error) {
		a := P(in).asked()
		return p.answer(ctx, a, do), nil
	}
}

func (p panels) values(ctx context.Context, in *AskedOfLabel) (*Streamed, error) {
	return p.answer(ctx, &in.Asked, func(_ context.Context, m query.Mine, f url.Values) (*query.Answer, error) {
		return p.engine.Values(m, in.Name, f)
	}), nil
}

// answer asks the mine and streams the answer. Behind the door even a refusal
// is told as Prometheus tells it, for its clients show nothing else.
func (p panels) answer(ctx context.Context, a *Asked, do panelOf) *Streamed {
	answer, err := p.ask(ctx, a, do)
	return &Streamed{func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		if err != nil {
			refusePanel(ctx, c, err)
			return
		}
		c.SetStatus(http.StatusOK)
		if err := answer.Write(c.BodyWriter()); err != nil {
			visitOf(ctx).err = err // the client is gone
		}
	}}
}

func (p panels) ask(ctx context.Context, a *Asked, do panelOf) (*query.Answer, error) {
	mine, err := p.Mine(ctx, a.Site)
	if err != nil {
		return nil, err
	}
	return do(ctx, query.Mine{
		Site: mine.Site, Number: mine.Number, Readings: mine.Readings.Series, Now: p.Now(), Moments: append(ofDevices(mine.Devices), ofNodes(mine.Hall)...),
		Refresh: func(ctx context.Context) error { _, err := mine.Readings.Refresh(ctx, nil); return err },
	}, a.form)
}

// ofDevices tells how the devices are doing now.
func ofDevices(d *source.Devices) []query.Moment {
	if d == nil {
		return nil
	}
	var out []query.Moment
	for _, h := range d.Health() {
		of := map[string]string{"device": h.Device, "protocol": h.Protocol}
		out = append(
			out,
			query.Moment{Name: query.DeviceUp, Labels: of, V: one(h.State == source.Up)},
			query.Moment{Name: query.DeviceSilent, Labels: of, V: one(h.Silent)},
			query.Moment{Name: query.DeviceLast, Labels: of, V: lastReading(h)},
		)
	}
	return out
}

// ofNodes tells what the nodes of the mine emit now; what is not known of a
// node is not told.
func ofNodes(h *live.Hall) []query.Moment {
	if h == nil {
		return nil
	}
	var out []query.Moment
	tell := func(name, node, unit string, v float64, known bool) {
		if known {
			out = append(out, query.Moment{Name: name, Labels: map[string]string{"node": node, "unit": unit}, V: v})
		}
	}
	_, nodes := h.Look()
	for _, n := range nodes {
		tell(query.EmissionRate, n.ID, "t/h", n.Rate, n.RateKnown)
		tell(query.EmissionMonth, n.ID, "t", n.Month, n.MonthKnown)
		tell(query.EmissionYear, n.ID, "t", n.Year, n.YearKnown)
	}
	return out
}

// kindStatus is the table from the kind of a refusal to its status, as
// Prometheus has it.
//
//nolint:gochecknoglobals // a table that is read only
var kindStatus = map[query.Kind]int{
	query.BadData: http.StatusBadRequest, query.Execution: http.StatusUnprocessableEntity, query.Timeout: http.StatusServiceUnavailable,
	query.Canceled: statusGone, query.NotFound: http.StatusNotFound, query.Internal: http.StatusInternalServerError,
}

func refusePanel(ctx context.Context, c huma.Context, err error) {
	kind, text := query.KindOf(err), fault.Tell(err, tagOf(ctx))
	if kind == query.Internal { // its text may name files and hosts
		visitOf(ctx).err = err
		text = problemOf(ctx, err).Detail
	}
	c.SetStatus(kindStatus[kind])
	_ = query.Refuse(c.BodyWriter(), kind, text) // a client that is gone is nobody to be told
}
