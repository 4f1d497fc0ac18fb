// Package testkit owns what several rooms test with: the suites that every
// engine has to pass, the databases they run on, and the sample mine.
package testkit

import (
	"testing"
	"time"

	"lingtan/store"
)

// Store is the conformance suite of the store: what every engine has to do the
// same way. open gives a new store over an empty database.
func Store(t *testing.T, open func(testing.TB) *store.Store) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(*storeTest)
	}{
		{"a chain grows and verifies", chainGrows},
		{"appends from many hands keep the chain whole", manyHands},
		{"what a transaction proves goes with it", nothingHalf},
		{"numbers of series are dense and stay", seriesDense},
		{"many hands number the same points", seriesRace},
		{"a site keeps its versions", siteVersions},
		{"a segment is added once", segmentOnce},
		{"a correction names what it corrects", filingLine},
		{"a locked month takes no filing", monthLocks},
		{"a block is filed, each value by itself", blockFiled},
		{"many hands on one cell", hastyHands},
		{"a cell given back takes a value", cellReturned},
		{"a remark is about what stands", remarksKept},
		{"a reminder is given once", remindedOnce},
		{"an inventory follows its last version", inventoryVersions},
		{"two inventories at once: one is saved", inventoryRace},
		{"a certificate serves one period", certificateOnce},
		{"factor tables", factorsKept},
		{"a clash is one clash", clashesOnce},
		{"events replace themselves", eventsReplace},
		{"an import goes on and ends", importsGoOn},
		{"a token opens until it ends", tokensOpen},
		{"people with their duties", peopleKept},
		{"a session ends in every way", sessionsEnd},
		{"a code is spent once", codesSpent},
		{"settings", settingsKept},
		{"an alarm's steps stand in the book", alarmSteps},
		{"people act on alarms", alarmActs},
		{"alarms by pages", alarmPages},
		{"any sequence of looks", alarmLives},
		{"a message is told until it is sent", outboxKept},
		{"a file is one file of a mine", evidenceKept},
		{"files of a mine stay within their limit", evidenceQuota},
		{"a file waits for its scanner", evidenceWaits},
		{"nobody reads another tenant", tenancy},
	} {
		t.Run(part.name, func(t *testing.T) {
			s := open(t)
			s.Now = func() time.Time { return storeClock }
			part.test(&storeTest{t, s})
		})
	}
}

// storeClock is when everything in the suite is recorded.
var storeClock = time.Date(2024, 7, 2, 9, 30, 0, 123_000_000, time.UTC) //nolint:gochecknoglobals // constant

// storeTest is one part of the suite with its own store.
type storeTest struct {
	*testing.T
	s *store.Store
}

// must is for calls that only have an error.
func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// got is for calls that have a result.
func got[T any](out T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		must(tb, err)
		return out
	}
}
