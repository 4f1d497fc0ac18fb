package factor

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the library's rows
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// BuiltinID names the set that comes with the program.
const BuiltinID = "lingtan-2026.11"

const maxRows = 100_000 // rows of one table; a mistaken file is not read to its end

//go:embed library.csv
var builtinCSV []byte

// Builtin is the set that comes with the program.
var Builtin = sync.OnceValue(func() *Set { //nolint:gochecknoglobals // parsed once, never changed
	set, err := Parse(BuiltinID, "library.csv", builtinCSV)
	if err != nil {
		panic(err) // the program's own table; its test parses it
	}
	return set
})

// BuiltinTable is the table of the built-in set, byte for byte, as evidence.
func BuiltinTable() []byte { return bytes.Clone(builtinCSV) }

// Set is an immutable, versioned table of factors.
type Set struct {
	id, sha string
	rows    []Factor
	index   map[string][]int // kind/key → rows, oldest first
}

// ID names the set.
func (s *Set) ID() string { return s.id }

// SHA256 is the hash of the table as it was read, in hex.
func (s *Set) SHA256() string { return s.sha }

// Len counts the rows.
func (s *Set) Len() int { return len(s.rows) }

// All gives the rows in the table's order.
func (s *Set) All() []Factor { return slices.Clone(s.rows) }

var columns = []string{"kind", "key", "name_zh", "name_en", "value", "unit", "valid_from", "valid_to", "source", "confidence"} //nolint:gochecknoglobals // constant

var dayPattern = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)

// Parse reads a table in CSV with the columns of library.csv. It returns all
// faults at once, each with its row and column.
func Parse(id, file string, data []byte) (*Set, error) {
	sum := sha256.Sum256(data)
	s := &Set{id: id, sha: hex.EncodeToString(sum[:]), index: map[string][]int{}}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	head, err := r.Read()
	if err != nil || !slices.Equal(head, columns) {
		return nil, fault.Invalid.Say(lang.T("表头读到 %q", "header read %q"), strings.Join(head, ",")).
			Do(lang.T("表头须为 %s", "the header must be %s"), strings.Join(columns, ",")).At(fault.Place{File: file, Row: 1})
	}
	var faults []error
	for row := 2; ; row++ {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && row > maxRows {
			err = fault.Invalid.Say(lang.T("超过 %d 行", "more than %d rows"), maxRows)
		}
		if err != nil {
			return nil, errors.Join(append(faults, fault.At(err, fault.Place{File: file, Row: row}))...)
		}
		f, err := s.parseRow(rec)
		if err != nil {
			faults = append(faults, fault.At(err, fault.Place{File: file, Row: row}))
			continue
		}
		s.index[f.Kind+"/"+f.Key] = append(s.index[f.Kind+"/"+f.Key], len(s.rows))
		s.rows = append(s.rows, f)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	for _, rows := range s.index {
		slices.SortFunc(rows, func(a, b int) int { return strings.Compare(s.rows[a].From, s.rows[b].From) })
	}
	return s, nil
}

func (s *Set) parseRow(rec []string) (Factor, error) {
	f := Factor{
		Set: s.id, Kind: rec[0], Key: rec[1], Name: lang.T(rec[2], rec[3]),
		From: rec[6], To: rec[7], Source: rec[8], Confidence: Confidence(rec[9]),
	}
	column := func(name string) fault.Place { return fault.Place{Column: name} }
	number, err := quantity.Parse(rec[4])
	if err != nil || !number.Unit().IsOne() {
		return f, fault.Invalid.Say(lang.T("读到 %q,需要数值", "read %q, expected a number"), rec[4]).At(column("value"))
	}
	unit, err := quantity.ParseUnit(rec[5])
	if err != nil {
		return f, fault.At(err, column("unit"))
	}
	f.Value = quantity.New(number.Rat(), unit)
	for _, day := range []string{f.From, f.To} {
		if day != "" && !dayPattern.MatchString(day) {
			return f, fault.Invalid.Say(lang.T("日期读到 %q", "date read %q"), day).
				Do(lang.T("写成 2023-01-01", "write 2023-01-01")).At(column("valid_from"))
		}
	}
	if f.To != "" && f.To < f.From {
		return f, fault.Invalid.Say(lang.T("有效期终止 %s 早于起始 %s", "validity ends %s before it begins %s"), f.To, f.From).At(column("valid_to"))
	}
	if f.Kind == "" || f.Key == "" || !slices.Contains([]Confidence{Read, Sure, Unverified}, f.Confidence) {
		return f, fault.Invalid.Say(lang.T("缺 kind、key 或可信度 A/B/C", "kind, key or confidence A/B/C is missing")).At(column("confidence"))
	}
	for _, i := range s.index[f.Kind+"/"+f.Key] {
		if g := s.rows[i]; overlap(f, g) {
			return f, fault.Conflict.Say(lang.T("%s 的有效期与另一行重叠(%s…%s)", "%s overlaps the validity of another row (%s…%s)"), f.ID(), g.From, g.To).At(column("valid_from"))
		}
	}
	return f, nil
}

// overlap tells whether two rows of one key claim the same day. An open row
// ends where a later one begins, as publications supersede each other.
func overlap(f, g Factor) bool {
	if f.From > g.From {
		f, g = g, f
	}
	return f.From == g.From || f.To >= g.From
}

// Find gives the factor in force for a data year. Where the table begins only
// later or has ended, it fails and names the years there are: a factor of the
// wrong year is never taken silently.
func (s *Set) Find(kind, key string, year int) (Factor, error) {
	rows := s.index[kind+"/"+key]
	if len(rows) == 0 {
		return Factor{}, fault.NotFound.Say(lang.T("因子库 %s 没有 %s/%s", "factor set %s has no %s/%s"), s.id, kind, key).
			Do(lang.T("用 lingtan factor list %s 查看", "look with: lingtan factor list %s"), kind)
	}
	for _, i := range slices.Backward(rows) {
		if s.rows[i].inForce(year) {
			return s.rows[i], nil
		}
	}
	first, last := s.rows[rows[0]], s.rows[rows[len(rows)-1]]
	years := lang.T("%d 年起", "from %d on").Format(first.Year())
	if last.To != "" {
		years = lang.T("%d 至 %s 年", "%d to %s").Format(first.Year(), last.To[:4])
	}
	return Factor{}, fault.NotFound.Say(lang.T("因子 %s/%s 没有数据年份 %d 的值(现有 %s)", "factor %s/%s has no value for data year %d (there are %s)"),
		kind, key, year, years).
		Do(lang.T("选用已发布的数据年份,或导入该年因子", "choose a published data year, or import that year's table"))
}

// Latest gives the newest row of a key, whatever its year: for tables that a
// method edition names by itself.
func (s *Set) Latest(kind, key string) (Factor, error) {
	rows := s.index[kind+"/"+key]
	if len(rows) == 0 {
		return s.Find(kind, key, 0)
	}
	return s.rows[rows[len(rows)-1]], nil
}

// Search lists the rows of a kind (all when empty) whose key, name or source
// holds the words.
func (s *Set) Search(kind, words string) []Factor {
	var out []Factor
	words = strings.ToLower(words)
	for _, f := range s.rows {
		text := strings.ToLower(f.Kind + "\n" + f.Key + "\n" + f.Name.ZH + "\n" + f.Name.EN + "\n" + f.Source)
		if (kind == "" || f.Kind == kind) && strings.Contains(text, words) {
			out = append(out, f)
		}
	}
	return out
}

// Difference is a row that two sets tell differently.
type Difference struct {
	Kind  string  `json:"kind"`
	Key   string  `json:"key"`
	Year  int     `json:"year"`
	Mine  *Factor `json:"mine,omitempty"`  // nil: only theirs has it
	Other *Factor `json:"other,omitempty"` // nil: only mine has it
}

// Compare lists where another set differs from this one, in its order: values
// told differently, and rows only the other has.
func (s *Set) Compare(other *Set) []Difference {
	var out []Difference
	for _, o := range other.rows {
		mine, err := s.Find(o.Kind, o.Key, o.Year())
		switch {
		case err != nil:
			out = append(out, Difference{Kind: o.Kind, Key: o.Key, Year: o.Year(), Other: &o})
		case !mine.Value.Equal(o.Value):
			out = append(out, Difference{Kind: o.Kind, Key: o.Key, Year: o.Year(), Mine: &mine, Other: &o})
		}
	}
	return out
}
