package source

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// MTT1201File is one batch of a mine's safety or drainage system as a text
// file, in the form of MT/T 1201.1—2023 as two independent implementations have
// it (mark A; the standard's text was not at hand).
type MTT1201File struct {
	Mine    string // twelve digits
	Name    string // of the mine
	Table   string // CDSS, CDDY, TJSJ …
	At      time.Time
	Records [][]string
}

// MTT1201Point is what a point's code is made of.
type MTT1201Point struct {
	Mine   string // twelve digits
	System string // 01 safety, 02 drainage
	Kind   string // MN analogue, KG switch, LJ accumulated, DT state
	Sensor string // four digits, see mtt1201_sensors.csv
	Rest   string // the vendor's own
}

// String writes the code.
func (p MTT1201Point) String() string { return p.Mine + p.System + p.Kind + p.Sensor + p.Rest }

// FileName names the file as systems do.
func (f MTT1201File) FileName() string {
	return f.Mine + "_" + f.Table + "_" + f.At.Format("20060102150405") + ".txt"
}

// Bytes writes the file. What separates fields and records cannot stand in one.
func (f MTT1201File) Bytes() []byte {
	clean := strings.NewReplacer(";", ",", "~", "-", "|", "/", "\n", " ", "\r", " ")
	var b strings.Builder
	record := func(fields ...string) {
		for i, field := range fields {
			if i > 0 {
				b.WriteByte(';')
			}
			_, _ = clean.WriteString(&b, field) // a Builder takes everything
		}
		b.WriteString("~\r\n")
	}
	record(f.Mine, f.Name, f.At.Format(time.DateTime))
	for _, r := range f.Records {
		record(r...)
	}
	b.WriteString("||")
	return []byte(b.String())
}

// Drop puts the file into a folder, whole under its name at once.
func (f MTT1201File) Drop(folder string) error {
	part := filepath.Join(folder, "."+f.FileName()+".part")
	if err := os.WriteFile(part, f.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(part, filepath.Join(folder, f.FileName()))
}
