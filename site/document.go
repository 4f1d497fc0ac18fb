package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"lingtan/fault"
	"lingtan/lang"
)

// MaxFile is the largest site file read: a mine of 20,000 points needs a third
// of it, and a file of another sort is told apart before it fills the memory.
const MaxFile = 16 << 20

// Document is a site file as it stands: its values, and the line of every key
// path, so that whoever reads a section can say where a fault is.
type Document struct {
	Name   string // as messages tell it
	SHA256 string // of the bytes, in hex: names the edition of the file
	values map[string]any
	lines  map[string]int
	order  []string // top-level sections in the file's order
}

// Open reads the file's syntax. What its sections mean is for Parse and for the
// rooms above to say.
func Open(name string, data []byte) (*Document, error) {
	place := fault.Place{File: name}
	if err := readable(data); err != nil {
		return nil, fault.At(err, place)
	}
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	values := map[string]any{}
	if err := toml.Unmarshal(text, &values); err != nil {
		return nil, fault.At(syntax(err, text), place)
	}
	sum := sha256.Sum256(data)
	d := &Document{Name: name, SHA256: hex.EncodeToString(sum[:]), values: values, lines: map[string]int{}}
	d.index(text)
	return d, nil
}

// readable tells a text from what is none, before a parser's message confuses.
func readable(data []byte) error {
	switch {
	case len(data) > MaxFile:
		return fault.Invalid.Say(lang.T("文件 %d 字节,上限 %d", "file of %d bytes, at most %d"), len(data), MaxFile).
			Do(lang.T("矿点文件是文本;读数请用 lingtan import 导入", "a site file is a text; readings go in by lingtan import"))
	case len(bytes.TrimSpace(data)) == 0:
		return fault.Invalid.Say(lang.T("文件是空的", "the file is empty")).
			Do(lang.T("以 [site] 一节开头,见 docs/formats.md", "begin with the section [site], see docs/formats.md"))
	case bytes.IndexByte(data, 0) >= 0:
		return fault.Invalid.Say(lang.T("不是文本文件(含零字节)", "not a text file (it has zero bytes)")).
			Do(lang.T("矿点文件是 UTF-8 的 TOML 文本", "a site file is TOML text in UTF-8"))
	case !utf8.Valid(data):
		return fault.Invalid.Say(lang.T("不是 UTF-8 编码", "not encoded in UTF-8")).At(fault.Place{Row: badRow(data)}).
			Do(lang.T("另存为 UTF-8(GB18030/GBK 须先转码)", "save it as UTF-8 (GB18030 and GBK must be converted)"))
	}
	return nil
}

func badRow(data []byte) int {
	row := 1
	for line := range bytes.Lines(data) {
		if !utf8.Valid(line) {
			return row
		}
		row++
	}
	return row
}

// syntax places what the TOML parser says.
func syntax(err error, text []byte) error {
	var at *toml.DecodeError
	if !errors.As(err, &at) {
		return fault.Invalid.Say(lang.T("TOML 语法:%s", "TOML syntax: %s"), err.Error())
	}
	row, column := at.Position()
	line := ""
	if lines := bytes.Split(text, []byte("\n")); row >= 1 && row <= len(lines) {
		line = string(bytes.TrimSpace(lines[row-1]))
	}
	return fault.Invalid.Say(lang.T("TOML 语法,第 %d 列:读到 %q,%s", "TOML syntax at column %d: read %q, %s"), column, shorten(line), strings.TrimPrefix(at.Error(), "toml: ")).
		At(fault.Place{Row: row}).
		Do(lang.T("字符串加引号;同一键只写一次;小节写作 [名] 或 [[名]]", "quote strings; write a key once; sections are [name] or [[name]]"))
}

func shorten(s string) string {
	const longest = 40
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

// Line gives the line of a key path such as "point[3].unit", 0 where the file
// has none. Array members are counted from 1.
func (d *Document) Line(path string) int { return d.lines[path] }

// Place gives the place of a key path.
func (d *Document) Place(path string) fault.Place {
	return fault.Place{File: d.Name, Row: d.lines[path], Column: path}
}

// Sections names the top-level sections in the file's order.
func (d *Document) Sections() []string { return slices.Clone(d.order) }

// indexer walks the file's expressions and notes where each key path stands.
type indexer struct {
	doc    *Document
	starts []int          // offset of each line
	counts map[string]int // members of each array of tables so far
}

func (d *Document) index(text []byte) {
	ix := indexer{doc: d, counts: map[string]int{}, starts: []int{0}}
	for i, b := range text {
		if b == '\n' {
			ix.starts = append(ix.starts, i+1)
		}
	}
	var p unstable.Parser
	p.Reset(text)
	prefix := ""
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			prefix = ix.header(e)
		case unstable.KeyValue:
			ix.keyValue(prefix, e)
		}
	}
}

// header notes a [section] or [[section]] and gives the path of its members.
// A part of a header that names an array of tables means its last member.
func (ix *indexer) header(e *unstable.Node) string {
	path, row := "", 0
	for it := e.Key(); it.Next(); {
		part := it.Node()
		if row == 0 {
			row = ix.row(part)
		}
		path = join(path, string(part.Data))
		if last := it.IsLast(); last && e.Kind == unstable.ArrayTable {
			ix.counts[path]++
		}
		if n := ix.counts[path]; n > 0 {
			ix.note(path, row)
			path = member(path, n)
		}
		ix.note(path, row)
	}
	return path
}

func (ix *indexer) keyValue(prefix string, e *unstable.Node) {
	path, row := prefix, 0
	for it := e.Key(); it.Next(); {
		path = join(path, string(it.Node().Data))
		row = ix.row(it.Node())
		ix.note(path, row)
	}
	ix.value(path, row, e.Value())
}

// value notes what an inline table or array holds.
func (ix *indexer) value(path string, row int, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			ix.keyValue(path, it.Node())
		}
	case unstable.Array:
		n := 0
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			n++
			ix.note(member(path, n), max(row, ix.row(it.Node())))
			ix.value(member(path, n), row, it.Node())
		}
	}
}

// note keeps the first line of a path, and the order of the sections.
func (ix *indexer) note(path string, row int) {
	if _, known := ix.doc.lines[path]; known {
		return
	}
	ix.doc.lines[path] = row
	if isSection(path) {
		ix.doc.order = append(ix.doc.order, path)
	}
}

func isSection(path string) bool {
	for _, c := range path {
		if c == '.' || c == '[' {
			return false
		}
	}
	return true
}

// row is the line a node begins at; 0 for a node without text of its own.
func (ix *indexer) row(n *unstable.Node) int {
	if n.Raw.Length == 0 {
		return 0
	}
	return sort.SearchInts(ix.starts, int(n.Raw.Offset)+1)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func member(path string, n int) string { return path + "[" + strconv.Itoa(n) + "]" }
