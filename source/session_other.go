//go:build !linux

package source

import (
	"os"
	"runtime/debug"
	"syscall"
)

// itself is this program.
func itself() (string, error) { return os.Executable() }

// withoutOrphans asks for nothing: a session sees the platform die by the end of
// its stdin.
func withoutOrphans() *syscall.SysProcAttr { return nil }

// boundMemory asks the collector to keep the process small; only Linux makes
// sure of it.
func boundMemory() error {
	debug.SetMemoryLimit(softMemory)
	return nil
}
