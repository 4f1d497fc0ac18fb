package api

import (
	"net/http"
	"net/netip"
	"strings"
)

// forwarded is how a proxy says for whom it asks.
const forwarded = "X-Forwarded-For"

// maxForwarded bounds the list of proxies that is read: nobody stands behind
// more of them.
const maxForwarded = 16

// address tells from where a request comes. What a client says of itself counts
// for nothing: the header is read only where the connection is one of a trusted
// proxy, from its end on, for as long as those named are trusted as well.
func (s *server) address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "" // a listener that is no network's
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values(forwarded), ","), ",")
	for i := len(hops) - 1; i >= 0 && len(hops)-i <= maxForwarded && s.trusts(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break // what is not understood hides nobody: the proxy that sent it stands
		}
		at = hop.Unmap().WithZone("")
	}
	return at.String()
}

func (s *server) trusts(at netip.Addr) bool {
	for _, proxy := range s.Proxies {
		if proxy.Contains(at) {
			return true
		}
	}
	return false
}

// secure tells whether the browser's connection is encrypted: ours, or that of
// a trusted proxy who says so.
func (s *server) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && s.trusts(peer.Addr().Unmap()) && r.Header.Get("X-Forwarded-Proto") == "https"
}
