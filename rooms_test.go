// Package lingtan_test holds the floor plan of the whole module and the test
// that keeps every room to it.
package lingtan_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// plan is the floor plan, ground floor first: a room, then the rooms it may
// import, all of them further down the building, so further up this list.
// Every room above the kernel may import the kernel as well; * opens every
// door. A new room or a new door is a design decision: the commit that adds it
// says why.
const plan = `
lang
fault       lang
quantity    lang fault
period      lang fault

money
reading
site        reading
factor
activity
ledger
access
evidence
dump        ledger
people      access ledger
plan        site reading activity
standard    activity factor
calc        site activity factor standard
filing      access activity
rule        site activity factor plan
form        site activity access plan standard filing rule reading
inventory   site plan activity factor standard ledger reading
verification inventory
report      site inventory filing standard activity factor
bundle      site plan activity factor filing ledger inventory reading evidence standard
backup      bundle ledger inventory dump
live        site reading plan activity factor standard
alarm       site reading
board       site reading plan activity factor standard inventory live filing

source      site reading filing activity
query       site reading
export      site reading
series      reading
store/blob  evidence ledger
scan        evidence
sheet       evidence
store       money site reading factor activity ledger access plan standard filing inventory alarm evidence people verification dump
notify      alarm
openid      people
ui
api         money site reading factor activity ledger access plan standard filing form inventory report live alarm source query export board evidence people verification sheet bundle

testkit/peers *
testkit/mine period reading filing activity
simulate    site source testkit/mine
testkit     *
testkit/house *
cmd/lingtan *
`

// world names the few rooms that may touch a piece of the outside world. A row
// guards a package with all beneath it, or one function; the longest row that
// fits decides. Rooms that may enter every door may touch everything.
const world = `
database/sql  series store
net/http      source api ui notify openid
net           source store api notify simulate scan
net/smtp      notify
net/netip     *
net/url       *
os            source series store store/blob simulate
os/exec       source scan
syscall       source series store
log
log/slog      source series store api ui notify simulate
time.Now      source series store api notify
time.Since    source series store api notify
time.Until    source series store api notify
`

func TestRooms(t *testing.T) {
	b, err := walk(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, complaint := range append(b.complaints, b.whole()...) {
		t.Error(complaint)
	}
}

// crooked is a house with one fault of every sort, and beside each fault
// something like it that is allowed.
const crooked = `
-- lang/lang.go --
// Package lang speaks.
package lang

import _ "lingtan/site"
-- site/site.go --
// Package site is the mine.
package site

import (
	"net/url"
	"os/signal"

	_ "lingtan/lang"
)

var _, _ = url.Parse, signal.Stop
-- site/site_test.go --
package site

import _ "os"
-- period/period.go --
package period

import clock "time"

var _, _ = clock.Now, clock.Unix
-- util/util.go --
// Package util is everything.
package util
-- series/testdata/bad.go --
not Go
-- cmd/lingtan/main.go --
// Command lingtan serves.
package main

import (
	"os"

	_ "lingtan/site"
)

var _ = os.Exit
`

// TestRoomsSeesBrokenWalls makes sure that a walk which lets everything through
// does not pass for a tidy house.
func TestRoomsSeesBrokenWalls(t *testing.T) {
	house, err := txtar.FS(txtar.Parse([]byte(crooked)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := walk(house)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(append(b.complaints, b.whole()...), "\n")
	for _, want := range []string{
		"lang/lang.go:4:10: lang may not import site",
		"site/site.go:6:2: site may not touch os/signal, which is for [source series store store/blob simulate]",
		"period/period.go:5:12: period may not touch time.Now, which is for [source series store api notify]",
		"util/util.go: room util is not on the plan",
		"period has no package comment",
		"ledger is on the plan and has no code",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("walk did not complain: %s", want)
		}
	}
	for _, silent := range []string{"net/url", "site_test", "testdata", "cmd/lingtan/main.go", "time.Unix", "site may not import"} {
		if strings.Contains(got, silent) {
			t.Errorf("walk complained of %s in\n%s", silent, got)
		}
	}
}

func TestPlanLeadsDownstairs(t *testing.T) {
	built := map[string]bool{}
	for _, row := range rows(plan) {
		for _, door := range row[1:] {
			if !built[door] && door != "*" {
				t.Errorf("%s opens onto %s, which stands no lower", row[0], door)
			}
		}
		built[row[0]] = true
	}
}

func TestLongestChain(t *testing.T) {
	below := map[string][]string{"a": {"b", "c"}, "b": {"c"}, "c": {"d"}, "e": {"d"}}
	if got := strings.Join(longest(below), " "); got != "a b c d" {
		t.Errorf("longest(%v) = %s, want a b c d", below, got)
	}
}
