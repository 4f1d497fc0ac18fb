package source

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lingtan/fault"
	"lingtan/lang"
)

// maxRecords1201 is how many records one file may have; a mine has some
// thousand points.
const maxRecords1201 = 100_000

// batch1201 is what a file holds.
type batch1201 struct {
	table   string
	mine    string // of the header
	at      string
	records [][]string
}

// names1201 finds the table in a file's name. Vendors put more before and
// behind it than the standard does, so that its length tells nothing.
var (
	names1201  = regexp.MustCompile(`_([A-Z]{3,8})_(\d{8,17})`)
	points1201 = regexp.MustCompile(`^(\d{12})(\d{2})(MN|KG|LJ|DT)(\d{4})(.*)$`)
)

// unfinished1201 tells whether a text lacks its end: whoever writes it is not
// done.
func unfinished1201(text []byte, end string) bool {
	return !bytes.HasSuffix(bytes.TrimSpace(text), []byte(end))
}

// decode1201 reads a file. Its batches are complete: see unfinished1201.
func (m *mtt1201) decode1201(name string, text []byte) ([]batch1201, error) {
	clean := decoded1201(text)
	if strings.ContainsRune(clean, 0) {
		return nil, notText1201(lang.T("文件不是文本", "the file is not text"))
	}
	clean = strings.NewReplacer("\r", "", "\n", "").Replace(clean)
	var out []batch1201
	for part := range strings.SplitSeq(clean, m.end) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		b, err := m.batch(name, part)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// decoded1201 makes a text of UTF-8, or of GB18030 where it is none.
func decoded1201(text []byte) string {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if utf8.Valid(text) {
		return string(text)
	}
	// What is neither has replacement signs, and its records are refused.
	s, _ := simplifiedchinese.GB18030.NewDecoder().String(string(text))
	return s
}

// batch reads the header and the records of one batch. In the form of 2009
// (MT/T 1116) the header is system;table| and names the table itself.
func (m *mtt1201) batch(name, text string) (b batch1201, err error) {
	if named := names1201.FindStringSubmatch(name); named != nil {
		b.table = named[1]
	}
	var header string
	if m.form2009 {
		header, text, _ = strings.Cut(text, "|")
		if _, table, ok := strings.Cut(header, m.field); ok {
			b.table = strings.TrimSpace(table)
		}
	}
	parts := strings.Split(text, m.record)
	if len(parts) > maxRecords1201 {
		return b, notText1201(lang.T("%d 条记录,上限 %d", "%d records, at most %d"), len(parts), maxRecords1201)
	}
	for i, part := range parts {
		switch {
		case strings.TrimSpace(part) == "":
		case i == 0 && !m.form2009:
			head := strings.Split(part, m.field)
			if b.mine = strings.TrimSpace(head[0]); len(head) > 2 {
				b.at = strings.TrimSpace(head[2])
			}
		default:
			b.records = append(b.records, strings.Split(part, m.field))
		}
	}
	if own, renamed := m.tables[b.table]; renamed {
		b.table = own
	}
	if m.mine != "" && b.mine != "" && b.mine != m.mine {
		return b, notText1201(lang.T("文件属煤矿 %.30q,不是 %s", "the file is of mine %.30q, not %s"), b.mine, m.mine)
	}
	return b, nil
}

func notText1201(text lang.Text, args ...any) error {
	return fault.Invalid.Say(text, args...).
		Do(lang.T("核对文件与设备文件 [mtt1201] 的 field、record、end、mine", "compare the file with field, record, end and mine under [mtt1201]"))
}

//go:embed mtt1201_sensors.csv
var mtt1201SensorsCSV string

// sensor1201 is a type of sensor.
type sensor1201 struct {
	name   string
	carbon bool // read for the books
}

// sensors1201 are the types by code and by name.
var sensors1201 = sync.OnceValue(func() map[string]sensor1201 { //nolint:gochecknoglobals // a constant table, read when first needed
	r := csv.NewReader(strings.NewReader(mtt1201SensorsCSV))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic("source: mtt1201_sensors.csv: " + err.Error())
	}
	table := map[string]sensor1201{}
	for _, row := range rows[1:] {
		s := sensor1201{name: row[1], carbon: row[3] == "yes"}
		table[row[0]], table[row[1]] = s, s
	}
	return table
})

// ParseMTT1201Point takes a point's code apart; ok is false where a vendor made
// it otherwise.
func ParseMTT1201Point(code string) (p MTT1201Point, ok bool) {
	m := points1201.FindStringSubmatch(code)
	if m == nil {
		return p, false
	}
	return MTT1201Point{Mine: m[1], System: m[2], Kind: m[3], Sensor: m[4], Rest: m[5]}, true
}

// carbon1201 tells whether a point is one that the books may need.
func carbon1201(code, sensor string) bool {
	if p, ok := ParseMTT1201Point(code); ok {
		sensor = p.Sensor
	}
	return sensors1201()[sensor].carbon
}
