package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"lingtan/lang"
	"lingtan/source"
)

// sessionName is the command by which the platform starts itself as the process
// of one device. Nobody types it.
const sessionName = "session"

// sessionCall is how this program is called to be such a process.
func sessionCall() []string { return []string{os.Args[0], sessionName} }

func (c *cli) sessionCommand() *cobra.Command {
	return &cobra.Command{
		Use: sessionName, Args: c.args(), Hidden: true,
		Short: c.text(lang.T("平台为一台装置启动的进程(由平台自行调用)", "the process that the platform starts for one device; it calls this by itself")),
		RunE: func(cmd *cobra.Command, _ []string) error {
			// A service that is stopped sends its signal to all its processes; the
			// platform ends its sessions in its own time.
			return source.RunSession(context.WithoutCancel(cmd.Context()), c.stdin, c.stdout, c.now)
		},
	}
}
