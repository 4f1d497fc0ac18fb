package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"lingtan/api"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// stopWithin is how long requests under way may take to end after Ctrl-C.
const stopWithin = 8 * time.Second

// demonstration tells whether the demonstration mine is served, and whether its
// instruments stand still.
type demonstration struct{ on, still bool }

func (c *cli) serveCommand() *cobra.Command {
	var demo demonstration
	cmd := &cobra.Command{
		Use: "serve", Args: c.args(),
		Short: c.text(lang.T("启动服务(Ctrl-C 停止)", "serve (Ctrl-C stops)")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if demo.on {
				if err := c.useDemo(); err != nil {
					return err
				}
				// Made and closed before serving: what the engine of readings took to
				// take in two years is not what it needs to stand ready.
				if err := c.with(cmd.Context(), func(a *app) error {
					for _, step := range []func(context.Context, *app) error{c.makeDemo, c.fileDemo, c.closeDemo} {
						if err := step(cmd.Context(), a); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					return err
				}
				debug.FreeOSMemory()
			}
			return c.with(cmd.Context(), func(a *app) error { return c.serve(cmd.Context(), a, demo) })
		},
	}
	cmd.Flags().BoolVar(&demo.on, "demo", false, c.text(lang.T("用示范矿(第一次启动时建成)", "with the demonstration mine, made at the first start")))
	cmd.Flags().BoolVar(&demo.still, "no-simulate", false, c.text(lang.T("示范矿的仪表不运行", "let the demonstration's instruments stand still")))
	return cmd
}

// serve answers until the context ends, then lets running requests finish.
func (c *cli) serve(ctx context.Context, a *app, demo demonstration) error {
	ctx = ledger.From(ctx, "") // what the program does by itself nobody did at the console
	log := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: a.cfg.level()}))
	files, err := a.keeper(ctx)
	if err != nil {
		return err
	}
	w := &stations{a: a, log: log, at: map[string]*station{}, evidence: files}
	desk, err := c.reception(ctx, a, demo)
	if err != nil {
		return err
	}
	sso, err := a.providers(desk)
	if err != nil {
		return err
	}
	handler, err := api.New(a.services(w, desk, sso, log)) //nolint:contextcheck // a request has a context of its own
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.text("addr"))
	if err != nil {
		return fault.Conflict.Say(lang.T("不能监听 %s:%s", "cannot listen on %s: %s"), a.cfg.text("addr"), err.Error()).
			Do(lang.T("换一个 --addr,或停掉占用它的程序", "choose another --addr, or stop the program that uses it"))
	}
	fmt.Fprintf(c.stdout, "%s http://%s\n", c.text(lang.T("零碳平台:", "Lingtan:")), listener.Addr())
	server := api.Server(handler)
	server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	work, stop := context.WithCancel(ctx)
	ready, still, err := c.startSimulator(ctx, a, log, demo)
	if err != nil {
		stop()
		return errors.Join(err, listener.Close())
	}
	done := make(chan error, 1)
	go func() {
		<-ready
		done <- w.run(work)
	}()
	err = until(ctx, server, listener)
	still()
	stop() // after the last request: what it handed in is still taken in
	return errors.Join(err, <-done)
}

func until(ctx context.Context, server *http.Server, listener net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := server.Shutdown(stop)
	if served := <-done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
