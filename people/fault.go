package people

import (
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// The answers that a page tells apart.
var (
	// ErrRefused is the one answer to every wrong name and password, so that
	// trying tells nothing.
	ErrRefused error = fault.Forbidden.Say(lang.T("名字或密码不对", "the name or the password is wrong")).
			Do(lang.T("再试一次;忘记密码请管理员发一次性密码", "try again; who forgot it asks an administrator for a one-time password"))
	// ErrCodeNeeded asks for the code of the second factor.
	ErrCodeNeeded error = fault.Forbidden.Say(lang.T("还需要动态验证码", "a code is needed as well")).
			Do(lang.T("输入手机验证器上的 6 位数字,或一个恢复码", "type the 6 digits of the authenticator, or a recovery code"))
	// ErrCodeWrong is a code that is wrong, late, or was used.
	ErrCodeWrong error = fault.Forbidden.Say(lang.T("动态验证码不对或已用过", "the code is wrong or was used")).
			Do(lang.T("等下一个动态验证码再试;手机时间须准确", "wait for the next one; the telephone's clock has to be right"))
	// ErrOnce stands before everything but a new password.
	ErrOnce error = fault.Forbidden.Say(lang.T("一次性密码须先更换", "a one-time password is to be changed first")).
		Do(lang.T("设一个自己的密码", "choose a password of your own"))
	// ErrStranger is somebody whom the provider knows and we do not.
	ErrStranger error = fault.Forbidden.Say(lang.T("本平台没有为此身份开户", "nobody here has this identity")).
			Do(lang.T("请管理员开户,或把邮箱登记到您的人员资料", "ask an administrator for an account, or to enter your e-mail address"))
	// ErrTrip is a return from the provider that this browser has not left for,
	// or left for too long ago.
	ErrTrip error = fault.Forbidden.Say(lang.T("登录已中断或超时", "the sign-in was interrupted, or took too long")).
		Do(lang.T("重新登录", "sign in again"))
	// ErrBusy is too many at the door at once.
	ErrBusy      error = fault.Internal.Say(lang.T("登录的人太多", "too many are signing in")).Do(lang.T("稍后再试", "try again shortly"))
	errNoSession error = fault.Forbidden.Say(lang.T("须登录后在浏览器中操作,令牌不行", "this takes a sign-in in a browser; a token does not do")).
			Do(lang.T("用密码登录后再试", "sign in with the password"))
)

// Locked says that nobody tries now, right or wrong.
type Locked struct{ Wait time.Duration }

// Error tells it for a log.
func (l *Locked) Error() string { return l.Fault().Error() }

// Unwrap gives what a person is told.
func (l *Locked) Unwrap() error { return l.Fault() }

// Fault tells how long to wait.
func (l *Locked) Fault() *fault.Fault {
	return fault.Forbidden.Say(lang.T("尝试过多,请等 %d 秒", "too many tries: wait %d s"), l.Seconds()).
		Do(lang.T("忘记密码请管理员发一次性密码", "who forgot the password asks an administrator for a one-time one"))
}

// Seconds is the wait in whole seconds, at least one.
func (l *Locked) Seconds() int { return max(1, int((l.Wait+time.Second-1)/time.Second)) }
