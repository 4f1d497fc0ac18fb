package board

import (
	"context"
	"sync"

	"lingtan/inventory"
)

// mostKept is how many months and closed inventories are kept at hand: some
// 100 KiB each, two years of a dozen mines under two editions.
const mostKept = 1000

// mostBoards is how many finished boards are kept at hand: half a MiB each.
const mostBoards = 64

// Shelf keeps months that were computed for as long as what they were computed
// from stands, the boards made of them, and closed inventories, which never
// change. It serves all mines and any number of readers.
type Shelf struct {
	mu     sync.Mutex
	clock  uint64 // of uses
	made   uint64 // months so far: each has a number of its own
	months map[monthKey]*slot[*month]
	boards map[string]*slot[Overview] // by all that they were made of
	closed map[string]*slot[inventory.Inventory]
	turns  map[string]chan struct{} // by mine: held by whoever computes
}

// slot is one thing on the shelf and when it was last taken.
type slot[V any] struct {
	thing V
	used  uint64
}

// NewShelf makes an empty shelf.
func NewShelf() *Shelf {
	return &Shelf{months: map[monthKey]*slot[*month]{}, boards: map[string]*slot[Overview]{}, closed: map[string]*slot[inventory.Inventory]{}, turns: map[string]chan struct{}{}}
}

// monthKey names what a month was computed for; its stamp says from what.
type monthKey struct {
	site, edition, factors string
	at                     ordinal
}

func (s *Shelf) month(k monthKey) (*month, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return take(s, s.months, k)
}

func (s *Shelf) putMonth(k monthKey, m *month) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	m.serial = s.made
	put(s, s.months, k, m, mostKept)
}

func (s *Shelf) board(mark string) (Overview, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return take(s, s.boards, mark)
}

func (s *Shelf) putBoard(mark string, o Overview) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(s, s.boards, mark, o, mostBoards)
}

func (s *Shelf) inventory(id string) (inventory.Inventory, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return take(s, s.closed, id)
}

func (s *Shelf) putInventory(inv inventory.Inventory) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(s, s.closed, inv.ID, inv, mostKept)
}

func take[K comparable, V any](s *Shelf, from map[K]*slot[V], k K) (thing V, ok bool) {
	p, ok := from[k]
	if !ok {
		return thing, false
	}
	s.clock++
	p.used = s.clock
	return p.thing, true
}

// put keeps a thing; where there is no room, what was not taken for longest goes.
func put[K comparable, V any](s *Shelf, into map[K]*slot[V], k K, thing V, most int) {
	s.clock++
	if _, held := into[k]; !held && len(into) >= most {
		var oldest K
		least := s.clock
		for key, p := range into {
			if p.used < least {
				oldest, least = key, p.used
			}
		}
		delete(into, oldest)
	}
	into[k] = &slot[V]{thing, s.clock}
}

// enter lets one at a time compute for a mine: who comes second finds the
// answer on the shelf. It waits no longer than the context lets it.
func (s *Shelf) enter(ctx context.Context, site string) (leave func(), err error) {
	s.mu.Lock()
	turn, ok := s.turns[site]
	if !ok {
		turn = make(chan struct{}, 1)
		s.turns[site] = turn
	}
	s.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
