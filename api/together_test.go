package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lingtan/testkit"
)

// TestTogether lets collectors send and readers look at the same time: each
// look refreshes the hours, and none may lose what came in while it worked.
func TestTogether(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	const each, all = 15, 4
	var group sync.WaitGroup
	for worker := range all {
		group.Go(func() {
			for i := range each {
				n := worker + all*i
				at := start.Add(time.Duration(n) * time.Minute)
				body := fmt.Sprintf(`{"readings":[{"point":"feeder","t":%d,"v":%d}]}`, at.UnixMilli(), 1000+n)
				sent := h.do(call{who: "filler@xiaoyao", method: "POST", path: sites + "/xiaoyao/readings", body: body})
				looked := h.do(call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=all&period=2024-01-01"})
				if sent.Code != http.StatusOK || looked.Code != http.StatusOK {
					t.Errorf("%d: sent %d, looked %d: %s", n, sent.Code, looked.Code, looked.Body)
				}
			}
		})
	}
	group.Wait()
	want := fmt.Sprintf(`"amount":"%d kWh"`, 80*(each*all-1))
	if got := h.must(call{who: "viewer@xiaoyao", method: "GET", path: sites + "/xiaoyao/amounts?point=feeder&by=all&period=2024-01-01"}); !strings.Contains(got, want) {
		t.Errorf("of all readings the amount is %s, want %s", got, want)
	}
}
