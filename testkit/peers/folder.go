package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func init() {
	register(Peer{Name: "MT/T 1201 files (python)", Play: func(tb testing.TB, s *Stage) int {
		tb.Helper()
		const mine, point = "140000000001", "14000000000101LJ3002PUMP1"
		in := inFolder(tb, s)
		s.Device("kj", fmt.Sprintf(`
[device]
protocol = "mtt1201"
[mtt1201]
folder = %q
mine = %q
poll = "100 ms"
[[channel]]
name = %q
point = %q
`, in, mine, point, Point), true)
		return counted(tb, Python(tb, "python3", "mtt1201.py", append([]string{in, mine, point}, hourArgs()...)...))
	}})
	register(Peer{Name: "folder: CSV, XLSX (LibreOffice)", Play: playFolder})
}

// inFolder makes a folder to drop files into.
func inFolder(tb testing.TB, s *Stage) string {
	tb.Helper()
	in := filepath.Join(s.Dir, "in")
	if err := os.Mkdir(in, 0o700); err != nil {
		tb.Fatal(err)
	}
	return in
}

// counted runs a script to its end and gives the number that it prints.
func counted(tb testing.TB, cmd *exec.Cmd) int {
	tb.Helper()
	cmd.Stderr = logTo{tb}
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%s: %v", filepath.Base(cmd.Args[1]), err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// playFolder drops the first half of the hour as CSV and the second as a
// workbook that LibreOffice made of a CSV.
func playFolder(tb testing.TB, s *Stage) int {
	tb.Helper()
	in := inFolder(tb, s)
	mapping := filepath.Join(s.Dir, "mapping.toml")
	write(tb, mapping, fmt.Sprintf(`
[mapping]
kind = "readings"
[time]
column = "时间"
layouts = ["yyyy-MM-dd HH:mm", "excel"]
[[column]]
name = "电量 kWh"
point = %q
`, Point))
	s.Device("exports", fmt.Sprintf("[device]\nprotocol = \"folder\"\n[folder]\nfolder = %q\nmapping = %q\npoll = \"200 ms\"\nstable = \"1 s\"\n", in, mapping), true)
	half := Steps / 2
	write(tb, filepath.Join(in, "first.csv"), sheet(0, half))
	write(tb, filepath.Join(s.Dir, "second.csv"), sheet(half, Steps))
	office := exec.Command(Need(tb, "soffice", "libreoffice-calc"), "-env:UserInstallation=file://"+filepath.Join(s.Dir, "office"),
		"--headless", "--infilter=CSV:44,34,76", "--convert-to", "xlsx", "--outdir", in, filepath.Join(s.Dir, "second.csv"))
	if out, err := office.CombinedOutput(); err != nil {
		tb.Fatalf("soffice: %v\n%s", err, out)
	}
	return Steps
}

// sheet is a stretch of the known hour as a CSV.
func sheet(from, to int) string {
	var b strings.Builder
	b.WriteString("时间,电量 kWh\n")
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "%s,%v\n", At(i).In(beijing).Format("2006-01-02 15:04"), Value(i))
	}
	return b.String()
}
