package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// installing keeps two tests from installing the packages at once.
var installing sync.Mutex //nolint:gochecknoglobals // a lock

// Node gives a command that runs one of the scripts in node/, whose packages
// are installed first where they are not, at the versions of the lock file.
func Node(tb testing.TB, script string, args ...string) *exec.Cmd {
	tb.Helper()
	installing.Lock()
	defer installing.Unlock()
	dir, err := filepath.Abs("node")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err != nil {
		install := command(tb, "npm", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			tb.Fatalf("npm ci: %v\n%s", err, out)
		}
	}
	cmd := command(tb, "node", "nodejs", append([]string{filepath.Join(dir, script)}, args...)...)
	cmd.Dir = dir
	return cmd
}

// nodeLines sends lines through a script and gives those it answers.
func nodeLines(tb testing.TB, script string, lines []string, args ...string) []string {
	tb.Helper()
	cmd := Node(tb, script, args...)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%s: %v\n%s", script, err, said.String())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
