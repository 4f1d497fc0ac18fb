package store_test

import (
	"testing"

	"lingtan/store"
	"lingtan/testkit"
)

func TestStore(t *testing.T) {
	for _, engine := range testkit.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			testkit.Store(t, func(t testing.TB) *store.Store { return testkit.OpenStore(t, engine.DSN(t)) })
		})
	}
}
