package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"lingtan/access"
	"lingtan/api"
	"lingtan/testkit"
)

// TestAddress makes sure that an act is entered with where it came from, and
// that nobody but a trusted proxy may say so for another.
func TestAddress(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	services := h.services()
	services.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	web, err := api.New(services)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct{ name, remote, header, want string }{
		{"straight", "203.0.113.9:4711", "", "203.0.113.9"},
		{"a client that says it is another", "203.0.113.9:4711", "198.51.100.1", "203.0.113.9"},
		{"through the proxy", "10.0.0.2:80", "198.51.100.1", "198.51.100.1"},
		{"through two proxies", "10.0.0.2:80", "198.51.100.1, 10.0.0.3", "198.51.100.1"},
		{"a client that puts another before itself", "10.0.0.2:80", "192.0.2.66, 198.51.100.1", "198.51.100.1"},
		{"a proxy that says nothing", "10.0.0.2:80", "", "10.0.0.2"},
		{"a proxy that says nonsense", "10.0.0.2:80", "198.51.100.1, <script>", "10.0.0.2"},
		{"IPv6", "[fd00::2]:80", "2001:db8::7", "2001:db8::7"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.9]:80", "", "203.0.113.9"},
		{"a proxy in a circle", "10.0.0.2:80", strings.Repeat("10.0.0.3,", 40) + "10.0.0.3", "10.0.0.3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := small + strings.Repeat("\n# again", i+1)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, sites+"/xiaoyao/file", strings.NewReader(body))
			r.RemoteAddr = tt.remote
			r.Header.Set("Authorization", "Bearer "+h.tokens[string(access.Administrator)+"@"+own])
			if tt.header != "" {
				r.Header.Set("X-Forwarded-For", tt.header)
			}
			w := httptest.NewRecorder()
			web.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			head, err := h.store.Head(t.Context(), own)
			if err != nil {
				t.Fatal(err)
			}
			last, err := h.store.Entries(t.Context(), own, head.Seq-1, 1)
			if err != nil || len(last) != 1 || last[0].Address != tt.want {
				t.Errorf("entered from %+v, %v, want %s", last, err, tt.want)
			}
		})
	}
}
