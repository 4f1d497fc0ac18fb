package source

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
)

// itself is this program, even where its file has been replaced since it began.
func itself() (string, error) { return "/proc/self/exe", nil }

// withoutOrphans lets a session die with the platform, and keeps from it what a
// terminal sends to all processes of a command: the platform ends its sessions.
func withoutOrphans() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// boundMemory bounds what this process may take from now on. A program's own
// tables are mapped when it begins, so they do not count.
func boundMemory() error {
	debug.SetMemoryLimit(softMemory)
	data, err := mappedData()
	if err != nil {
		return err
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_DATA, &limit); err != nil {
		return fmt.Errorf("limit of memory: %w", err)
	}
	limit.Cur = min(limit.Max, data+hardMemory)
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &limit); err != nil {
		return fmt.Errorf("limit of memory: %w", err)
	}
	return nil
}

// mappedData is how much memory of its own the process has mapped: the sixth
// field of statm (proc_pid_statm(5)), in pages.
func mappedData() (bytesMapped uint64, err error) {
	const dataField = 5
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(statm)
	if len(fields) <= dataField {
		return 0, fmt.Errorf("statm of %d fields", len(fields))
	}
	pages, err := strconv.ParseUint(string(fields[dataField]), 10, 64)
	return pages * uint64(os.Getpagesize()), err
}
