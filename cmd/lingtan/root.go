package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// env is the outside world as a command sees it.
type env struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
}

// The exit codes.
const (
	exitOK       = 0
	exitFault    = 1   // the input or the state of things; the message says what to do
	exitUsage    = 2   // the command line
	exitInternal = 3   // ours to mend
	exitCutOff   = 130 // Ctrl-C before the work was done; the shell's own number for it
)

// run runs one command line and tells its faults in the reader's language.
func run(ctx context.Context, e env) int {
	c := &cli{env: e, tag: languageOf(e)}
	root := c.root() //nolint:contextcheck // cobra hands the context to the command that runs
	root.SetArgs(e.args)
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	err := root.ExecuteContext(ledger.From(ctx, ledger.Console))
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(e.stderr, c.text(lang.T("已中断;再次运行同一命令即接着做", "interrupted; the same command, run again, goes on")))
		return exitCutOff
	}
	var usage *usageError
	if errors.As(err, &usage) {
		err = usage.err
	}
	fmt.Fprintln(e.stderr, c.text(lang.T("错误:", "error: "))+once(fault.Tell(err, c.tag)))
	switch {
	case usage != nil:
		return exitUsage
	case fault.KindOf(err) == fault.Internal:
		return exitInternal
	}
	return exitFault
}

// once leaves out lines that were said before: what is wrong with a factor is
// wrong in every month.
func once(text string) string {
	said := map[string]bool{}
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		again := said[line]
		said[line] = true
		return again
	}), "\n")
}

// languageOf finds the reader's language before the commands are built, so
// that their help speaks it too: --lang, LINGTAN_LANG, then the locale.
func languageOf(e env) lang.Tag {
	for i, a := range e.args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return lang.Parse(v)
		}
		if a == "--lang" && i+1 < len(e.args) {
			return lang.Parse(e.args[i+1])
		}
	}
	for _, name := range []string{"LINGTAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := e.getenv(name); v != "" && v != "C" && v != "POSIX" && !strings.HasPrefix(v, "C.") {
			return lang.Parse(v)
		}
	}
	return lang.ZH
}

// cli is one run of the command line.
type cli struct {
	env
	tag  lang.Tag
	flag settingFlags
	json bool
}

func (c *cli) text(t lang.Text) string { return t.In(c.tag) }

// usageError is a command line that was not understood.
type usageError struct{ err error }

func (u *usageError) Error() string { return u.err.Error() }
func (u *usageError) Unwrap() error { return u.err }

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use: "lingtan", Short: c.text(lang.T("零碳:矿山碳管理平台", "Lingtan: the carbon platform of a mine")),
		Long: c.text(lang.T("零碳:从计量到清单、报告与核查。\n数据都在一个文件夹里(--data),不需要联网。",
			"Lingtan: from the meter to the inventory, the report and its verification.\nAll data lie in one folder (--data); no internet is needed.")),
		SilenceErrors: true, SilenceUsage: true,
	}
	root.PersistentFlags().BoolVar(&c.json, "json", false, c.text(lang.T("输出 JSON", "print JSON")))
	c.flag.bind(root.PersistentFlags(), c.tag)
	c.group(root,
		c.serveCommand(), c.gatewayCommand(), c.demoCommand(), c.simulateCommand(), c.siteCommand(), c.importCommand(), c.exportCommand(), c.calcCommand(), c.closeCommand(), c.restateCommand(),
		c.reportCommand(), c.bundleCommand(), c.evidenceCommand(), c.verifyCommand(), c.backupCommand(), c.restoreCommand(), c.factorCommand(), c.queryCommand(), c.personCommand(), c.tokenCommand(), c.configCommand(), c.sessionCommand(),
	)
	c.speak(root)
	return root
}
