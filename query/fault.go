package query

import (
	"context"
	"errors"

	"github.com/prometheus/prometheus/promql"

	"lingtan/fault"
	"lingtan/lang"
)

// Kind is what Prometheus calls the type of an error.
type Kind string

// The kinds of an error.
const (
	BadData   Kind = "bad_data"
	Execution Kind = "execution"
	Timeout   Kind = "timeout"
	Canceled  Kind = "canceled"
	Internal  Kind = "internal"
	NotFound  Kind = "not_found"
)

// refusal is a fault with its kind.
type refusal struct {
	*fault.Fault
	kind Kind
}

// Unwrap gives the fault.
func (r *refusal) Unwrap() error { return r.Fault }

// KindOf tells the kind of an error of this room.
func KindOf(err error) Kind {
	var timeout promql.ErrQueryTimeout
	var canceled promql.ErrQueryCanceled
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		return refused.kind
	case errors.As(err, &timeout), errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.As(err, &canceled), errors.Is(err, context.Canceled):
		return Canceled
	case fault.KindOf(err) == fault.NotFound:
		return NotFound
	}
	return Internal
}

// wrong refuses what was asked.
func wrong(text lang.Text, args ...any) error {
	return &refusal{fault.Invalid.Say(text, args...), BadData}
}

// beyond refuses what can not be worked out.
func beyond(text lang.Text, n any, remedy lang.Text) error {
	return &refusal{fault.Invalid.Say(text, n).Do(remedy), Execution}
}

// unreadable tells why an expression is none. The parser speaks English alone.
func unreadable(err error) error {
	return wrong(lang.T("表达式有误:%s", "invalid parameter \"query\": %s"), err.Error())
}

// failed tells why a query did not come to its end.
func (l Limits) failed(err error) error {
	var (
		storage promql.ErrStorage
		series  promql.ErrTooManySeries
		read    promql.ErrTooManySamplesRead
		held    promql.ErrTooManySamples
	)
	switch {
	case errors.As(err, &series):
		return beyond(lang.T("超过 %d 条序列", "more than %d series"), l.Series,
			lang.T("用 point、org、source 等标签缩小范围", "narrow it by labels such as point, org or source"))
	case errors.As(err, &read):
		return beyond(lang.T("读取超过 %d 个样本", "it would read more than %d samples"), l.Read,
			lang.T("缩短时间、减少测点,或改用 lingtan_amount", "ask for less time or fewer points, or for lingtan_amount"))
	case errors.As(err, &held):
		return beyond(lang.T("结果超过 %d 个样本", "it would hold more than %d samples"), l.Held,
			lang.T("加大 step、减少测点", "use a longer step or fewer points"))
	case KindOf(err) == Timeout:
		return &refusal{fault.Invalid.Say(lang.T("%v 内没有算完", "not done within %v"), l.Timeout).
			Do(lang.T("缩短时间、减少测点,或稍后重试", "ask for less time or fewer points, or try again later")), Timeout}
	case errors.As(err, &storage), KindOf(err) != Internal:
		return err
	}
	// What is left is the expression's: labels that do not match one to one, and such.
	return beyond(lang.T("算不出:%s", "%s"), err.Error(), lang.Text{})
}
