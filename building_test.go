package lingtan_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "lingtan/"

var kernel = []string{"lang", "fault", "quantity", "period"}

// deepest is the number of arrows the longest chain of imports may have: depth,
// not size, is what makes a building hard to see.
const deepest = 9

// building is what the walk saw: for each room its documentation, and the rooms
// it imports.
type building struct {
	doors      map[string][]string // of the plan
	guards     map[string][]string // of the world
	documented map[string]bool
	below      map[string][]string
	complaints []string
}

// walk parses every file that is not a test. We parse the files ourselves: what
// "go list" reads is invisible to the test cache, and the plan would pass,
// cached, with a wall knocked through.
func walk(tree fs.FS) (*building, error) {
	b := &building{table(plan), table(world), map[string]bool{}, map[string][]string{}, nil}
	return b, fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch room := path.Dir(name); {
		case err != nil:
			return err
		case d.IsDir():
			return skip(name)
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || room == ".":
			return nil
		default:
			src, err := fs.ReadFile(tree, name)
			if err != nil {
				return err
			}
			return b.inspect(room, name, src)
		}
	})
}

// skip leaves out what is not ours to build: fixtures, the web client with its
// node_modules, the tools' own module, and what a run leaves behind.
func skip(dir string) error {
	base := path.Base(dir)
	if dir != "." && (base == "testdata" || strings.HasPrefix(base, ".")) ||
		slices.Contains([]string{"web", "tools", "bin", "data"}, dir) {
		return fs.SkipDir
	}
	return nil
}

func (b *building) inspect(room, name string, src []byte) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, src, parser.ParseComments)
	if err != nil {
		return err
	}
	if b.doors[room] == nil {
		b.complain("%s: room %s is not on the plan", name, room)
		return nil
	}
	b.documented[room] = b.documented[room] || file.Doc != nil
	imported := map[string]string{} // local name to path
	for _, spec := range file.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		imported[path.Base(imp)] = imp
		if spec.Name != nil {
			imported[spec.Name.Name] = imp
		}
		at := files.Position(spec.Path.Pos())
		if ours, is := strings.CutPrefix(imp, module); is {
			b.enter(at, room, ours)
		} else {
			b.touch(at, room, imp)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, is := n.(*ast.SelectorExpr); is {
			if pkg, is := sel.X.(*ast.Ident); is && imported[pkg.Name] != "" {
				if fn := imported[pkg.Name] + "." + sel.Sel.Name; b.guards[fn] != nil {
					b.touch(files.Position(sel.Pos()), room, fn)
				}
			}
		}
		return true
	})
	return nil
}

func (b *building) enter(at token.Position, room, other string) {
	if !slices.Contains(b.below[room], other) {
		b.below[room] = append(b.below[room], other)
	}
	toKernel := slices.Contains(kernel, other) && !slices.Contains(kernel, room)
	if !toKernel && !allows(b.doors[room], other) {
		b.complain("%s: %s may not import %s", at, room, other)
	}
}

func (b *building) touch(at token.Position, room, thing string) {
	for row := thing; row != "."; row = path.Dir(row) {
		if who := b.guards[row]; who != nil {
			if !allows(who, room) && !allows(b.doors[room], "*") {
				b.complain("%s: %s may not touch %s, which is for %v", at, room, thing, who)
			}
			return
		}
	}
}

// whole tells what only the whole building shows.
func (b *building) whole() []string {
	var faults []string
	for _, room := range slices.Sorted(maps.Keys(b.doors)) {
		switch documented, built := b.documented[room]; {
		case !built:
			faults = append(faults, room+" is on the plan and has no code")
		case !documented:
			faults = append(faults, room+" has no package comment")
		}
	}
	if chain := longest(b.below); len(chain)-1 > deepest {
		faults = append(faults, fmt.Sprintf("%d arrows, at most %d: %s", len(chain)-1, deepest, strings.Join(chain, " → ")))
	}
	return faults
}

func (b *building) complain(format string, args ...any) {
	b.complaints = append(b.complaints, fmt.Sprintf(format, args...))
}

// longest gives a longest way down. A room met again on its own way ends it:
// the compiler refuses such a building, and we need not loop.
func longest(below map[string][]string) []string {
	var down func(room string, above []string) []string
	down = func(room string, above []string) []string {
		if slices.Contains(above, room) {
			return nil
		}
		var best []string
		for _, next := range below[room] {
			if way := down(next, append(above, room)); len(way) > len(best) {
				best = way
			}
		}
		return append([]string{room}, best...)
	}
	var best []string
	for _, room := range slices.Sorted(maps.Keys(below)) {
		if way := down(room, nil); len(way) > len(best) {
			best = way
		}
	}
	return best
}

func allows(list []string, name string) bool {
	return slices.Contains(list, name) || slices.Contains(list, "*")
}

func rows(text string) (rows [][]string) {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 0 {
			rows = append(rows, f)
		}
	}
	return rows
}

func table(text string) map[string][]string {
	t := map[string][]string{}
	for _, row := range rows(text) {
		t[row[0]] = row[1:]
	}
	return t
}
