package api

import (
	"context"
	"sync"
)

// turns lets one request at a time bring a mine's hours up to date. Two at once
// would both work from what each had read, and the one that ends last would put
// back hours without the readings that came in between.
type turns struct {
	mu    sync.Mutex
	sites map[string]gate
}

// take waits for a mine's turn, as long as the request may.
func (t *turns) take(ctx context.Context, site string) (leave func(), err error) {
	t.mu.Lock()
	g, known := t.sites[site]
	if !known {
		g = make(gate, 1)
		t.sites[site] = g
	}
	t.mu.Unlock()
	select {
	case g <- struct{}{}:
		return g.leave, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// refresh brings a mine's hours up to the last reading.
func (s *server) refresh(ctx context.Context, m *Mine) error {
	leave, err := s.turns.take(ctx, m.Site.ID)
	if err != nil {
		return err
	}
	defer leave()
	return m.Inventories.Refresh(ctx)
}

// atWork gives a mine for as long as something is computed of it.
func (s *server) atWork(ctx context.Context, site string) (m *Mine, leave func(), err error) {
	if m, err = s.Mine(ctx, site); err != nil {
		return nil, nil, err
	}
	leave, err = s.turns.take(ctx, site)
	return m, leave, err
}
