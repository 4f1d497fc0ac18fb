package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lingtan/ledger"
)

const (
	lookEvery  = time.Minute // after what was entered meanwhile
	wholeEvery = time.Hour   // and through each chain from its beginning: an old entry may be edited at any time
	// onTheSpot is how many entries are looked through while somebody waits.
	onTheSpot = 10 * maxEntries

	selectChains = `SELECT site FROM ledger_heads ORDER BY site LIMIT $1`
)

// watch remembers how far each chain was looked through.
type watch struct {
	mu sync.Mutex
	of map[string]watched
}

// watched is a chain's standing, with the head that it holds up to.
type watched struct {
	ledger.Standing
	head ledger.Head
}

func (w *watch) get(site string) watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at, known := w.of[site]; known {
		return at
	}
	return watched{Standing: ledger.Standing{OK: true}}
}

func (w *watch) put(site string, at watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil {
		w.of = map[string]watched{}
	}
	w.of[site] = at
}

// Standing tells how far a chain holds. It goes on from where it was looked
// through before, so far as somebody can wait for it; what was found broken
// stays so until the whole chain is walked again and holds.
func (s *Store) Standing(ctx context.Context, site string) (ledger.Standing, error) {
	return s.look(ctx, site, onTheSpot)
}

// look goes on along a chain for at most so many entries.
func (s *Store) look(ctx context.Context, site string, most int64) (ledger.Standing, error) {
	at := s.watch.get(site)
	end, err := s.Head(ctx, site)
	if err != nil {
		return at.Standing, err
	}
	at.Entries = end.Seq
	if !at.OK {
		return at.Standing, nil
	}
	upto := min(end.Seq, at.head.Seq+most)
	head, err := ledger.Verify(site, at.head, s.stretch(ctx, site, at.head.Seq, upto))
	if err == nil && upto == end.Seq {
		err = ledger.Expect(site, head, end)
	}
	return s.found(site, end, head, err)
}

// found keeps what a walk along a chain came to. A walk that could not be made
// tells nothing of the chain, and its error is given back.
func (s *Store) found(site string, end, head ledger.Head, err error) (ledger.Standing, error) {
	at := watched{ledger.Standing{OK: true, Entries: end.Seq, CheckedTo: head.Seq, CheckedAt: s.Now().UTC()}, head}
	switch {
	case errors.As(err, &at.Broken):
		at.OK, at.CheckedTo = false, min(head.Seq, at.Broken.Seq-1)
	case err != nil:
		return s.watch.get(site).Standing, err
	}
	s.watch.put(site, at)
	return at.Standing, nil
}

// WatchLedger looks after every chain until the context ends: all of each at
// the start and every hour, what is new every minute. What does not hold is
// logged once for every walk that finds it.
func (s *Store) WatchLedger(ctx context.Context, log *slog.Logger) error {
	look, whole := time.NewTicker(lookEvery), time.NewTicker(wholeEvery)
	defer look.Stop()
	defer whole.Stop()
	for all := true; ; {
		if err := s.lookAll(ctx, log, all); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "cannot look through the ledger", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-whole.C:
			all = true
		case <-look.C:
			all = false
		}
	}
}

func (s *Store) lookAll(ctx context.Context, log *slog.Logger, whole bool) error {
	scan := func(row scanner) (site string, err error) { return site, row.Scan(&site) }
	sites, err := all(ctx, s.reader, scan, selectChains)
	if err != nil {
		return s.tell(err)
	}
	for _, site := range sites {
		before := s.watch.get(site)
		var now ledger.Standing
		if whole {
			_, err = s.VerifyLedger(ctx, site)
			now = s.watch.get(site).Standing
		} else {
			now, err = s.look(ctx, site, 1<<62)
		}
		if now.Broken != nil && (whole || before.OK) {
			log.ErrorContext(ctx, "the ledger was changed", "site", site, "entry", now.Broken.Seq, "field", now.Broken.Field)
		}
		if broken := (*ledger.Broken)(nil); err != nil && !errors.As(err, &broken) {
			return fmt.Errorf("chain of %q: %w", site, err)
		}
	}
	return nil
}
