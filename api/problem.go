package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/form"
	"lingtan/lang"
	"lingtan/people"
)

// Problem is an answer that is none, as RFC 9457 writes it.
type Problem struct {
	Type   string      `json:"type" doc:"固定为 about:blank | always about:blank"`
	Title  string      `json:"title"`
	Status int         `json:"status"`
	Code   string      `json:"code" doc:"机器可读的种类 | what kind it is, for programs"`
	Detail string      `json:"detail" doc:"错在哪里、怎么办 | what is wrong and what to do"`
	ID     string      `json:"request_id,omitempty" doc:"请求编号,日志中可查 | finds the request in the log"`
	Errors []Complaint `json:"errors,omitempty" doc:"逐条错误,至多 100 条 | each fault, at most 100"`

	Current *form.Cell `json:"current,omitempty" doc:"stale 时的现值 | what stands instead, with stale"`

	signIn bool
	wait   int // seconds; 0 is none
}

// Complaint is one fault of a request.
type Complaint struct {
	Code  string      `json:"code"`
	Place fault.Place `json:"place,omitzero" doc:"所在位置 | where it was found"`
	Text  string      `json:"text"`
	Hint  string      `json:"hint,omitempty"`
}

// Error tells the problem, as an error does.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the status to huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives the type of the body to huma.
func (*Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives huma what goes with the answer.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.signIn {
		h.Set("WWW-Authenticate", `Bearer realm="lingtan"`)
	}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(p.wait))
	}
	if p.Code == codeBusy {
		h.Set("Retry-After", "1")
	}
	return h
}

const codeBusy = "busy"

// errSignIn answers who comes without a token.
var errSignIn error = fault.Forbidden.Say(lang.T("需要令牌", "a token is needed")).
	Do(lang.T("带上请求头 Authorization: Bearer lingtan_…", "send the header Authorization: Bearer lingtan_…"))

// answer is the status of an error with its title.
type answer struct {
	status int
	code   string
	title  lang.Text
}

// answers is the one table from the kind of a fault to its status.
//
//nolint:gochecknoglobals // a table that is read only
var answers = map[fault.Kind]answer{
	fault.Internal:  {http.StatusInternalServerError, fault.Internal.String(), lang.T("服务器内部错误", "internal error")},
	fault.Invalid:   {http.StatusUnprocessableEntity, fault.Invalid.String(), lang.T("输入有误", "the input is wrong")},
	fault.NotFound:  {http.StatusNotFound, fault.NotFound.String(), lang.T("没有找到", "not found")},
	fault.Conflict:  {http.StatusConflict, fault.Conflict.String(), lang.T("与现状冲突", "in conflict with what is there")},
	fault.Forbidden: {http.StatusForbidden, fault.Forbidden.String(), lang.T("没有权限", "not allowed")},
}

// exceptions are the errors whose kind does not tell everything.
//
//nolint:gochecknoglobals // a table that is read only
var exceptions = []struct {
	err error
	answer
}{
	{errSignIn, answer{http.StatusUnauthorized, "unauthorized", lang.T("未登录", "not signed in")}},
	{people.ErrOver, answer{http.StatusUnauthorized, "unauthorized", lang.T("未登录", "not signed in")}},
	{people.ErrRefused, answer{http.StatusUnauthorized, "refused", lang.T("登录被拒", "not let in")}},
	{people.ErrCodeNeeded, answer{http.StatusUnauthorized, "code_needed", lang.T("需要动态验证码", "a code is needed")}},
	{people.ErrCodeWrong, answer{http.StatusUnauthorized, "code_wrong", lang.T("动态验证码不对", "the code is wrong")}},
	{people.ErrOnce, answer{http.StatusForbidden, "password_once", lang.T("须先更换密码", "the password is to be changed first")}},
	{people.ErrTrip, answer{http.StatusForbidden, "trip", lang.T("登录已中断", "the sign-in was interrupted")}},
	{people.ErrStranger, answer{http.StatusForbidden, "stranger", lang.T("没有开户", "no account")}},
	{access.ErrRefused, answer{http.StatusUnauthorized, "unauthorized", lang.T("未登录", "not signed in")}},
	{errHasty, answer{http.StatusTooManyRequests, "too_many", lang.T("太频繁", "too often")}},
	{people.ErrBusy, answer{http.StatusServiceUnavailable, codeBusy, lang.T("服务繁忙", "busy")}},
	{errBusy, answer{http.StatusServiceUnavailable, codeBusy, lang.T("服务繁忙", "busy")}},
	{context.DeadlineExceeded, answer{http.StatusGatewayTimeout, "timeout", lang.T("处理超时", "it took too long")}},
	{context.Canceled, answer{statusGone, "canceled", lang.T("请求已取消", "the request was cancelled")}},
}

// statusGone is what logs say of a client that did not wait. Nobody reads it.
const statusGone = 499

func answerOf(err error) answer {
	if locked := (*people.Locked)(nil); errors.As(err, &locked) {
		return answer{http.StatusTooManyRequests, "locked", lang.T("尝试过多", "too many tries")}
	}
	for _, e := range exceptions {
		if errors.Is(err, e.err) {
			return e.answer
		}
	}
	if _, is := errors.AsType[filing.Stale](err); is {
		return answer{http.StatusConflict, "stale", lang.T("他人已改", "somebody was faster")}
	}
	return answers[fault.KindOf(err)]
}

// problemOf tells an error in the reader's language. Of what is ours to mend
// the reader learns the request's number only: an error's text may name files
// and hosts.
func problemOf(ctx context.Context, err error) *Problem {
	v, a := visitOf(ctx), answerOf(err)
	p := &Problem{
		Type: "about:blank", Title: a.title.In(v.tag), Status: a.status, Code: a.code, ID: v.id,
		signIn: a.status == http.StatusUnauthorized,
	}
	if locked := (*people.Locked)(nil); errors.As(err, &locked) {
		p.wait = locked.Seconds()
	}
	if stale, is := errors.AsType[staleCell](err); is {
		p.Current = &stale.now
	}
	switch {
	case a.code == fault.Internal.String():
		v.err = err
		p.Detail = lang.T("请把编号 %s 告诉管理员", "tell the administrator the number %s").Format(v.id).In(v.tag)
	case a.code == "timeout", a.code == "canceled":
		v.err = err
		p.Detail = lang.T("缩小范围后重试", "ask for less and try again").In(v.tag)
	default:
		p.told(err, v.tag)
	}
	return p
}

// told lists the faults, the first ones in the detail.
func (p *Problem) told(err error, tag lang.Tag) {
	parts := partsOf(err)
	for _, part := range parts[:min(len(parts), maxTold)] {
		c := Complaint{Code: fault.KindOf(part).String(), Text: part.Error()}
		var f *fault.Fault
		if errors.As(part, &f) {
			c.Place, c.Text, c.Hint = f.Place, f.Text.In(tag), f.Hint.In(tag)
		}
		p.Errors = append(p.Errors, c)
	}
	p.Detail = fault.Tell(parts[0], tag)
	if more := len(parts) - 1; more > 0 {
		p.Detail += lang.T("(另有 %d 条)", " (and %d more)").Format(more).In(tag)
	}
}

// partsOf finds what was joined, also below an operation wrapped around it.
func partsOf(err error) []error {
	var joined interface{ Unwrap() []error }
	var single *fault.Fault
	if errors.As(err, &joined) {
		if all := joined.Unwrap(); len(all) > 0 && !errors.As(firstOf(err), &single) {
			return fault.Split(errors.Join(all...))
		}
	}
	return []error{err}
}

// firstOf gives err when it is a fault itself, whatever it wraps.
func firstOf(err error) error {
	if f, ok := err.(*fault.Fault); ok { //nolint:errorlint // only the outermost is asked for
		return f
	}
	return nil
}

// complaint makes a fault of a field in both wordings.
func complaint(column, zh, en string, args ...any) error {
	return fault.Invalid.Say(lang.T(zh, en), args...).At(fault.Place{Column: column})
}

// statusText tells a status that nobody wrote a problem for: an unknown path,
// a method that is not there.
func statusText(status int) lang.Text {
	switch status {
	case http.StatusNotFound:
		return lang.T("没有这个地址", "there is no such address")
	case http.StatusMethodNotAllowed:
		return lang.T("这个地址不支持该方法", "this address does not know that method")
	}
	return lang.Same(fmt.Sprintf("%s (%s)", http.StatusText(status), strconv.Itoa(status)))
}
