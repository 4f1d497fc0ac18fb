package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/testkit"
)

// TestFullDisk: SQLite is told that there are no more pages, which ends a
// transaction as a full disk does.
func TestFullDisk(t *testing.T) {
	s := testkit.OpenStore(t, testkit.SQLite(t))
	limit := func(pages string) {
		t.Helper()
		if _, err := s.Raw().ExecContext(t.Context(), "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := s.Raw().QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit(fmt.Sprint(pages + 20))
	large := act("f1")
	large.Body = json.RawMessage(`"` + strings.Repeat("x", 20_000) + `"`)
	var err error
	written := int64(0)
	for ; err == nil && written < 100; written++ {
		_, err = s.Append(t.Context(), large)
	}
	written-- // the last one failed
	if told := fault.Tell(err, lang.ZH); fault.KindOf(err) != fault.Internal || !strings.Contains(told, "腾出磁盘空间") {
		t.Errorf("a full disk is told as %q", told)
	}
	limit("1000000")
	if _, err := s.Append(t.Context(), large); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if head, err := s.VerifyLedger(t.Context(), "qingling"); err != nil || head.Seq != written+1 {
		t.Errorf("the chain ends at %v, %v, want %d", head, err, written+1)
	}
}
