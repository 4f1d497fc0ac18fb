package source

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

func init() {
	register("mtt1201", protocol{title: lang.T("煤矿安全监控文本文件(MT/T 1201)", "mine-safety text files (MT/T 1201)"), read: readMTT1201})
}

// mtt1201 reads the text files that a mine's safety and drainage systems drop.
// What vendors do otherwise is in the device's file.
type mtt1201 struct {
	inbox

	every      time.Duration
	unfinished time.Duration // after so long a file without its end is told
	mine       string        // the only one whose files are read; "" reads all
	form2009   bool
	field      string
	record     string
	end        string
	fields     map[string][]string
	tables     map[string]string // the vendor's names of them
	states     map[string]verdict
	words      map[string]float64 // what a switch says
	units      map[string]quantity.Unit
	keep       string // of what is no point: "carbon", "all" or "mapped"
}

func readMTT1201(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	m := &mtt1201{
		fields: maps.Clone(fields1201), tables: map[string]string{}, states: maps.Clone(states1201), words: map[string]float64{}, units: map[string]quantity.Unit{},
	}
	if own == nil {
		r.Table("mtt1201") // tells that it is missing
		return m
	}
	m.inbox = readInbox(own, d.Zone)
	m.every = patience(own, "poll", 100*time.Millisecond, time.Hour, time.Second)
	m.unfinished = patience(own, "unfinished", time.Second, 24*time.Hour, 10*time.Minute)
	m.mine, m.keep = own.Text("mine"), own.Choice("keep", "carbon", "all", "mapped")
	m.form2009 = own.Choice("form", "2023", "2009") == "2009"
	m.field, m.record, m.end = separator(own, "field", ";"), separator(own, "record", "~"), separator(own, "end", "||")
	maps.Copy(m.tables, own.Pairs("tables"))
	readVerdicts(own, "states", m.states)
	m.readWords(own)
	m.readUnits(own)
	m.readFields(own)
	for i, s := range channels {
		s.Need("name")
		d.Channels[i].Name = strings.TrimSpace(d.Channels[i].Name)
	}
	return m
}

func separator(s *site.Section, key, otherwise string) string {
	if text := s.Text(key); text != "" {
		return text
	}
	return otherwise
}

func (m *mtt1201) readWords(s *site.Section) {
	for word, number := range s.Pairs("words") {
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			s.Wrong("words", lang.T(`文字与数,如 {"开" = "1", "停" = "0"}`, `texts and their numbers, such as {"开" = "1", "停" = "0"}`))
			continue
		}
		m.words[word] = v
	}
}

func (m *mtt1201) readUnits(s *site.Section) {
	pairs := s.Pairs("units")
	for _, text := range slices.Sorted(maps.Keys(pairs)) {
		u, err := quantity.ParseUnit(pairs[text])
		if err != nil {
			s.Fail("units", err)
			continue
		}
		m.units[text] = u
	}
}

// readFields reads the order of a table's fields where a vendor has its own; a
// field that is not wanted is "".
func (m *mtt1201) readFields(s *site.Section) {
	order := s.Table("fields")
	if order == nil {
		return
	}
	defer order.Close()
	for _, table := range slices.Sorted(maps.Keys(fields1201)) {
		names := order.Texts(table)
		if len(names) == 0 {
			continue
		}
		for _, name := range names {
			if name != "" && !slices.Contains(fields1201[table], name) {
				order.Wrong(table, lang.T("字段名:%s;不用的写空", "names of fields: %s; empty where not wanted").Format(strings.Join(fields1201[table], ", ")))
				break
			}
		}
		m.fields[table] = names
	}
}

// Run reads what is dropped until the context ends.
func (m *mtt1201) Run(ctx context.Context, l *Line) error {
	p, err := m.open(ctx, l)
	if err != nil {
		return err
	}
	return repeat(ctx, m.every, func() error { return p.look(ctx) })
}
