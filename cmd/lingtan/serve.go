package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lingtan/access"
	"lingtan/api"
	"lingtan/fault"
	"lingtan/lang"
)

// stopWithin is how long requests under way may take to end after Ctrl-C.
const stopWithin = 8 * time.Second

func (c *cli) serveCommand() *cobra.Command {
	var demo bool
	cmd := &cobra.Command{
		Use: "serve", Args: c.args(),
		Short: c.text(lang.T("启动服务(Ctrl-C 停止)", "serve (Ctrl-C stops)")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if demo {
				if err := c.useDemo(); err != nil {
					return err
				}
			}
			return c.with(cmd.Context(), func(a *app) error {
				if demo {
					if err := c.makeDemo(cmd.Context(), a); err != nil {
						return err
					}
				}
				return c.serve(cmd.Context(), a, demo)
			})
		},
	}
	cmd.Flags().BoolVar(&demo, "demo", false, c.text(lang.T("用示范矿(第一次启动时建成)", "with the demonstration mine, made at the first start")))
	return cmd
}

// serve answers until the context ends, then lets running requests finish.
func (c *cli) serve(ctx context.Context, a *app, demo bool) error {
	log := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: a.cfg.level()}))
	handler, err := api.New(a.services(log))
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.text("addr"))
	if err != nil {
		return fault.Conflict.Say(lang.T("不能监听 %s:%s", "cannot listen on %s: %s"), a.cfg.text("addr"), err.Error()).
			Do(lang.T("换一个 --addr,或停掉占用它的程序", "choose another --addr, or stop the program that uses it"))
	}
	if demo {
		if err := c.demoToken(ctx, a); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	fmt.Fprintf(c.stdout, "%s http://%s\n", c.text(lang.T("零碳平台:", "Lingtan:")), listener.Addr())
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return until(ctx, server, listener)
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

// demoToken keeps an administrator's token of the demonstration in its folder
// and says where: the demonstration holds no real data, and its server listens
// on this machine alone unless told otherwise.
func (c *cli) demoToken(ctx context.Context, a *app) error {
	path := a.folder.path("token")
	if old, err := os.ReadFile(path); err == nil { //nolint:gosec // the folder's own file
		if _, _, err := a.store.Authenticate(ctx, string(old), c.now()); err == nil {
			fmt.Fprintf(c.stdout, "%s %s\n", c.text(lang.T("示范令牌在", "the demonstration's token is in")), path)
			return nil
		}
	}
	cmd := &cobra.Command{}
	cmd.SetContext(ctx)
	actor := access.Actor{ID: "demo", Name: "demo", Role: access.Administrator, Sites: []string{"*"}}
	secret, _, err := a.issue(cmd, actor, access.Grant{Actor: actor.ID, Name: "demonstration"})
	if err != nil {
		return err
	}
	if err := create(path, func(f *os.File) error { _, err := io.WriteString(f, secret); return err }); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s %s\n", c.text(lang.T("示范令牌在", "the demonstration's token is in")), path)
	return os.Chmod(path, 0o600)
}
