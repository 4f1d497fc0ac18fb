package main

import (
	"net/netip"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// proxies reads the networks of trusted proxies; a single address is a network
// of one. What is wrong was told when the configuration was read.
func proxies(list string) []netip.Prefix {
	var out []netip.Prefix
	for text := range strings.SplitSeq(list, ",") {
		if p, err := proxy(strings.TrimSpace(text)); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func proxy(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), nil
	}
	at, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return at.Prefix(at.BitLen())
}

func checkProxies(v string) error {
	for text := range strings.SplitSeq(v, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if _, err := proxy(text); err != nil {
			return fault.Invalid.Say(lang.T("代理地址读到 %q", "address of a proxy read %q"), text).
				Do(lang.T("写成 127.0.0.1 或 10.0.0.0/8,逗号分隔", "write 127.0.0.1 or 10.0.0.0/8, by commas"))
		}
	}
	return nil
}
