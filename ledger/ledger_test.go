package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lingtan/fault"
	"lingtan/lang"
)

var (
	names = rapid.StringMatching(`[a-z0-9/.\-矿 ]{1,12}`)
	gases = rapid.SampledFrom([]string{"CO2", "CH4", "N2O"})
)

// drafts draws acts that a site may have.
func drafts(site string) *rapid.Generator[Draft] {
	return rapid.Custom(func(t *rapid.T) Draft {
		d := Draft{
			At: time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "at")), Actor: names.Draw(t, "actor"), Site: site,
			Kind: rapid.SampledFrom([]string{FilingPut, InventoryClose}).Draw(t, "kind"), Subject: names.Draw(t, "subject"),
		}
		body, err := Body(rapid.MapOf(rapid.String(), rapid.Int()).Draw(t, "body"))
		if err != nil {
			t.Fatal(err)
		}
		d.Body = body
		for range rapid.IntRange(0, 4).Draw(t, "transfers") {
			d.Postings = append(d.Postings, Transfer{
				From: names.Draw(t, "from"), To: names.Draw(t, "to"), Gas: gases.Draw(t, "gas"), Grams: rapid.Int64Range(-1e15, 1e15).Draw(t, "grams"),
			}.Postings()...)
		}
		return d
	})
}

// chain draws a chain of some entries.
func chain(t *rapid.T, site string) []Entry {
	var head Head
	acts := rapid.SliceOfN(drafts(site), 2, 6).Draw(t, "drafts")
	out := make([]Entry, 0, len(acts))
	for _, d := range acts {
		e, err := Chain(head, d)
		if err != nil {
			t.Fatal(err)
		}
		out, head = append(out, e), e.Head()
	}
	return out
}

func TestChainVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := chain(t, "qingling")
		head, err := Verify("qingling", Head{}, Each(entries))
		if err != nil || head != entries[len(entries)-1].Head() {
			t.Fatalf("Verify = %v, %v", head, err)
		}
		cut := rapid.IntRange(1, len(entries)-1).Draw(t, "cut")
		if _, err := Verify("qingling", entries[cut-1].Head(), Each(entries[cut:])); err != nil {
			t.Errorf("the rest of a chain from a known head: %v", err)
		}
		if sums, err := Balance(Each(entries)); err != nil || total(sums) != 0 {
			t.Errorf("balance of all accounts %v, %v, want a sum of zero", sums, err)
		}
	})
}

func total(sums map[Account]int64) (out int64) {
	for _, n := range sums {
		out += n
	}
	return out
}

// edits are what somebody may do to one entry of a book.
var edits = map[string]func(*Entry){
	"seq":     func(e *Entry) { e.Seq++ },
	"at":      func(e *Entry) { e.At = e.At.Add(time.Millisecond) },
	"actor":   func(e *Entry) { e.Actor += "x" },
	"site":    func(e *Entry) { e.Site = "beiyuan" },
	"kind":    func(e *Entry) { e.Kind = TokenCreate },
	"subject": func(e *Entry) { e.Subject = "x" + e.Subject },
	"body":    func(e *Entry) { e.Body = json.RawMessage(`{"x":1}`) },
	"postings": func(e *Entry) {
		e.Postings = append(slices.Clone(e.Postings), Posting{"a", "CO2", 1}, Posting{"b", "CO2", -1})
	},
	"prev":        func(e *Entry) { e.Prev[7] ^= 1 },
	"hash":        func(e *Entry) { e.Hash[31] ^= 0x80 },
	"text shifts": func(e *Entry) { e.Actor, e.Site = e.Actor+e.Site[:1], e.Site[1:] },
}

func TestAnyEditIsFound(t *testing.T) {
	for name, edit := range edits {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				entries := chain(t, "qingling")
				i := rapid.IntRange(0, len(entries)-1).Draw(t, "entry")
				edit(&entries[i])
				wantBroken(t, entries, int64(i+1))
				// Who hashes the entry anew breaks the next one, unless it is the last,
				// and there the head that is kept elsewhere tells.
				if name == "hash" {
					return
				}
				entries[i].Hash = entries[i].sum()
				head, err := Verify("qingling", Head{}, Each(entries))
				if err == nil {
					err = Expect("qingling", head, Head{Seq: int64(len(entries))})
				}
				if err == nil {
					t.Error("an entry that was changed and hashed anew was not found")
				}
			})
		})
	}
}

func wantBroken(t *rapid.T, entries []Entry, seq int64) {
	t.Helper()
	_, err := Verify("qingling", Head{}, Each(entries))
	var broken *Broken
	if !errors.As(err, &broken) || broken.Seq != seq {
		t.Fatalf("Verify = %v, want entry %d broken", err, seq)
	}
}

// TestFlippedBit changes one bit of an encoding: it no longer decodes, or it
// is another entry.
func TestFlippedBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := chain(t, "qingling")[1]
		data := e.Encode()
		bit := rapid.IntRange(0, 8*len(data)-1).Draw(t, "bit")
		data[bit/8] ^= 1 << (bit % 8)
		if f, err := Decode(data); err == nil && f.Hash == e.Hash {
			t.Errorf("bit %d is not under the hash", bit)
		}
	})
}

func TestVerifyNamesTheField(t *testing.T) {
	entries := func() (out []Entry) {
		var head Head
		for range 3 {
			e, err := Chain(head, Draft{At: time.UnixMilli(1e12), Actor: "li.wei", Site: "qingling", Kind: FilingPut, Subject: "f1"})
			if err != nil {
				t.Fatal(err)
			}
			out, head = append(out, e), e.Head()
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		edit  func([]Entry) []Entry
		seq   int64
		field string
	}{
		{"removed", func(es []Entry) []Entry { return slices.Delete(es, 1, 2) }, 2, "seq"},
		{"moved from another mine", func(es []Entry) []Entry { es[0].Site = "beiyuan"; return es }, 1, "site"},
		{"edited", func(es []Entry) []Entry { es[1].Actor = "wang"; return es }, 2, "hash"},
		{"edited and hashed", func(es []Entry) []Entry { es[1].Actor = "wang"; es[1].Hash = es[1].sum(); return es }, 3, "prev"},
		{"hashed out of balance", func(es []Entry) []Entry {
			es[2].Postings = []Posting{{"source/vent", "CH4", 1}}
			es[2].Hash = es[2].sum()
			return es
		}, 3, "content"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Verify("qingling", Head{}, Each(tt.edit(entries())))
			var broken *Broken
			if !errors.As(err, &broken) || broken.Seq != tt.seq || broken.Field != tt.field {
				t.Fatalf("Verify = %v, want %s of entry %d", err, tt.field, tt.seq)
			}
			wrapped := fmt.Errorf("verify: %w", err)
			if told := fault.Tell(wrapped, lang.ZH); fault.KindOf(wrapped) != fault.Conflict || !strings.HasPrefix(told, `verify: 账簿 "qingling" 第`) {
				t.Errorf("told as %q", told)
			}
		})
	}
	es := entries()
	head, err := Verify("qingling", Head{}, Each(es[:2]))
	if err != nil || Expect("qingling", head, es[2].Head()) == nil {
		t.Errorf("a chain that was cut reaches its head: %v", err)
	}
}

func TestValidate(t *testing.T) {
	good := func() Draft {
		return Draft{At: time.UnixMilli(1e12), Actor: "li.wei", Kind: FilingPut, Subject: "f1"}
	}
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Draft){
		"no actor":      func(d *Draft) { d.Actor = "" },
		"no subject":    func(d *Draft) { d.Subject = "" },
		"control":       func(d *Draft) { d.Subject = "a\x00b" },
		"not UTF-8":     func(d *Draft) { d.Site = "\xff" },
		"long":          func(d *Draft) { d.Site = strings.Repeat("x", MaxName+1) },
		"kind":          func(d *Draft) { d.Kind = "close" },
		"no instant":    func(d *Draft) { d.At = time.Time{} },
		"year 10000":    func(d *Draft) { d.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"large body":    func(d *Draft) { d.Body = make([]byte, MaxBody+1) },
		"one side":      func(d *Draft) { d.Postings = []Posting{{"a", "CH4", 1}} },
		"between gases": func(d *Draft) { d.Postings = []Posting{{"a", "CH4", 1}, {"b", "CO2", -1}} },
		"no account":    func(d *Draft) { d.Postings = Transfer{From: "", To: "b", Gas: "CH4", Grams: 1}.Postings() },
		"wraps to zero": func(d *Draft) {
			d.Postings = []Posting{{"a", "CH4", 1 << 62}, {"b", "CH4", 1 << 62}, {"c", "CH4", -1 << 63}}
		},
		"many postings":   func(d *Draft) { d.Postings = make([]Posting, MaxPostings+1) },
		"body grows":      func(d *Draft) { d.Body = json.RawMessage(`"` + strings.Repeat("\u2028", MaxBody/4) + `"`) },
		"body twice":      func(d *Draft) { d.Body = json.RawMessage(`{"a":1,"a":2}`) },
		"body unfinished": func(d *Draft) { d.Body = json.RawMessage(`{"a":`) },
	} {
		d := good()
		spoil(&d)
		if _, err := Chain(Head{}, d); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: Chain = %v, want invalid", name, err)
		}
	}
	bad := Draft{Kind: "x", Postings: []Posting{{"a", "CH4", 1}, {"b", "CO2", 2}}}
	if faults := fault.Split(bad.Validate()); len(faults) != 6 {
		t.Errorf("%d faults at once, want 6: %v", len(faults), faults)
	}
}

func TestCanonical(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", `{}`},
		{` { "b" : 1.10, "a" : [ 1e3 , null,true ] } `, `{"a":[1e3,null,true],"b":1.10}`},
		{`{"z":{"b":"<&>","a":"\u77ff"}}`, `{"z":{"a":"矿","b":"<&>"}}`},
		{`"\u0000"`, `"\u0000"`},
		{`12345678901234567890.12`, `12345678901234567890.12`},
	} {
		out, err := Canonical(json.RawMessage(tt.in))
		if err != nil || string(out) != tt.want {
			t.Errorf("Canonical(%s) = %s, %v, want %s", tt.in, out, err, tt.want)
		}
	}
	for _, in := range []string{`{"a":1,"a":1}`, `{`, `1 2`, `{"a"}`, `nul`, strings.Repeat("[", 70) + strings.Repeat("]", 70), " "} {
		if out, err := Canonical(json.RawMessage(in)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Canonical(%s) = %s, %v, want invalid", in, out, err)
		}
	}
}

func TestBalance(t *testing.T) {
	entries := []Entry{
		{Postings: Transfer{From: "source/vent", To: "inventory/q/2024-06/1", Gas: "CH4", Grams: 7}.Postings()},
		{Postings: Transfer{From: "source/vent", To: "inventory/q/2024-07/1", Gas: "CH4", Grams: 5}.Postings()},
	}
	sums, err := Balance(Each(entries), "source/vent")
	if err != nil || len(sums) != 1 || sums[Account{"source/vent", "CH4"}] != -12 {
		t.Errorf("Balance = %v, %v, want -12 g of the source alone", sums, err)
	}
	huge := Entry{Postings: []Posting{{"a", "CH4", 1 << 62}, {"a", "CH4", 1 << 62}}}
	if _, err := Balance(Each([]Entry{huge})); err == nil {
		t.Error("a balance beyond int64 was given")
	}
}

func TestHashText(t *testing.T) {
	h := Entry{Seq: 1}.sum()
	var back Hash
	text, err := h.MarshalText()
	if err != nil || back.UnmarshalText(text) != nil || back != h {
		t.Errorf("%s reads back as %s", h, back)
	}
	for _, bad := range []string{"", "ab", strings.ToUpper(h.String()), h.String() + "00", strings.Repeat("g", 64)} {
		if _, err := ParseHash(bad); err == nil {
			t.Errorf("ParseHash(%q) was read", bad)
		}
	}
}
