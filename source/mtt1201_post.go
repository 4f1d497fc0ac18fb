package source

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const (
	// readMark remembers the files of the last transaction: those that were read
	// and, after a crash, still lie there.
	readMark = "read"
	// filesTogether and valuesTogether bound what is made durable at once.
	filesTogether  = 50
	valuesTogether = 20_000
	// told1201 is how many wrong records of a file are told.
	told1201 = 20
)

// post1201 reads the mail of one device: the files that lie in its folder.
type post1201 struct {
	*mtt1201

	line        *Line
	told        grudges
	waits       map[string]stamp // files not finished, as they were seen
	late        map[string]stamp // of those, the ones that were told
	read        map[string]bool  // of the last transaction, by name and hash
	definitions map[string]definition1201
	targets     map[string]target1201 // by channel

	values []Value // of the transaction being gathered
	marks  []reading.Mark
	files  []arrival
	keys   []string
	passed int
}

// open finds out what was read and defined before.
func (m *mtt1201) open(ctx context.Context, l *Line) (*post1201, error) {
	p := &post1201{
		mtt1201: m, line: l, told: grudges{}, waits: map[string]stamp{}, late: map[string]stamp{}, read: map[string]bool{},
		definitions: map[string]definition1201{}, targets: map[string]target1201{},
	}
	last, known, err := l.Mark(ctx, readMark)
	if err != nil {
		return nil, err
	}
	for key := range strings.FieldsSeq(last.Note) {
		p.read[key] = known
	}
	for _, c := range l.Device.Channels {
		at, ok := l.mine.Points(c.Point)
		if !ok {
			continue // told when the device was begun
		}
		t := target1201{unit: at.Unit, stamp: at.Stamp}
		if c.HasUnit {
			t.unit, t.declared = c.Unit, true
		}
		p.targets[c.Name] = t
		code := codeOf(c.Name)
		mark, known, err := l.Mark(ctx, "define/"+code)
		if err != nil {
			return nil, err
		}
		var d definition1201
		if known && json.Unmarshal([]byte(mark.Note), &d) == nil {
			p.definitions[code] = d
		}
	}
	return p, nil
}

// codeOf is the point of a channel, whose name may have -avg, -run … behind it.
func codeOf(channel string) string {
	for _, part := range []string{"-avg", "-max", "-min", "-run", "-power"} {
		if code, cut := strings.CutSuffix(channel, part); cut {
			return code
		}
	}
	return channel
}

// look takes in what lies in the folder, oldest first.
func (p *post1201) look(ctx context.Context) error {
	files, err := p.list()
	if err != nil {
		return err
	}
	p.line.Up()
	maps.DeleteFunc(p.waits, func(path string, _ stamp) bool {
		return !slices.ContainsFunc(files, func(a arrival) bool { return a.path == path })
	})
	slices.SortFunc(files, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(stamp1201(a), stamp1201(b)), cmp.Compare(a.path, b.path))
	})
	for _, a := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.take(a); err != nil {
			return err
		}
		if len(p.files) >= filesTogether || len(p.values) >= valuesTogether {
			if err := p.settle(ctx); err != nil {
				return err
			}
		}
	}
	return p.settle(ctx)
}

// stamp1201 orders files by the instant in their names.
func stamp1201(a arrival) string {
	if named := names1201.FindStringSubmatch(a.name); named != nil {
		return named[2]
	}
	return ""
}

// take reads one file, and leaves it where it is not finished.
func (p *post1201) take(a arrival) error {
	if names1201.FindString(a.name) == "" && !p.form2009 {
		p.told.bear(p.line, a.path, []byte(a.name), fault.Invalid.Say(lang.T("文件名 %.80q 不含表名与时间", "the file name %.80q has no table and time"), a.name).
			Do(lang.T("应如 矿编码_CDSS_yyyyMMddHHmmss.txt;无关文件请勿放在此处", "it should be like MINE_CDSS_yyyyMMddHHmmss.txt; keep other files elsewhere")))
		return nil
	}
	if a.stamp.size > int64(p.line.Device.MaxFrame) {
		why := notText1201(lang.T("文件 %d 字节,上限 %d", "the file has %d bytes, at most %d"), a.stamp.size, p.line.Device.MaxFrame)
		p.line.Refuse([]byte(a.name), why)
		return p.refuse(a, why)
	}
	if p.waits[a.path] == a.stamp {
		p.impatient(a)
		return nil
	}
	text, err := os.ReadFile(a.path)
	if err != nil {
		return gone(a.path, err)
	}
	if unfinished1201(text, p.end) {
		p.waits[a.path] = a.stamp
		return nil
	}
	delete(p.waits, a.path)
	delete(p.late, a.path)
	p.line.Heard(len(text))
	batches, err := p.decode1201(a.name, text)
	if err != nil {
		p.line.Refuse(text, err)
		return p.refuse(a, err)
	}
	sum := sha256.Sum256([]byte(a.name + "\x00" + string(text)))
	key := hex.EncodeToString(sum[:8])
	if !p.read[key] && !slices.Contains(p.keys, key) {
		for _, b := range batches {
			p.batch(b)
		}
	}
	p.files, p.keys = append(p.files, a), append(p.keys, key)
	return nil
}

// impatient tells of a file that was never finished, once.
func (p *post1201) impatient(a arrival) {
	if p.line.Now().Sub(a.stamp.at) < p.unfinished || p.late[a.path] == a.stamp {
		return
	}
	p.late[a.path] = a.stamp
	p.line.Refuse([]byte(a.name), fault.Conflict.Say(lang.T("文件 %s 已 %v 没有写完", "file %s has not been finished for %v"), a.name, p.unfinished).
		Do(lang.T("检查采集系统与 FTP;写完(以 %s 结尾)后自动读入", "look at the system that writes it and at FTP; it is read once it ends with %s"), p.end))
}

// settle makes what was gathered durable, with the mark that it was read, and
// only then takes the files away.
func (p *post1201) settle(ctx context.Context) error {
	if len(p.files) == 0 {
		return nil
	}
	mark := reading.Mark{Key: readMark, Pos: int64(len(p.files)), Note: strings.Join(p.keys, " ")}
	if err := p.line.Deliver(ctx, p.values, append(p.marks, mark)...); err != nil {
		return err
	}
	p.line.Pass(p.passed)
	p.read = map[string]bool{}
	for _, key := range p.keys {
		p.read[key] = true
	}
	for _, a := range p.files {
		if err := p.finish(a, p.line.Now()); err != nil {
			return err
		}
	}
	p.values, p.marks, p.files, p.keys, p.passed = nil, nil, nil, nil, 0
	return nil
}

// batch takes the values of a batch; what carries none is counted.
func (p *post1201) batch(b batch1201) {
	if _, carries := p.fields[b.table]; !carries {
		p.passed += len(b.records) // FZDY, YCBJ, KGBH, people and water: no quantities of the books
		return
	}
	wrong := 0
	for _, record := range b.records {
		row := p.row(b.table, record)
		name := b.table + " " + row["point"]
		err := p.understand(b, row)
		if err == nil {
			p.told.forgive(name)
			continue
		}
		if wrong++; wrong <= told1201 {
			p.told.bear(p.line, name, []byte(strings.Join(record, p.field)), err)
		}
	}
}

// understand takes one record of a table that carries values.
func (p *post1201) understand(b batch1201, row row1201) error {
	if row["point"] == "" {
		return fault.Invalid.Say(lang.T("%s 记录没有测点编码", "a record of %s has no point"), b.table).
			Do(lang.T("核对 [mtt1201.fields] 的字段顺序", "compare it with the order of fields under [mtt1201.fields]"))
	}
	switch b.table {
	case "CDDY":
		return p.define(row)
	case "FZSS":
		return p.station(b, row)
	case "TJSJ":
		return p.statistics(row)
	}
	return p.live(b, row)
}

// live takes a point's value of an instant.
func (p *post1201) live(b batch1201, row row1201) error {
	at := cmp.Or(row["time"], b.at)
	return p.value(row, row["point"], row["value"], at, p.verdict(row["state"]))
}

// statistics take the mean of a stretch at the end that the point stores, and
// its extremes when they were.
func (p *post1201) statistics(row row1201) error {
	code := row["point"]
	at := row["begin"]
	if p.targets[code+"-avg"].stamp == "end" {
		at = row["end"]
	}
	for _, v := range [][3]string{{"-avg", row["avg"], at}, {"-max", row["max"], row["max_time"]}, {"-min", row["min"], row["min_time"]}} {
		if err := p.value(row, code+v[0], v[1], v[2], verdict{}); err != nil {
			return err
		}
	}
	return nil
}

// station takes a sub-station's states as numbers: 0 is well.
func (p *post1201) station(b batch1201, row row1201) error {
	at := cmp.Or(row["time"], b.at)
	for _, name := range []string{"run", "power"} {
		if err := p.value(row1201{"point": row["point"]}, row["point"]+"-"+name, row[name], at, verdict{}); err != nil {
			return err
		}
	}
	return nil
}

// value adds one value to the transaction.
func (p *post1201) value(row row1201, channel, text, at string, said verdict) error {
	target, mapped := p.targets[channel]
	if text == "" || !mapped && !p.keeps(row, channel) {
		p.passed++
		return nil
	}
	d := p.definitions[row["point"]]
	v, ok := p.number(text, d)
	if !ok {
		return fault.Invalid.Say(lang.T("测点 %.60s 的值 %.30q 不是数", "the value of %.60s, %.30q, is not a number"), channel, text).
			Do(lang.T("开关量的文字在 [mtt1201.words] 中说明", "explain the texts of switches under [mtt1201.words]"))
	}
	unit := cmp.Or(row["unit"], d.Unit)
	if p.beyond(v, unit, d) {
		said.q, said.why = max(said.q, reading.Bad), said.why|reading.OutOfRange
	}
	t, err := int64(0), error(nil)
	if at != "" {
		t, err = instantOf(at, p.line.Device.Zone)
	}
	if err == nil && mapped {
		v, err = p.convert(v, unit, target)
	}
	if err != nil {
		return fmt.Errorf("%.60s: %w", channel, err)
	}
	p.values = append(p.values, Value{Channel: channel, T: t, V: v, Q: said.q, Why: said.why})
	return nil
}

// keeps tells whether a value of what is no point is kept.
func (p *post1201) keeps(row row1201, channel string) bool {
	switch p.keep {
	case "all":
		return true
	case "mapped":
		return false
	}
	return channel == row["point"] && carbon1201(channel, row["type"])
}
