// Package scan owns the question to a virus scanner: a clamd that listens, or a
// command that reads the file from its standard input.
package scan

import (
	"strings"
	"time"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/lang"
)

// Patience is how long a scanner may take over a file of 50 MB. Longer is no
// answer, and the file waits.
const Patience = time.Minute

// Parse reads a setting: clamd:/run/clamav/clamd.ctl, clamd://host:3310 or
// command:clamscan --no-summary -
func Parse(setting string) (evidence.Scanner, error) {
	scheme, rest, _ := strings.Cut(setting, ":")
	switch {
	case scheme == "clamd" && strings.HasPrefix(rest, "//") && strings.Contains(rest[2:], ":"):
		return &Clamd{Network: "tcp", Address: rest[2:], Patience: Patience}, nil
	case scheme == "clamd" && strings.HasPrefix(rest, "/") && !strings.HasPrefix(rest, "//"):
		return &Clamd{Network: "unix", Address: rest, Patience: Patience}, nil
	case scheme == "command" && strings.TrimSpace(rest) != "":
		return &Command{Args: strings.Fields(rest), Patience: Patience}, nil
	}
	return nil, fault.Invalid.Say(lang.T("查毒设置读到 %q", "the virus scanner read %q"), setting).
		Do(lang.T("写成 clamd:/run/clamav/clamd.ctl、clamd://主机:3310 或 command:clamscan --no-summary -", "write clamd:/run/clamav/clamd.ctl, clamd://host:3310 or command:clamscan --no-summary -"))
}

// named takes the name of a virus from a line such as "stream: Eicar-Signature FOUND".
func named(line string) string {
	line = strings.TrimSuffix(strings.TrimSpace(line), "FOUND")
	if i := strings.LastIndex(line, ": "); i >= 0 {
		line = line[i+2:]
	}
	if line = strings.TrimSpace(line); line != "" {
		return line
	}
	return "unnamed"
}
