package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"lingtan/access"
	"lingtan/activity"
	"lingtan/bundle"
	"lingtan/evidence"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/testkit/house"
)

const (
	bill    = "%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"
	billSHA = "f2a8d5cb1d9e3e8d9f6b5e2b4d0ad0bb4f1cbbb7dbe3a9c3c8b6a4c6f0e1d2c3" // of a file that is kept elsewhere
)

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// june files a month of the small mine with a paper, walks it to its lock and
// closes its inventory.
func june(t *testing.T) (*house.House, bundle.MonthSource) {
	t.Helper()
	h := house.Open(t)
	ctx := t.Context()
	h.Read(2024, 5, 61*24, 2)
	paper := evidence.File{Site: "beigou", SHA256: sum(bill), Name: "过磅单 6 月.pdf", Type: evidence.PDF, Size: int64(len(bill)), Kind: evidence.Weighbill, By: "统计员", At: h.Clock, State: evidence.Clean}
	if _, err := h.Store.PutEvidence(ctx, paper, 1<<20); err != nil {
		t.Fatal(err)
	}
	h.File("boiler", "amount", 6, "90 t", activity.Filed)
	if _, err := h.Store.PutRemark(ctx, filing.Remark{
		ID: "r1", Cell: filing.Cell{Site: "beigou", Source: "boiler", Parameter: "amount", Month: "2024-06"}, Kind: filing.Explained, Rule: "change",
		Text: "停产检修", Evidence: []string{paper.SHA256}, By: "统计员", At: h.Clock,
	}); err != nil {
		t.Fatal(err)
	}
	h.File("boiler", "amount", 6, "100 t", activity.Filed, activity.Evidence{Kind: "file", ID: paper.Name, SHA256: paper.SHA256}, activity.Evidence{Kind: "file", ID: "旧账", SHA256: billSHA})
	for _, f := range []struct{ source, parameter, amount string }{{"grid", "certificates", "0 MWh"}, {"gas", "vent", "10 万Nm3"}, {"gas", "drain", "20 万Nm3"}, {"gas", "utilised", "8 万Nm3"}} {
		h.File(f.source, f.parameter, 6, f.amount, activity.Filed)
	}
	h.File("boiler", "amount", 7, "70 t", activity.Filed) // another month, between the steps of this one
	move(t, h, filing.Submit, access.Actor{ID: "zhang", Duties: access.As(access.Filler, "beigou")})
	back := filing.Remark{ID: "r2", Cell: filing.Cell{Site: "beigou", Source: "gas", Parameter: "vent", Month: "2024-06"}, Kind: filing.Returned, Text: "核对风量", By: "wang", At: h.Clock}
	if _, err := h.Store.ReturnCell(ctx, back, filing.Move{Step: filing.Return, Actor: access.Actor{ID: "wang", Duties: access.As(access.Reviewer, "beigou")}, At: h.Clock}); err != nil {
		t.Fatal(err)
	}
	h.Clock = h.Clock.Add(time.Second)
	h.File("gas", "vent", 6, "11 万Nm3", activity.Filed)
	move(t, h, filing.Approve, access.Actor{ID: "wang", Duties: access.As(access.Reviewer, "beigou")})
	move(t, h, filing.Lock, access.Actor{ID: "wang", Duties: access.As(access.Reviewer, "beigou")})
	inv := closed(t, h, "2024-06")
	s := bundle.MonthSource{
		Name: lang.T("北沟矿", "Beigou"), Inventory: &inv, Sheet: []byte("a workbook"), Page: []byte("<p>a page</p>"),
		Papers: []bundle.Paper{
			{File: paper, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(bill)), nil }},
			{File: evidence.File{SHA256: billSHA, Name: "旧账"}},
		},
	}
	refill(t, h, &s)
	return h, s
}

func move(t *testing.T, h *house.House, step filing.Step, who access.Actor) {
	t.Helper()
	if _, err := h.Store.MoveMonth(t.Context(), "beigou", "2024-06", filing.Move{Step: step, Actor: who, At: h.Clock}); err != nil {
		t.Fatal(err)
	}
}

// refill reads what the store knows of the month.
func refill(t *testing.T, h *house.House, s *bundle.MonthSource) {
	t.Helper()
	ctx := t.Context()
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Document, err = h.Store.Month(ctx, "beigou", "2024-06")
	check()
	s.Steps, err = h.Store.MonthSteps(ctx, "beigou", "2024-06", "2024-06")
	check()
	s.Filings, err = h.Store.Filings(ctx, "beigou", "2024-06", "2024-06")
	check()
	s.Remarks, err = h.Store.Remarks(ctx, "beigou", "2024-06", "2024-06")
	check()
	s.Entries, err = s.Slice(h.Store.Ledger(ctx, "beigou"))
	check()
	s.Forms = forms(t, s.Filings)
}

// forms shows what stands as the grid does.
func forms(t *testing.T, filings []filing.Filing) []byte {
	t.Helper()
	type paper struct {
		SHA256 string `json:"sha256"`
	}
	type cell struct {
		Row      string  `json:"row"`
		Month    string  `json:"month"`
		Filing   string  `json:"filing"`
		Value    string  `json:"value"`
		Unit     string  `json:"unit"`
		Evidence []paper `json:"evidence"`
	}
	var grid struct {
		Cells []cell `json:"cells"`
	}
	for _, f := range filing.Current(filings) {
		c := cell{Row: f.Row(), Month: f.Month, Filing: f.ID, Value: f.Quantity.Number(), Unit: f.Quantity.Unit().String()}
		for _, e := range f.Evidence {
			c.Evidence = append(c.Evidence, paper{e.SHA256})
		}
		grid.Cells = append(grid.Cells, c)
	}
	grid.Cells = append(grid.Cells, cell{Row: "empty/row", Month: "2024-06"})
	data, err := json.Marshal(grid)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func packMonth(t *testing.T, s bundle.MonthSource) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := bundle.WriteMonth(t.Context(), &out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestMonthVerifies(t *testing.T) {
	h, s := june(t)
	data := packMonth(t, s)
	r := verify(data)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	if len(r.Checks) != 8 || r.Manifest.Month != "2024-06" || r.Inventory.ID != s.Inventory.ID {
		t.Errorf("%d checks of %+v", len(r.Checks), r.Manifest)
	}
	for name, want := range map[string]string{"evidence": "1 files of evidence are those that were filed", "filings": "7 filings and 2 remarks", "forms": "5 cells", "month": "locked"} {
		for _, c := range r.Checks {
			if c.Name == name && !strings.Contains(c.Text.EN, want) {
				t.Errorf("%s: %s, want %s", name, c.Text.EN, want)
			}
		}
	}
	h.Clock = h.Clock.Add(48 * time.Hour)
	h.File("boiler", "amount", 8, "70 t", activity.Filed) // the book goes on
	refill(t, h, &s)
	if again := packMonth(t, s); !bytes.Equal(again, data) {
		t.Error("the same month packs to other bytes on another day")
	}
	if s.Entries[0].Seq == 1 || len(s.Entries) < 10 {
		t.Errorf("the slice begins at %d with %d entries", s.Entries[0].Seq, len(s.Entries))
	}
}

// TestMonthWithoutInventory: a month that is verified and not closed.
func TestMonthWithoutInventory(t *testing.T) {
	h, s := june(t)
	s.Inventory = nil
	refill(t, h, &s)
	if err := verify(packMonth(t, s)).Err(); err != nil {
		t.Error(err)
	}
	s.Entries = nil
	if _, err := bundle.WriteMonth(t.Context(), io.Discard, s); err == nil {
		t.Error("a month that the ledger knows nothing of was packed")
	}
}

// TestMonthOneFlippedByte flips a byte in every file of the package and all over
// it: each is found, and in a file the file is named.
func TestMonthOneFlippedByte(t *testing.T) {
	_, s := june(t)
	data := packMonth(t, s)
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		at, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(data)
		flipped[at+int64(f.CompressedSize64)/2] ^= 1
		if err := verify(flipped).Err(); err == nil || !strings.Contains(err.Error(), f.Name) {
			t.Errorf("a byte of %s flipped: %v", f.Name, err)
		}
	}
	for at := 0; at < len(data); at += max(1, len(data)/300) {
		flipped := bytes.Clone(data)
		flipped[at] ^= 0x10
		if verify(flipped).Err() == nil {
			t.Fatalf("byte %d of %d flipped, and the package verifies", at, len(data))
		}
	}
	for _, cut := range []int{0, 1, 100, len(data) / 2, len(data) - 1} {
		if verify(data[:cut]).Err() == nil {
			t.Errorf("cut to %d bytes, and the package verifies", cut)
		}
	}
}

// TestMonthForged changes what is packed as a forger would who writes every hash
// of the archive anew: the ledger's chain and what hangs on it tell.
func TestMonthForged(t *testing.T) {
	for _, tt := range []struct {
		name  string
		forge func(s *bundle.MonthSource)
		says  string
	}{
		{"a value", func(s *bundle.MonthSource) {
			s.Filings[0].Quantity = s.Filings[0].Quantity.Neg()
			s.Forms = forms(t, s.Filings)
		}, "is not what ledger entry"},
		{"a value in the forms alone", func(s *bundle.MonthSource) { s.Forms = bytes.Replace(s.Forms, []byte(`"100"`), []byte(`"10"`), 1) }, "boiler/amount 2024-06 of the forms is not what was filed"},
		{"a filing left out", func(s *bundle.MonthSource) {
			s.Filings = s.Filings[1:]
			s.Forms = forms(t, s.Filings)
		}, "is not in the package"},
		{"a filing put in", func(s *bundle.MonthSource) {
			f := s.Filings[0]
			f.ID = "forged"
			s.Filings = append(s.Filings, f)
		}, "the ledger's slice has no forged"},
		{"a reason", func(s *bundle.MonthSource) { s.Remarks[0].Text = "计量故障" }, "r1 is not what ledger entry"},
		{"a file of evidence", func(s *bundle.MonthSource) {
			s.Papers[0].Open = func() (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(strings.Replace(bill, "1 0", "2 0", 1))), nil
			}
		}, "evidence/" + sum(bill)[:16] + "-过磅单 6 月.pdf was changed"},
		{"evidence left out", func(s *bundle.MonthSource) { s.Papers = s.Papers[1:] }, "is not in the package"},
		{"the state", func(s *bundle.MonthSource) { s.Document.State = filing.Verified }, "the state of 2024-06 is not the one of ledger entry"},
		{"the month", func(s *bundle.MonthSource) { s.Document.Month = "2024-07" }, "no step of 2024-07"},
		{"the totals", func(s *bundle.MonthSource) {
			inv := *s.Inventory
			inv.Content.Result.Totals = nil
			s.Inventory = &inv
		}, "does not match its hash"},
		{"another inventory", func(s *bundle.MonthSource) {
			inv := *s.Inventory
			inv.ID = "beigou.2024-06.forged.v1"
			s.Inventory = &inv
		}, "the ledger has no inventory"},
		{"an entry", func(s *bundle.MonthSource) { s.Entries[3].Actor = "somebody else" }, "was changed: hash is"},
		{"an entry and its hash", func(s *bundle.MonthSource) { rehash(s.Entries, 3) }, "was changed: prev is"},
		{"an entry left out", func(s *bundle.MonthSource) { s.Entries = append(s.Entries[:4:4], s.Entries[5:]...) }, "was changed: seq is"},
	} {
		_, s := june(t)
		entries := s.Entries
		s.Entries = append([]ledger.Entry{}, entries...)
		tt.forge(&s)
		err := verify(packMonth(t, s)).Err()
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v\nwant %s", tt.name, err, tt.says)
		}
	}
}

// rehash changes an entry and gives it the hash of what it now is.
func rehash(entries []ledger.Entry, i int) {
	e := entries[i]
	forged, err := ledger.Chain(ledger.Head{Seq: e.Seq - 1, Hash: e.Prev}, ledger.Draft{At: e.At, Actor: "somebody else", Site: e.Site, Kind: e.Kind, Subject: e.Subject, Body: e.Body, Postings: e.Postings})
	if err == nil {
		entries[i] = forged
	}
}
