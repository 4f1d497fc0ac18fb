// Package api owns the way in over HTTP: it decodes a request, asks one
// service, encodes the answer, and lets nobody further than the table of
// routes and the table of access allow.
package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"lingtan/board"
	"lingtan/evidence"
	"lingtan/factor"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/live"
	"lingtan/people"
	"lingtan/reading"
	"lingtan/source"
	"lingtan/standard"
)

// Services is what the routes ask. All of it is needed; New says what is not there.
type Services struct {
	Store   Store
	Mine    func(ctx context.Context, site string) (*Mine, error)     // NotFound when there is none
	AtWork  func() []*Mine                                            // the mines whose devices are being read
	Factors func(ctx context.Context, id string) (*factor.Set, error) // "" is the set in use
	Calc    func(name string, text []byte) (standard.Request, error)  // reads a calculation file
	Imports Imports
	Uploads string // folder of files that are handed in, while they are needed
	Reports Reports
	People  *people.Desk // signs people in
	OpenID  []OpenID     // the providers whose people may come in
	// PublicURL is how browsers address us, where it is not how they ask; "" is that.
	PublicURL string
	// DemoPassword is of all people of the demonstration; "" where it is not served.
	DemoPassword string
	// Evidence keeps the files that prove what was filed.
	Evidence *evidence.Keeper
	Bundle   func(ctx context.Context, w io.Writer, inv inventory.Inventory) error
	Backup   Backups
	Proxies  []netip.Prefix // who may say for whom they ask
	Now      func() time.Time
	Log      *slog.Logger
	Version  string        // of the program
	Page     http.Handler  // the built web page; nil where the program has none
	Beat     time.Duration // between two signs of life of a silent stream; 0 is 15 s
}

// Mine is a mine at work: its current file, and the services over its readings.
type Mine struct {
	*inventory.Mine
	Number      func(point string) (reading.ID, bool) // of a point's or gas' series
	Readings    *reading.Service
	Sink        source.Sink   // where readings are handed in
	Import      source.Import // into this mine: without a file, a mapping and somebody who asks for it
	Inventories *inventory.Service
	Devices     *source.Devices
	Hall        *live.Hall // nil until it is ready
}

// Reports writes an inventory as a document.
type Reports struct {
	Forms []Form
	Write func(ctx context.Context, w io.Writer, inv inventory.Inventory, form, format string, tag lang.Tag) error
}

// Form is a report form, as its document calls it.
type Form struct {
	ID      string    `json:"id"`
	Title   lang.Text `json:"title"`
	Formats []string  `json:"formats"` // "docx", "xlsx", "json", "csv"
}

// server is the services with what serving them needs.
type server struct {
	Services
	inventories *cache[inventory.Inventory]
	documents   *cache[document]
	shelf       *board.Shelf // what boards computed
	memories    *memories    // what the desks of the mines keep
	hallways    *hallways    // who is in which cell
	running     gate         // requests
	computing   gate         // the few that work for seconds
	streaming   gate         // listeners
	uploading   gate         // files on their way in
	backing     gate         // backups
	handing     pace         // files of evidence, for each person
	metrics     *prometheus.Registry
}

// New makes the handler of everything the program serves over HTTP. It fails
// when a service is not there or a route does not say who may call it.
func New(services Services) (http.Handler, error) {
	if err := services.complete(); err != nil {
		return nil, err
	}
	s := &server{
		Services:    services,
		inventories: newCache[inventory.Inventory](maxInventories),
		documents:   newCache[document](maxDocuments),
		shelf:       board.NewShelf(),
		memories:    newMemories(),
		hallways:    newHallways(),
		running:     make(gate, maxRunning),
		computing:   make(gate, maxComputing),
		streaming:   make(gate, maxStreams),
		uploading:   make(gate, maxUploading),
		backing:     make(gate, 1),
		metrics:     newMetrics(services.AtWork),
	}
	mux := http.NewServeMux()
	web := humago.New(mux, s.config())
	routes := s.routes()
	var faults []error
	for _, r := range routes {
		faults = append(faults, r.check())
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	for _, r := range routes {
		s.mount(web, r)
	}
	spec, err := specification(web.OpenAPI())
	if err != nil {
		return nil, err
	}
	for _, p := range s.pages(spec, routes) {
		mux.HandleFunc(p.method+" "+p.path, p.handle)
	}
	return s.around(mux), nil
}

// complete tells what is missing, before the first request meets it.
func (s Services) complete() error {
	var faults []error
	need := func(there bool, name string) {
		if !there {
			faults = append(faults, fault.Internal.Errorf("api: no service %s", name))
		}
	}
	need(s.Store != nil, "Store")
	need(s.People != nil, "People")
	need(s.Mine != nil, "Mine")
	need(s.AtWork != nil, "AtWork")
	need(s.Factors != nil, "Factors")
	need(s.Calc != nil, "Calc")
	need(s.Imports != nil && s.Uploads != "", "Imports")
	need(s.Reports.Write != nil && len(s.Reports.Forms) > 0, "Reports")
	need(s.Evidence != nil, "Evidence")
	need(s.Bundle != nil, "Bundle")
	need(s.Backup != nil, "Backup")
	need(s.Now != nil, "Now")
	need(s.Log != nil, "Log")
	return errors.Join(faults...)
}

// config is huma without what it would fetch from elsewhere or decide for us:
// its pages load scripts from the internet, and a mine has none.
func (s *server) config() huma.Config {
	schemas := huma.NewMapRegistry("#/components/schemas/", schemaName)
	schemas.RegisterTypeAlias(reflect.TypeFor[live.Values](), reflect.TypeFor[live.Numbers]()) // it encodes itself
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Lingtan 零碳", Version: s.Version,
				Description: "Greenhouse-gas accounting of a mine. 矿山温室气体核算。",
			},
			Components: &huma.Components{
				Schemas:         schemas,
				SecuritySchemes: map[string]*huma.SecurityScheme{bearer: {Type: "http", Scheme: "bearer"}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{s.translate},
	}
}
