package verification

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"time"
	"unicode"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
)

// Method is how lines are drawn.
type Method string

// The methods.
const (
	// Random gives every line the same chance.
	Random Method = "random"
	// Materiality gives every tonne the same chance, so that a line's chance is
	// in proportion to its emissions; lines larger than the interval come with
	// certainty (monetary-unit sampling, systematic).
	Materiality Method = "materiality"
)

// Title tells the method to a reader.
func (m Method) Title() lang.Text {
	switch m {
	case Random:
		return lang.T("简单随机", "simple random")
	case Materiality:
		return lang.T("按重要性(概率与排放量成正比)", "by materiality (chance in proportion to emissions)")
	}
	return lang.Same(string(m))
}

// The limits of a drawing.
const (
	MaxSize = 500 // lines: more than anybody opens
	MaxSeed = 64  // letters
)

// Sample is what was drawn. Whoever has the inventory and the seed draws the
// same again.
type Sample struct {
	ID        string    `json:"id"`
	Site      string    `json:"site"`
	Inventory string    `json:"inventory"`
	Hash      string    `json:"hash"` // of the inventory
	By        Method    `json:"by" enum:"random,materiality"`
	Size      int       `json:"size"` // as asked for
	Seed      string    `json:"seed"`
	Actor     string    `json:"actor"`
	At        time.Time `json:"at"`
	Of        int       `json:"of"` // lines that could be drawn
	// Covered is the emissions of the lines drawn, Total of all that could be;
	// both without their signs.
	Covered quantity.Quantity `json:"covered"`
	Total   quantity.Quantity `json:"total"`
	Lines   []Drawn           `json:"lines"`
}

// Drawn is a line that was drawn.
type Drawn struct {
	Line
	Certain bool   `json:"certain"` // it came with certainty, being larger than the interval
	Chance  string `json:"chance"`  // of coming into the sample, from 0 to 1, exact
}

// ranked is a line at its place in the order of a seed.
type ranked struct {
	Line
	key  string
	size *big.Rat // of its emissions, without sign
}

// rank puts lines in the order of SHA-256(seed, line feed, id), which anybody
// can compute again with any program, and nobody can choose.
func rank(lines []Line, seed string) []ranked {
	out := make([]ranked, len(lines))
	for i, l := range lines {
		sum := sha256.Sum256([]byte(seed + "\n" + l.ID))
		out[i] = ranked{l, hex.EncodeToString(sum[:]), l.CO2e.Abs().Rat()}
	}
	slices.SortFunc(out, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Draw draws a sample of a population. The caller adds who and when.
func Draw(lines []Line, by Method, size int, seed string) (Sample, error) {
	s := Sample{By: by, Size: size, Seed: seed, Of: len(lines), Total: tonnes(new(big.Rat)), Covered: tonnes(new(big.Rat))}
	if err := s.check(); err != nil {
		return s, err
	}
	order := rank(lines, seed)
	switch by {
	case Random:
		s.Lines = simple(order, size)
	case Materiality:
		s.Lines = systematic(order, size, seed)
	}
	if len(s.Lines) == 0 {
		return s, fault.Conflict.Say(lang.T("没有可抽的行", "there is no line to draw")).
			Do(lang.T("清单的主合计为零", "the inventory's main total counts nothing"))
	}
	slices.SortStableFunc(s.Lines, func(a, b Drawn) int { return b.CO2e.Abs().Rat().Cmp(a.CO2e.Abs().Rat()) })
	s.Covered, s.Total = sum(s.Lines, func(d Drawn) *big.Rat { return d.CO2e.Abs().Rat() }), sum(order, func(r ranked) *big.Rat { return r.size })
	return s, nil
}

func (s Sample) check() error {
	at := func(column string) fault.Place { return fault.Place{Column: column} }
	switch {
	case s.By != Random && s.By != Materiality:
		return fault.Invalid.Say(lang.T("没有抽样方法 %q", "there is no way to draw %q"), s.By).Do(lang.T("可选 random、materiality", "choose random or materiality")).At(at("by"))
	case s.Size < 1 || s.Size > MaxSize:
		return fault.Invalid.Say(lang.T("样本量 %d,应为 1 至 %d", "a sample of %d, 1 to %d are drawn"), s.Size, MaxSize).At(at("size"))
	case s.Size > s.Of:
		return fault.Invalid.Say(lang.T("样本量 %d,而清单只有 %d 行", "a sample of %d of %d lines"), s.Size, s.Of).Do(lang.T("减小样本量", "draw fewer")).At(at("size"))
	case s.Seed == "" || len(s.Seed) > MaxSeed || slices.ContainsFunc([]rune(s.Seed), unicode.IsControl):
		return fault.Invalid.Say(lang.T("种子须为 1 至 %d 个字符", "a seed has 1 to %d letters"), MaxSeed).At(at("seed"))
	}
	return nil
}

// simple takes the first of the order.
func simple(order []ranked, size int) []Drawn {
	out := make([]Drawn, size)
	chance := big.NewRat(int64(size), int64(len(order))).RatString()
	for i := range out {
		out[i] = Drawn{Line: order[i].Line, Chance: chance}
	}
	return out
}

// systematic lays the lines end to end, each as long as its emissions, and takes
// those on which every interval-th tonne falls, from a start that the seed
// gives. A line longer than the interval would be hit for certain: it is taken,
// and the rest is drawn without it, until none is longer.
func systematic(order []ranked, size int, seed string) []Drawn {
	var out []Drawn
	rest := slices.DeleteFunc(slices.Clone(order), func(r ranked) bool { return r.size.Sign() == 0 })
	var interval *big.Rat
	for {
		left := size - len(out)
		if left <= 0 || len(rest) == 0 {
			return out
		}
		interval = sumOf(rest, func(r ranked) *big.Rat { return r.size })
		interval.Quo(interval, big.NewRat(int64(left), 1))
		large := len(out)
		rest = slices.DeleteFunc(rest, func(r ranked) bool {
			if r.size.Cmp(interval) < 0 {
				return false
			}
			out = append(out, Drawn{Line: r.Line, Certain: true, Chance: "1"})
			return true
		})
		if len(out) == large {
			return append(out, every(rest, interval, start(seed, interval))...)
		}
	}
}

// every takes the lines on which start, start + interval, … fall.
func every(lines []ranked, interval, start *big.Rat) []Drawn {
	var out []Drawn
	next, end := start, new(big.Rat)
	for _, r := range lines {
		end.Add(end, r.size)
		if next.Cmp(end) < 0 {
			out = append(out, Drawn{Line: r.Line, Chance: new(big.Rat).Quo(r.size, interval).RatString()})
			next = new(big.Rat).Add(next, interval)
		}
	}
	return out
}

// start is a point within the interval: the first eight bytes of
// SHA-256(seed, line feed) as a fraction of 2^64. No line has the empty id.
func start(seed string, interval *big.Rat) *big.Rat {
	sum := sha256.Sum256([]byte(seed + "\n"))
	part := new(big.Rat).SetFrac(new(big.Int).SetUint64(binary.BigEndian.Uint64(sum[:8])), new(big.Int).Lsh(big.NewInt(1), 64))
	return part.Mul(part, interval)
}

func sumOf[T any](list []T, size func(T) *big.Rat) *big.Rat {
	out := new(big.Rat)
	for _, v := range list {
		out.Add(out, size(v))
	}
	return out
}

func sum[T any](list []T, size func(T) *big.Rat) quantity.Quantity { return tonnes(sumOf(list, size)) }
