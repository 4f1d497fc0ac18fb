package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, e := range chain(t, "qingling") {
			back, err := Decode(e.Encode())
			if err != nil || !reflect.DeepEqual(back, e) {
				t.Fatalf("Decode(Encode) = %+v, %v, want %+v", back, err, e)
			}
		}
	})
}

// TestEncodingStands pins the layout: a change here is a change of every hash
// ever written, and needs another magic.
func TestEncodingStands(t *testing.T) {
	e, err := Chain(Head{}, Draft{
		At: time.Date(2024, 7, 2, 9, 30, 0, 123_456_789, time.UTC), Actor: "li.wei", Site: "qingling", Kind: InventoryClose, Subject: "i1",
		Body:     json.RawMessage(`{"lines": 3, "edition": "cn-coal-2014"}`),
		Postings: Transfer{From: "source/vent", To: "inventory/qingling/2024-06/1", Gas: "CH4", Grams: 1_234_567}.Postings(),
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = "ee2c1cb8f874ff914a3fff2c6e86066c479e8b7239439d5e710450a2b0338f18" // as a second program, in Python, has it
	if e.Hash.String() != want {
		t.Errorf("hash %s, want %s", e.Hash, want)
	}
}

// TestAddressStands pins the layout of an act that came from somewhere, and
// that an address is hashed as everything else is.
func TestAddressStands(t *testing.T) {
	d := Draft{At: time.UnixMilli(1e12), Actor: "li.wei", Address: "10.0.3.7", Site: "qingling", Kind: SettingPut, Subject: "s1", Body: json.RawMessage(`{"a":1}`)}
	e, err := Chain(Head{}, d)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Decode(e.Encode()); err != nil || !reflect.DeepEqual(back, e) || !bytes.HasPrefix(e.Encode(), []byte(magicPlace)) {
		t.Errorf("Decode(Encode) = %+v, %v, want %+v", back, err, e)
	}
	elsewhere := e
	elsewhere.Address = "10.0.3.8"
	var broken *Broken
	if _, err := Verify("qingling", Head{}, Each([]Entry{elsewhere})); !errors.As(err, &broken) || broken.Field != "hash" {
		t.Errorf("an act moved to another address verifies: %v", err)
	}
	elsewhere.Address = ""
	if _, err := Verify("qingling", Head{}, Each([]Entry{elsewhere})); !errors.As(err, &broken) || broken.Field != "hash" {
		t.Errorf("an act whose address was taken away verifies: %v", err)
	}
	if _, err := Chain(Head{}, Draft{At: d.At, Actor: "a", Address: "10.0.3.7\n", Kind: SettingPut, Subject: "s1"}); err == nil {
		t.Error("an address with a line break was taken")
	}
	// The layout with an address, and none in it: a second encoding of the same act.
	plain := d
	plain.Address = ""
	if e, err = Chain(Head{}, plain); err != nil {
		t.Fatal(err)
	}
	body := bytes.Replace(e.Encode(), []byte(magic), []byte(magicPlace), 1)
	at := bytes.Index(body, []byte(`{"a":1}`)) + len(`{"a":1}`)
	if _, err := Decode(slices.Insert(body, at, 0, 0, 0, 0)); err == nil {
		t.Error("an act has two encodings")
	}
}

func FuzzDecode(f *testing.F) {
	e, err := Chain(Head{}, Draft{
		At: time.UnixMilli(1e12), Actor: "li.wei", Site: "qingling", Kind: FilingPut, Subject: "f1", Body: json.RawMessage(`{"a":[1.10,"矿"]}`),
		Postings: Transfer{From: "a", To: "b", Gas: "CO2", Grams: 3}.Postings(),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.Encode())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Decode(data)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Encode(), data) {
			t.Errorf("%+v has two encodings", e)
		}
		if _, err := Verify(e.Site, Head{e.Seq - 1, e.Prev}, Each([]Entry{e})); err != nil {
			t.Error(err)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"b":1.10,"a":["\u0000<",{"x":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		once, err := Canonical(data)
		if err != nil {
			return
		}
		twice, err := Canonical(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("Canonical(%s) = %s, %v", once, twice, err)
		}
		if len(data) > 0 && !json.Valid(data) {
			t.Errorf("took %q for JSON", data)
		}
	})
}
