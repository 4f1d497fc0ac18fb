package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
	"lingtan/source"
)

// gateway reads the devices of a place where the platform is not, and keeps
// what they say until the platform has it.
type gateway struct {
	a        *app
	log      *slog.Logger
	platform string
	site     string
	name     string // its device file on the platform
	token    func() (string, error)
	gigabyte int
}

func (c *cli) gatewayCommand() *cobra.Command {
	g := &gateway{}
	var tokenEnv, tokenFile string
	cmd := &cobra.Command{
		Use: "gateway", Args: c.args(),
		Short: c.text(lang.T("作为网关运行:只读设备,断网时存盘,连上后补传", "run as a gateway: read devices, keep readings on disk while the link is down, then send them")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for flag, value := range map[string]string{"--platform": g.platform, "--site": g.site, "--token-env / --token-file": tokenEnv + tokenFile} {
				if value == "" {
					return misused(cmd, lang.T("缺少 %s", "%s is missing"), flag)
				}
			}
			g.token = source.TokenFrom(tokenEnv, tokenFile)
			return c.with(cmd.Context(), func(a *app) error {
				g.a, g.log = a, slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: a.cfg.level()}))
				return c.forward(cmd.Context(), g)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&g.platform, "platform", "", c.text(lang.T("平台地址,如 https://carbon.example.com", "the platform's address, such as https://carbon.example.com")))
	flags.StringVar(&g.site, "site", "", c.text(lang.T("矿点编号", "id of the mine")))
	flags.StringVar(&g.name, "name", "gateway", c.text(lang.T("平台上本网关的设备编号(协议 push)", "id of this gateway's device on the platform, of protocol push")))
	flags.StringVar(&tokenEnv, "token-env", "", c.text(lang.T("存放令牌的环境变量", "environment variable that holds the token")))
	flags.StringVar(&tokenFile, "token-file", "", c.text(lang.T("存放令牌的文件", "file that holds the token")))
	flags.IntVar(&g.gigabyte, "spool-gb", 2, c.text(lang.T("断网时存盘的上限(GB)", "most that is kept on disk while the link is down, GB")))
	return cmd
}

// forward runs the gateway until the context ends.
func (c *cli) forward(ctx context.Context, g *gateway) error {
	described, version, err := g.describe(ctx)
	if err != nil {
		return err
	}
	m := &mineAt{Mine: described, version: version}
	if err := g.a.number(ctx, m); err != nil {
		return err
	}
	spool, err := source.OpenSpool(source.SpoolOptions{
		Dir: g.a.folder.path("spool"), Limit: int64(g.gigabyte) << 30, Name: g.nameOf(ctx, m), Now: g.a.now,
	})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", g.a.cfg.text("addr"))
	if err != nil {
		return errors.Join(err, spool.Close())
	}
	devices := g.a.devices(m, &source.Collector{Sink: spool}, g.log)
	devices.Mine.Marks, devices.Mine.Refused = spool, &source.Refused{Dir: g.a.folder.path("refused", g.site)}
	devices.Adopted = func(ctx context.Context, device string, file []byte) error {
		_, err := g.a.store.AdoptDevice(ctx, g.site, device, hashOf(file), file, g.a.cfg.text("actor"))
		return err
	}
	fmt.Fprintln(c.stdout, c.text(lang.T("网关状态:", "gateway health:")), "http://"+listener.Addr().String()+"/healthz")
	err = g.work(ctx, spool, devices, listener)
	return errors.Join(err, spool.Close(), devices.Mine.Refused.Close())
}

// work reads, sends and answers for its health until the context ends. The
// sender stops after the devices: what they handed in last has then a chance.
func (g *gateway) work(ctx context.Context, spool *source.Spool, devices *source.Devices, listener net.Listener) error {
	forward := &source.Forward{
		Spool: spool, Platform: g.platform, Site: g.site, Gateway: g.name, Token: g.token, Log: g.log,
		Client: &http.Client{},
	}
	server := &http.Server{Handler: health(spool, devices), ReadHeaderTimeout: stopWithin}
	var parts sync.WaitGroup
	var faults [3]error
	parts.Go(func() { faults[0] = devices.Run(ctx) })
	parts.Go(func() { faults[1] = forward.Run(ctx) })
	parts.Go(func() { faults[2] = until(ctx, server, listener) })
	parts.Go(func() { g.renew(ctx) })
	parts.Wait()
	return errors.Join(faults[:]...)
}

// health tells what is read and what waits, without a token: it says nothing
// of any value, and listens on this machine alone unless told otherwise.
func health(spool *source.Spool, devices *source.Devices) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		h := spool.Health()
		if h.Full {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		type device struct {
			source.Health
			Fault string `json:"fault,omitempty"`
		}
		list := []device{}
		for _, d := range devices.Health() {
			list = append(list, device{d, inWords(d.Fault)})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"spool": h, "fault": inWords(h.Fault), "devices": list}) // who asked is gone
	})
	return mux
}

// inWords is a fault in words, "" for none.
func inWords(err error) string {
	if err == nil {
		return ""
	}
	return fault.Tell(err, lang.EN)
}

// nameOf tells a series by what the platform calls it.
func (g *gateway) nameOf(ctx context.Context, m *mineAt) func(reading.ID) (string, string, bool) {
	return func(id reading.ID) (string, string, bool) {
		if name, ok := m.points[id]; ok {
			p, ok := m.Site.Point(name)
			return name, p.Unit.String(), ok
		}
		known, err := g.a.store.Series(ctx, g.site)
		if err != nil {
			return "", "", false
		}
		for _, s := range known {
			if s.ID == id {
				return s.Point, "", true
			}
		}
		return "", "", false
	}
}

// describe gives the mine's file: the platform's where it answers, else the one
// it gave last. A gateway that never heard of its mine cannot begin.
func (g *gateway) describe(ctx context.Context) (*inventory.Mine, int64, error) {
	fetched := g.fetch(ctx)
	row, err := g.a.store.Site(ctx, g.site)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, 0, errors.Join(fetched, fault.NotFound.Say(lang.T("平台还没有给过矿点文件", "the platform has never given the mine's file")).
			Do(lang.T("先连上平台一次,或用 lingtan site put 放入", "connect to the platform once, or put it with lingtan site put")))
	}
	if err != nil {
		return nil, 0, err
	}
	if fetched != nil {
		g.log.WarnContext(ctx, "the platform does not answer: going on with the mine's file of before", "error", fetched)
	}
	m, err := inventory.OpenMine(g.site, []byte(row.File))
	return m, row.Version, err
}

// renewEvery is how often the platform is asked whether the mine's file changed.
const renewEvery = time.Minute

// renew looks for a new version of the mine's file, which serves from the next
// start on: units do not change under readings that are on their way.
func (g *gateway) renew(ctx context.Context) {
	look := time.NewTicker(renewEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if err := g.fetch(ctx); err != nil && ctx.Err() == nil {
				g.log.DebugContext(ctx, "the mine's file was not fetched", "error", err)
			}
		}
	}
}

// fetchWithin is how long the platform may take for the mine's file.
const fetchWithin = 20 * time.Second

// fetch brings the mine's file from the platform and keeps it.
func (g *gateway) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	token, err := g.token()
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(g.platform, "/")+"/api/v1/sites/"+g.site+"/file", nil)
	if err != nil {
		return fault.Invalid.Say(lang.T("平台地址 %q 不认识", "the platform's address %q is not understood"), g.platform)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fault.Conflict.Say(lang.T("平台答复 %s", "the platform answers %s"), answer.Status).
			Do(lang.T("核对令牌(角色 gateway)与矿点编号", "check the token, of role gateway, and the id of the mine"))
	}
	file, err := io.ReadAll(io.LimitReader(answer.Body, site.MaxFile+1))
	if err != nil {
		return err
	}
	if _, err := inventory.OpenMine(g.site, file); err != nil {
		return err
	}
	_, err = g.a.store.PutSite(ctx, g.site, string(file), g.a.cfg.text("actor"))
	return err
}
