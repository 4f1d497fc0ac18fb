package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/period"
)

// TestRouteWithoutAction makes sure that a row somebody forgot to close does
// not start.
func TestRouteWithoutAction(t *testing.T) {
	s := &server{}
	whole := at(get, "/x", access.ReadSite, anywhere, "x", lang.Same("x"), handle(s.getMe))
	for name, spoil := range map[string]func(*route){
		"no action":           func(r *route) { r.action = "" },
		"no known action":     func(r *route) { r.action = "site.burn" },
		"no tenant":           func(r *route) { r.where = 0 },
		"a tenant, no {site}": func(r *route) { r.where = bySite },
		"{site}, no tenant":   func(r *route) { r.path = "/sites/{site}/x" },
		"a unit, no {site}":   func(r *route) { r.where = within },
		"another's account":   func(r *route) { r.where = himself },
		"no title":            func(r *route) { r.title = lang.Text{} },
	} {
		r := group(lang.Same("x"), whole)[0]
		if err := r.check(); err != nil {
			t.Fatal(err)
		}
		spoil(&r)
		if r.check() == nil {
			t.Errorf("a route with %s starts", name)
		}
	}
}

func TestAnswers(t *testing.T) {
	invalid := fault.Invalid.Say(lang.T("错", "wrong")).At(fault.Place{Row: 3, Column: "v"}).Do(lang.T("改", "mend"))
	secret := errors.New("dial tcp 10.0.0.7:5432: password authentication failed")
	for _, c := range []struct {
		err    error
		status int
		detail string
	}{
		{invalid, 422, "第 3 行, v: 错。改"},
		{fmt.Errorf("file x: %w", invalid), 422, "file x: 第 3 行, v: 错。改"},
		{errors.Join(invalid, fault.NotFound.Say(lang.T("无", "none"))), 422, "第 3 行, v: 错。改(另有 1 条)"},
		{fmt.Errorf("close: %w", errors.Join(invalid, invalid)), 422, "第 3 行, v: 错。改(另有 1 条)"},
		{fault.NotFound.Say(lang.T("无", "none")), 404, "无"},
		{fault.Conflict.Say(lang.T("冲突", "clash")), 409, "冲突"},
		{fault.Forbidden.Say(lang.T("不许", "no")), 403, "不许"},
		{errSignIn, 401, "需要令牌。带上请求头 Authorization: Bearer lingtan_…"},
		{fmt.Errorf("sign in: %w", access.ErrRefused), 401, "sign in: 令牌无效、已过期或已撤销。请管理员签发新令牌"},
		{errBusy, 503, "服务繁忙。稍后重试"},
		{context.DeadlineExceeded, 504, "缩小范围后重试"},
		{secret, 500, "请把编号 n1 告诉管理员"},
		{fmt.Errorf("open: %w", fault.Internal.Errorf("%w", secret)), 500, "请把编号 n1 告诉管理员"},
	} {
		v := &visit{id: "n1", tag: lang.ZH}
		p := problemOf(context.WithValue(t.Context(), visitKey{}, v), c.err)
		if p.Status != c.status || p.Detail != c.detail {
			t.Errorf("problemOf(%v) = %d %q, want %d %q", c.err, p.Status, p.Detail, c.status, c.detail)
		}
		if ours := c.status >= 500 && c.status != 503; (v.err != nil) != ours {
			t.Errorf("problemOf(%v) keeps %v for the log", c.err, v.err)
		}
	}
}

func TestTold(t *testing.T) {
	for in, want := range map[string]string{
		"expected number <= 1000":                            "须不大于 1000",
		"expected required property period to be present":    "缺少必填字段 period to be present",
		"request body is too large limit=1048576 bytes":      "请求正文过大,上限 1048576 bytes",
		"expected string to match pattern ^[0-9]{4}-(0[1-9]": "须符合格式 ^[0-9]{4}-(0[1-9]",
		"something it learnt since":                          "something it learnt since",
	} {
		if got := told(in); got.ZH != want || got.EN != in {
			t.Errorf("told(%q) = %q, want %q", in, got.ZH, want)
		}
	}
}

func TestCache(t *testing.T) {
	c := newCache[string](100)
	c.put("a", "A", 25)
	c.put("large", "L", 26)
	for _, key := range []string{"b", "c", "d"} {
		c.put(key, strings.ToUpper(key), 25)
	}
	if _, ok := c.get("a"); !ok {
		t.Error("a is gone though there is room")
	}
	c.put("e", "E", 25) // b was not asked for longest
	for key, want := range map[string]string{"a": "A", "b": "", "c": "C", "d": "D", "e": "E", "large": ""} {
		if got, _ := c.get(key); got != want {
			t.Errorf("get(%s) = %q, want %q", key, got, want)
		}
	}
	if c.used() != 100 || c.room != 0 {
		t.Errorf("%d used, room for %d, want 100 and 0", c.used(), c.room)
	}
}

// TestGate makes sure that who finds no room is sent away in time, and that a
// place is free again when somebody leaves.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := make(gate, 1)
		if err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := g.enter(t.Context()); !errors.Is(err, errBusy) || time.Since(start) != turnWait {
			t.Errorf("the second had %v after %v", err, time.Since(start))
		}
		time.AfterFunc(turnWait/2, g.leave)
		if err := g.enter(t.Context()); err != nil {
			t.Errorf("the third, for whom there was room in time, had %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := g.enter(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("one that has gone had %v", err)
		}
	})
}

func TestBounds(t *testing.T) {
	cal := period.Natural(time.FixedZone("CST", 8*3600))
	at := func(text string) int64 {
		ms, err := parseInstant(text)
		if err != nil {
			t.Fatal(err)
		}
		return ms
	}
	for _, c := range []struct {
		by, from, to string
		want         []string
	}{
		{"all", "2024-01-01T00:30:00Z", "2024-01-01T01:10:00Z", []string{"2024-01-01T00:00:00Z", "2024-01-01T02:00:00Z"}},
		{"hour", "2024-01-01T00:00:00Z", "2024-01-01T02:00:00Z", []string{"2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"}},
		{"day", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", []string{"2024-01-01T00:00:00Z", "2024-01-01T16:00:00Z", "2024-01-02T00:00:00Z"}},
		{"month", "2024-01-31T16:00:00Z", "2024-03-31T16:00:00Z", []string{"2024-01-31T16:00:00Z", "2024-02-29T16:00:00Z", "2024-03-31T16:00:00Z"}},
		{"year", "2022-12-31T16:00:00Z", "2024-01-01T00:00:00Z", []string{"2022-12-31T16:00:00Z", "2023-12-31T16:00:00Z", "2024-01-01T00:00:00Z"}},
	} {
		got, err := boundsOf(cal, c.by, at(c.from), at(c.to), 1)
		want := make([]int64, len(c.want))
		for i, text := range c.want {
			want[i] = at(text)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("boundsOf(%s, %s, %s) = %v, %v, want %v", c.by, c.from, c.to, got, err, want)
		}
	}
}

func TestSchemaName(t *testing.T) {
	for want, v := range map[string]any{
		"SiteCard": SiteCard{}, "InventorySite": inventory.Site{}, "PageLedgerEntry": Page[ledger.Entry]{}, "PagePoint": &Page[Point]{}, "PutHint": struct{}{},
	} {
		if got := schemaName(reflect.TypeOf(v), "put-hint"); got != want {
			t.Errorf("schemaName(%T) = %s, want %s", v, got, want)
		}
	}
}

// TestFalls makes sure that a handler's fall is an answer and a line in the
// log, and that one which aborts an answer half way is seen by the client.
func TestFalls(t *testing.T) {
	var log bytes.Buffer
	s := &server{Services: Services{Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))}, running: make(gate, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /fall", func(http.ResponseWriter, *http.Request) { panic("the roof") })
	mux.HandleFunc("GET /half", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 64<<10))
		panic(http.ErrAbortHandler)
	})
	web := httptest.NewUnstartedServer(s.around(mux))
	web.Config = Server(s.around(mux))
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	web.Start()
	defer web.Close()
	fetch := func(path string) (int, string, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := web.Client().Do(r)
		if err != nil {
			return 0, "", err
		}
		defer w.Body.Close()
		body, err := io.ReadAll(w.Body)
		return w.StatusCode, string(body), err
	}
	if status, body, err := fetch("/fall"); status != 500 || strings.Contains(body, "roof") || err != nil {
		t.Errorf("GET /fall = %d %s, %v", status, body, err)
	}
	if status, body, err := fetch("/half"); err == nil {
		t.Errorf("GET /half = %d with %d bytes looks whole", status, len(body))
	}
	if status, _, err := fetch("/fall"); status != 500 || err != nil {
		t.Errorf("after that GET /fall = %d, %v: the falls took the only place", status, err)
	}
	if !strings.Contains(log.String(), "the roof") {
		t.Error("the log does not know of the fall")
	}
}
