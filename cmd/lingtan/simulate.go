package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log" //nolint:depguard // a library writes to the standard log, which is led into ours
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lingtan/lang"
	"lingtan/simulate"
	"lingtan/testkit/mine"
)

// instrumentFolder is the demonstration's instruments' own, in the data folder.
const instrumentFolder = "instruments"

func (c *cli) simulateCommand() *cobra.Command {
	var o simulate.Options
	var faults []string
	cmd := &cobra.Command{
		Use: "simulate", Args: c.args(),
		Short: c.text(lang.T("以真实协议演示青岭矿的仪表(Ctrl-C 停止)", "play the instruments of Qingling over the real protocols (Ctrl-C stops)")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, text := range faults {
				f, err := simulate.ParseFault(text)
				if err != nil {
					return &usageError{err}
				}
				o.Faults = append(o.Faults, f)
			}
			return c.simulate(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Devices, "devices", "", c.text(lang.T("平台的设备文件夹(缺省为示范矿的)", "the platform's folder of devices (default: the demonstration's)")))
	cmd.Flags().Float64Var(&o.Speed, "speed", 1, c.text(lang.T("倍速,从过去追到现在", "how fast, from the past until the present is reached")))
	cmd.Flags().DurationVar(&o.Since, "since", time.Hour, c.text(lang.T("倍速大于 1 时从多久以前开始", "with --speed above 1, how far in the past it begins")))
	cmd.Flags().DurationVar(&o.Every, "every", simulate.DefaultEvery, c.text(lang.T("每台仪表多久一个读数", "between two readings of an instrument")))
	cmd.Flags().StringArrayVar(&faults, "fault", nil, c.text(lang.T("故障:类型:设备[:after=1m][:for=30s][:by=1h][:point=测点],可多次", "a fault, KIND:DEVICE[:after=1m][:for=30s][:by=1h][:point=ID]; more than once")))
	cmd.PersistentFlags().StringVar(&o.Control, "control", "", c.text(lang.T("控制套接字(缺省在数据文件夹内)", "control socket (default: in the data folder)")))
	cmd.AddCommand(c.simulateFaultCommand(&o.Control))
	return cmd
}

func (c *cli) simulateFaultCommand(control *string) *cobra.Command {
	return &cobra.Command{
		Use:   "fault [FAULT…]",
		Short: c.text(lang.T("让正在演示的仪表出故障;不写故障则列出设备与故障", "let an instrument at play break; with no fault, list devices and faults")),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := c.control(*control)
			if err != nil {
				return err
			}
			reply, err := simulate.Ask(cmd.Context(), path, args...)
			if err != nil {
				return err
			}
			return c.print(reply, func(p *printer) {
				for _, f := range reply.Faults {
					p.line(lang.T("故障 %s", "fault %s"), f)
				}
				if len(args) == 0 {
					for _, d := range reply.Devices {
						p.row(d.ID, d.Protocol)
					}
				}
			})
		},
	}
}

// control finds the socket of a simulator: as told, or in the data folder, or
// in the demonstration's inside it.
func (c *cli) control(told string) (string, error) {
	if told != "" {
		return told, nil
	}
	cfg, err := c.configure()
	if err != nil {
		return "", err
	}
	path := filepath.Join(cfg.text("data"), simulate.ControlName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return filepath.Join(cfg.text("data"), demoFolder, simulate.ControlName), nil
	}
	return path, nil
}

// simulate plays as a process of its own.
func (c *cli) simulate(ctx context.Context, o simulate.Options) error {
	cfg, err := c.configure()
	if err != nil {
		return err
	}
	if o.Devices == "" {
		o.Devices = filepath.Join(cfg.text("data"), demoFolder, "devices", mine.ID)
	}
	if o.Control == "" {
		o.Control = filepath.Join(cfg.text("data"), simulate.ControlName)
	}
	o.Now, o.Log = c.now, slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: cfg.level()}))
	s, err := c.simulator(o)
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range s.Devices() {
		ids = append(ids, d.ID)
	}
	fmt.Fprintln(c.stdout, c.text(lang.T("在演示 %d 台设备:%s", "%d devices at play: %s").Format(len(ids), strings.Join(ids, " "))))
	return s.Run(ctx)
}

// simulator makes a simulator whose libraries tell what they have to tell to
// its log: that of OPC UA writes to the standard one.
func (c *cli) simulator(o simulate.Options) (*simulate.Simulator, error) {
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug).Writer())
	return simulate.New(o)
}

// startSimulator puts the demonstration's device files in place and its
// instruments to work beside the platform, which they meet only over sockets
// and files. It is called before the platform opens its devices, so that each
// gets a port that is free; ready is closed when the instruments are at work,
// and the function it gives stops them.
func (c *cli) startSimulator(ctx context.Context, a *app, log *slog.Logger, demo demonstration) (ready chan struct{}, stop func(), err error) {
	ready = make(chan struct{})
	if !demo.on || demo.still {
		close(ready)
		return ready, func() {}, nil
	}
	folder := a.folder.path("devices", mine.ID)
	if err := simulate.Install(folder, a.folder.path(instrumentFolder)); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s, err := c.simulator(simulate.Options{Devices: folder, Control: a.folder.path(simulate.ControlName), Now: c.now, Log: log})
		close(ready)
		if err == nil {
			err = s.Run(ctx)
		}
		if err != nil {
			log.ErrorContext(ctx, "the demonstration's instruments stopped", "error", err)
		}
	}()
	return ready, func() { cancel(); <-done }, nil
}
