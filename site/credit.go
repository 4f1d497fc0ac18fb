package site

import (
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// creditAlphabet is that of GB 32100—2015: no I, O, S, V, Z.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckCreditCode checks a unified social credit code: 18 characters, the last
// of which is the check character of GB 32100—2015, weights 3^(i−1) mod 31.
func CheckCreditCode(code string) error {
	const length = 18
	do := lang.T("按营业执照核对,18 位,不含 I、O、S、V、Z", "check it against the licence: 18 characters without I, O, S, V, Z")
	if len(code) != length {
		return fault.Invalid.Say(lang.T("统一社会信用代码 %q 有 %d 位,应为 18 位", "credit code %q has %d characters, expected 18"), code, len([]rune(code))).Do(do)
	}
	sum, weight := 0, 1
	for i := range length - 1 {
		n := strings.IndexByte(creditAlphabet, code[i])
		if n < 0 {
			return fault.Invalid.Say(lang.T("统一社会信用代码第 %d 位 %q 不在字符集内", "character %d of the credit code, %q, is not of its alphabet"), i+1, code[i:i+1]).Do(do)
		}
		sum += n * weight
		weight = weight * 3 % 31
	}
	if want := creditAlphabet[(31-sum%31)%31]; code[length-1] != want {
		return fault.Invalid.Say(lang.T("统一社会信用代码校验位读到 %q,应为 %q", "check character of the credit code: read %q, expected %q"), code[length-1:], string(want)).Do(do)
	}
	return nil
}
