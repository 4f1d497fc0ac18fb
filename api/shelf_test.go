package api_test

import (
	"context"

	"lingtan/api"
	"lingtan/inventory"
	"lingtan/store"
)

// shelf is the store as the routes ask for it: an inventory is told whole.
type shelf struct{ *store.Store }

var _ api.Store = shelf{}

func (s shelf) Inventory(ctx context.Context, id string) (inventory.Inventory, error) {
	return s.Books().Inventory(ctx, id)
}
