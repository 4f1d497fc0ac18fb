package reading

import (
	"context"
	"fmt"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Limits on what is accepted, with their reasons.
const (
	// MaxBatch keeps one commit under a few hundred ms and 50 MB.
	MaxBatch = 1_000_000
	// Tolerance is how far ahead a meter's clock may be: five minutes are a bad
	// clock, more is a wrong date.
	Tolerance = 5 * time.Minute
)

// Oldest is the earliest instant a reading may have: a clock that lost its
// battery says 1970 or 2000-01-01, and no mine meters were logged before.
var Oldest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() //nolint:gochecknoglobals // a constant; an instant is computed

// Newest is the latest instant a reading may have. What lies beyond is not a
// wrong clock but another unit, micro- or nanoseconds.
var Newest = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).UnixMilli() //nolint:gochecknoglobals // a constant; an instant is computed

// Service takes readings in and keeps the derived hours up to date.
type Service struct {
	Series   Series
	Rules    func(ID) (Rule, bool)                // of a point; false: its readings are only kept
	Products func() []Product                     // derived series; may be nil
	Now      func() time.Time                     // the clock
	Judge    *Judge                               // may be nil: then numbers and clocks alone are judged
	Accepted func([]Reading)                      // told what is durable, judged, the caller's to keep a copy of; several at once; may be nil
	Clashes  func(context.Context, []Clash) error // told at least once; may be nil
	Events   func(context.Context, []Event) error // told at least once; may be nil

	once      sync.Once
	turn      chan struct{} // held by whoever recomputes hours
	revisions revisions
}

// Receipt tells what became of a batch.
type Receipt struct {
	Accepted    int `json:"accepted"`    // durable, and countable
	Suspect     int `json:"suspect"`     // of those, doubted
	Bad         int `json:"bad"`         // durable, kept as Bad
	Quarantined int `json:"quarantined"` // durable, stamped in the future
}

// Accept judges a batch and returns when it is durable. Nothing is dropped:
// what cannot count is kept with the quality that says so. The batch's
// readings are changed in place.
func (s *Service) Accept(ctx context.Context, b Batch) (Receipt, error) {
	var receipt Receipt
	if len(b.Readings) > MaxBatch {
		return receipt, fault.Invalid.Say(lang.T("一批 %d 条读数，上限 %d 条", "a batch of %d readings, the limit is %d"), len(b.Readings), MaxBatch).
			Do(lang.T("请分批提交", "send it in parts"))
	}
	now := s.Now().UnixMilli()
	for i := range b.Readings {
		r := &b.Readings[i]
		if !Usable(*r) {
			return receipt, fault.Invalid.Say(lang.T("读数的测点 %d 或时间 %s 无效", "a reading's point %d or instant %s is not usable"), r.Series, r.At().Format(time.RFC3339)).
				Do(lang.T("测点编号从 1 起；时间不早于 1990 年，请核对单位是否为毫秒", "points count from 1; instants begin in 1990: check that they are milliseconds")).
				At(fault.Place{Row: i + 1})
		}
		if r.Recv == 0 {
			r.Recv = now
		}
	}
	judge := s.Judge
	if judge == nil {
		judge = &Judge{}
	}
	if err := judge.Seed(ctx, s.Series); err != nil {
		return receipt, err
	}
	undo := judge.Batch(b, now)
	if err := s.Series.Append(ctx, b); err != nil {
		undo()
		return receipt, fmt.Errorf("accept %d readings: %w", len(b.Readings), err)
	}
	if s.Accepted != nil {
		s.Accepted(b.Readings)
	}
	return ReceiptOf(b.Readings), nil
}

// ReceiptOf tells what became of judged readings.
func ReceiptOf(rs []Reading) Receipt {
	var out Receipt
	for i := range rs {
		switch r := &rs[i]; {
		case r.Q == Quarantined:
			out.Quarantined++
		case !r.Counts():
			out.Bad++
		default:
			out.Accepted++
			if r.Q == Suspect {
				out.Suspect++
			}
		}
	}
	return out
}
