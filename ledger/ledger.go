// Package ledger owns the append-only hash-chained book: every act of every
// person, and what an inventory posts, per gas and in grams.
//
// There is one chain per site and one, with the empty site, for the platform,
// so that mines never wait for each other and each can be handed over whole.
package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Hash is the SHA-256 of an entry's encoding. The zero Hash stands before the
// first entry.
type Hash [sha256.Size]byte

// IsZero tells whether nothing was hashed.
func (h Hash) IsZero() bool { return h == Hash{} }

// String is lower-case hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is String, for JSON.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	p, err := ParseHash(string(text))
	if err != nil {
		return err
	}
	*h = p
	return nil
}

// ParseHash reads 64 lower-case hex digits. Capitals are refused: one hash has
// one spelling.
func ParseHash(s string) (Hash, error) {
	var h Hash
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(h) || s != strings.ToLower(s) {
		return h, fault.Invalid.Say(lang.T("%q 不是 SHA-256(64 位小写十六进制)", "%q is not a SHA-256 of 64 lower-case hex digits"), s)
	}
	return Hash(raw), nil
}

// The kinds of act that the product writes. The list is open: a room that has
// an act of its own names it noun.verb.
const (
	InventoryClose   = "inventory.close"
	InventoryRestate = "inventory.restate"
	SegmentSeal      = "segment.seal"
	FilingPut        = "filing.put"
	FilingMove       = "filing.move"
	FactorAdopt      = "factor.adopt"
	ClashSettle      = "clash.settle"
	SitePut          = "site.put"
	ActorPut         = "actor.put"
	TokenCreate      = "token.create"
	TokenRevoke      = "token.revoke"
	SessionBegin     = "session.begin"
	SessionEnd       = "session.end"
	SessionsEnd      = "sessions.end" // all that somebody has open
	PasswordPut      = "password.put"
	PasswordOnce     = "password.once" // one that is to be changed at once
	TOTPOn           = "totp.on"
	TOTPOff          = "totp.off"
	RecoverySpend    = "recovery.spend"
	SettingPut       = "setting.put"
	ImportStart      = "import.start"
	ImportFinish     = "import.finish"
	DeviceAdopt      = "device.adopt"
	DeviceRemove     = "device.remove"
	BackupMake       = "backup.make"
	BackupRestore    = "backup.restore" // this is a restored copy from here on
	SampleDraw       = "sample.draw"
	OpinionSign      = "opinion.sign"
	EvidencePut      = "evidence.put"    // a file was handed in, or has another name or kind
	EvidenceScan     = "evidence.scan"   // a scanner answered about a file that waited
	EvidenceRefuse   = "evidence.refuse" // a scanner found a virus in what was handed in
)

// FindingPrefix stands before an act on a verifier's finding in its entry's kind.
const FindingPrefix = "finding."

// Posting moves grams of one gas into an account; negative takes them out.
// A posting is rounded to the gram, the line it comes from keeps the exact value.
type Posting struct {
	Account string `json:"account"`
	Gas     string `json:"gas"` // CO2, CH4, N2O, …: the mass of the gas itself, never CO2e
	Grams   int64  `json:"grams"`
}

// SourceAccount is the account of an emission source: what it gave off stands
// there with a minus sign.
func SourceAccount(source string) string { return "source/" + source }

// InventoryAccount is the account of one version of an inventory: each version
// has its own, so that a restatement posts beside the old figures, not over them.
func InventoryAccount(site, period string, version int) string {
	return "inventory/" + site + "/" + period + "/" + strconv.Itoa(version)
}

// Transfer gives the two postings that move grams of a gas between accounts.
type Transfer struct {
	From, To string
	Gas      string
	Grams    int64
}

// Postings gives both sides.
func (t Transfer) Postings() []Posting {
	return []Posting{{t.From, t.Gas, -t.Grams}, {t.To, t.Gas, t.Grams}}
}

// Draft is an act that has no place in the book yet.
type Draft struct {
	At      time.Time       // when it was recorded; the book keeps whole milliseconds, UTC
	Actor   string          // who did it
	Address string          // from where, see From; empty is the program itself
	Site    string          // whose chain; empty is the platform's
	Kind    string          // noun.verb
	Subject string          // the id of what it was done to
	Body    json.RawMessage // what was done, any JSON; nil is {}
	// Postings sum to zero per gas; an act that moves no gas has none.
	Postings []Posting
}

// Entry is an act in its place.
type Entry struct {
	Seq      int64           `json:"seq"` // 1, 2, 3 … in its chain
	At       time.Time       `json:"at"`
	Actor    string          `json:"actor"`
	Address  string          `json:"address,omitempty"`
	Site     string          `json:"site"`
	Kind     string          `json:"kind"`
	Subject  string          `json:"subject"`
	Body     json.RawMessage `json:"body"` // canonical: see Canonical
	Postings []Posting       `json:"postings,omitempty"`
	Prev     Hash            `json:"prev"` // hash of the entry before
	Hash     Hash            `json:"hash"` // SHA-256 of Encode
}

// Head is the last place taken in a chain. The zero Head is an empty chain.
type Head struct {
	Seq  int64 `json:"seq"`
	Hash Hash  `json:"hash"`
}

// Head gives the entry's place.
func (e Entry) Head() Head { return Head{e.Seq, e.Hash} }

// Chain puts a draft in the place after head.
func Chain(head Head, d Draft) (Entry, error) {
	if err := d.Validate(); err != nil {
		return Entry{}, err
	}
	body, err := Canonical(d.Body)
	if err == nil {
		err = checkBody(body) // again: the canonical form of some characters is longer
	}
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		Seq: head.Seq + 1, At: time.UnixMilli(d.At.UnixMilli()).UTC(), Actor: d.Actor, Address: d.Address, Site: d.Site,
		Kind: d.Kind, Subject: d.Subject, Body: body, Postings: d.Postings, Prev: head.Hash,
	}
	e.Hash = e.sum()
	return e, nil
}

// sum is what Hash has to be.
func (e Entry) sum() Hash { return sha256.Sum256(e.Encode()) }
