package inventory

import (
	"context"

	"lingtan/fault"
)

// Settle closes a period whose filings are locked. One that was closed before is
// restated where it has changed since, for the reason given; where it has not,
// the version there is stands.
func (s *Service) Settle(ctx context.Context, c Close, reason string) (Inventory, error) {
	old, err := s.Books.Latest(ctx, c.Site, c.Period, c.Edition)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return s.Close(ctx, c)
	case err != nil:
		return Inventory{}, err
	}
	inv, same, err := s.again(ctx, c, reason, old)
	if same {
		return old, nil
	}
	return inv, err
}
