package live

import "context"

// Tick folds what came in and tells viewers, as Run does five times a second.
func (h *Hall) Tick() { h.tick(false) }

// Refold folds recalled hours anew, as Run does twice a second.
func (h *Hall) Refold(ctx context.Context) error { return h.refold(ctx) }

// Renew goes the slow way, as Run does when something is late.
func (h *Hall) Renew(ctx context.Context) error { return h.renew(ctx) }

// Shrink bounds the ring of events to so many bytes.
func (h *Hall) Shrink(bytes int) { h.ring.limit = bytes }
