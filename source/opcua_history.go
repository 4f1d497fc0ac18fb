package source

import (
	"context"
	"fmt"
	"time"

	"github.com/gopcua/opcua/ua"
)

// Bounds of what is fetched after a gap.
const (
	mostHistory = 10_000 // values of one variable in one answer
	mostAnswers = 1_000  // of one gap
	oldestGap   = 30 * 24 * time.Hour
)

// fillGap fetches what the server recorded since it was last heard, where it
// keeps a history. A server that keeps none is no fault.
func (s *opcUASession) fillGap(ctx context.Context) error {
	if !s.history {
		return nil
	}
	mark, known, err := s.line.Mark(ctx, seenKey)
	if err != nil || !known {
		return err
	}
	from, to := time.UnixMilli(mark.Pos).UTC(), s.line.Now().UTC()
	if to.Sub(from) > oldestGap {
		from = to.Add(-oldestGap)
	}
	for _, v := range s.channels {
		if err := s.fill(ctx, v, from, to); err != nil {
			return err
		}
	}
	return nil
}

// fill fetches one variable's history, answer by answer.
func (s *opcUASession) fill(ctx context.Context, v variable, from, to time.Time) error {
	ask := &ua.HistoryReadValueID{NodeID: v.node, DataEncoding: &ua.QualifiedName{}}
	for range mostAnswers {
		answer, err := s.client.HistoryReadRawModified(ctx, []*ua.HistoryReadValueID{ask}, &ua.ReadRawModifiedDetails{StartTime: from, EndTime: to, NumValuesPerNode: mostHistory})
		if isStatus(err, ua.StatusBadServiceUnsupported, ua.StatusBadHistoryOperationUnsupported, ua.StatusBadNothingToDo) {
			s.line.Log().InfoContext(ctx, "server keeps no history", "channel", v.channel)
			return nil
		}
		if err != nil {
			return fmt.Errorf("history of %s: %w", v.channel, err)
		}
		if len(answer.Results) != 1 || answer.Results[0].StatusCode&uaSeverity == uaBad {
			s.line.Log().InfoContext(ctx, "no history of variable", "channel", v.channel)
			return nil
		}
		result := answer.Results[0]
		if err := s.line.Deliver(ctx, s.historyValues(v, result.HistoryData)); err != nil {
			return err
		}
		if ask.ContinuationPoint = result.ContinuationPoint; len(ask.ContinuationPoint) == 0 {
			return nil
		}
	}
	return nil
}

// historyValues reads a page of history. Values without an instant are none.
func (s *opcUASession) historyValues(v variable, data *ua.ExtensionObject) []Value {
	if data == nil {
		return nil
	}
	page, ok := data.Value.(*ua.HistoryData)
	if !ok {
		return nil
	}
	out := make([]Value, 0, len(page.DataValues))
	for _, dv := range page.DataValues {
		if dv == nil {
			continue
		}
		if value, ok := dataValueOf(v.channel, dv); ok && value.T > 0 {
			out = append(out, value)
		}
	}
	return out
}
