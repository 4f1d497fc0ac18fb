package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

const (
	prefix = "/api/v1"
	bearer = "bearer"
)

// where says whose data a route opens. The zero value is none, and such a
// route does not start.
type where uint8

const (
	_        where = iota
	bySite         // of the mine named {site} in the path, the whole of it
	within         // of the mine named {site}, or of a unit of it: the handler shows and takes only what access.Nodes gives
	platform       // of no mine: only who has all of them
	anywhere       // of no mine, for whoever may do it at any mine of theirs
	himself        // of whoever is signed in: their own account
)

// String names it for the document of the surface.
func (w where) String() string {
	return [...]string{"", "site", "within", "platform", "anywhere", "self"}[w]
}

// ofSite tells whether a mine is named in the path.
func (w where) ofSite() bool { return w == bySite || w == within }

// mine tells whether a route is of one's own name and password: all that is
// open before a one-time password is changed.
func (r route) mine() bool {
	return r.where == himself && (r.path == "/me" || strings.HasPrefix(r.path, "/me/"))
}

// mounting binds a route's handler.
type mounting = func(huma.API, huma.Operation)

// route is one row of the surface.
type route struct {
	method, path string
	action       access.Action
	where        where
	id           string
	title        lang.Text
	mount        mounting

	tag          lang.Text
	patience     time.Duration // 0 is quick
	body         int64         // bytes; 0 is maxBody
	status       int           // of success; 0 is 200
	bare         bool          // its path stands without the prefix
	loose        bool          // its parameters are another protocol's, which knows more than we do
	takes, gives media         // bodies that huma does not read or write itself
}

// with changes what is ordinary about a route.
type with func(*route)

func patient(d time.Duration) with { return func(r *route) { r.patience = d } }
func created(r *route)             { r.status = http.StatusCreated }
func nothing(r *route)             { r.status = http.StatusNoContent }
func bare(r *route)                { r.bare = true }
func loose(r *route)               { r.loose = true }

func large(bytes int64) with           { return func(r *route) { r.body = bytes } }
func taking(bytes int64, m media) with { return func(r *route) { r.body, r.takes = bytes, m } }
func giving(m media) with              { return func(r *route) { r.gives = m } }

// at makes a row.
func at(method, path string, action access.Action, w where, id string, title lang.Text, mount mounting, ws ...with) route {
	r := route{method: method, path: path, action: action, where: w, id: id, title: title, mount: mount}
	for _, w := range ws {
		w(&r)
	}
	return r
}

// group gives rows their chapter of the documentation.
func group(tag lang.Text, rows ...route) []route {
	for i := range rows {
		rows[i].tag = tag
	}
	return rows
}

// media is a body that huma does not encode itself.
type media struct {
	types  []string
	schema any // an example whose type is the schema; nil is a binary string
}

// handle binds a handler to its row.
func handle[I, O any](do func(context.Context, *I) (*O, error)) func(huma.API, huma.Operation) {
	return func(web huma.API, op huma.Operation) {
		huma.Register(web, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := do(ctx, in)
			if err != nil {
				return nil, problemOf(ctx, err)
			}
			return out, nil
		})
	}
}

// check refuses a row that does not say who may call it. What nobody thought
// of is closed, and a program that opens it by mistake does not start.
func (r route) check() error {
	name := r.method + " " + r.path
	switch {
	case r.action == "" || !knownAction(r.action):
		return fault.Internal.Errorf("route %s: action %q is not one of access", name, r.action)
	case r.where == 0 || r.where.ofSite() != strings.HasPrefix(r.path, "/sites/{site}") || (r.where == himself) != (r.action == access.OwnAccount):
		return fault.Internal.Errorf("route %s: it does not say whose data it opens", name)
	case r.id == "" || r.tag.IsZero() || r.title.ZH == "" || r.title.EN == "" || r.mount == nil:
		return fault.Internal.Errorf("route %s: it has no id, tag, title or handler", name)
	}
	return nil
}

func knownAction(a access.Action) bool {
	return slices.Contains(access.Actions(), a)
}

// address is the path as it is asked for.
func (r route) address() string {
	if r.bare {
		return r.path
	}
	return prefix + r.path
}

// mount registers a row behind its door.
func (s *server) mount(web huma.API, r route) {
	op := huma.Operation{
		Method: r.method, Path: r.address(), OperationID: r.id, Tags: []string{r.tag.EN},
		Summary: r.title.EN, Description: r.title.ZH, DefaultStatus: r.status,
		MaxBodyBytes: orElse(r.body, maxBody), BodyReadTimeout: bodyWait,
		Security:    []map[string][]string{{bearer: {}}},
		Middlewares: huma.Middlewares{s.door(r)},
		Extensions:  map[string]any{"x-action": string(r.action), "x-at": r.where.String()},

		SkipValidateParams: r.loose,
	}
	r.mount(web, op)
	annotate(web.OpenAPI(), r)
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
