package api

import (
	"container/list"
	"sync"
)

// cache keeps what is dear to make and never changes, up to a number of bytes;
// what was not asked for longest goes first.
type cache[V any] struct {
	mu    sync.Mutex
	room  int64
	items map[string]*list.Element
	order *list.List // of kept[V], latest first
}

type kept[V any] struct {
	key   string
	value V
	bytes int64
}

func newCache[V any](room int64) *cache[V] {
	return &cache[V]{room: room, items: map[string]*list.Element{}, order: list.New()}
}

func (c *cache[V]) get(key string) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.items[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(at)
	return at.Value.(kept[V]).value, true
}

// put keeps a value of so many bytes; one larger than a quarter of the room
// would push out all the others and is not kept.
func (c *cache[V]) put(key string, value V, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.items[key]; held || bytes > (c.room+c.used())/4 {
		return
	}
	c.items[key] = c.order.PushFront(kept[V]{key, value, bytes})
	for c.room -= bytes; c.room < 0; {
		last := c.order.Back()
		old := c.order.Remove(last).(kept[V])
		delete(c.items, old.key)
		c.room += old.bytes
	}
}

// used is how many bytes are kept.
func (c *cache[V]) used() (sum int64) {
	for at := c.order.Front(); at != nil; at = at.Next() {
		sum += at.Value.(kept[V]).bytes
	}
	return sum
}
