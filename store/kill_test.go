package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lingtan/inventory"
	"lingtan/store"
	"lingtan/testkit"
)

// victimEnv makes this test binary write until it is killed.
const victimEnv = "LINGTAN_TEST_VICTIM"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(victimEnv); dsn != "" {
		if err := victim(dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// victim saves inventories, one version after the other, and tells each once it
// is saved. It gives up after a minute, should nobody come to kill it.
func victim(dsn string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	doc := store.InventoryRow{Head: inventory.Head{Site: "qingling", Period: "2024", Edition: "e"}, Body: []byte(strings.Repeat(" ", 20_000))}
	if last, err := s.LatestInventory(ctx, doc.Site, doc.Period, doc.Edition); err == nil {
		doc.Version, doc.ID = last.Version, last.ID
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		doc.Previous = doc.ID
		doc.Version++
		doc.ID = fmt.Sprint("i", doc.Version)
		if err := s.SaveInventory(ctx, doc, act(doc.ID)); err != nil {
			return err
		}
		fmt.Println(doc.Version)
	}
	return nil
}

// TestKilled: after kill -9 what was acknowledged is there, and no inventory
// without its entry nor entry without its inventory.
func TestKilled(t *testing.T) {
	each(t, func(t *base) {
		acknowledged := 0
		for round := range 5 {
			acknowledged = max(acknowledged, killed(t, t.dsn, 10+7*round))
		}
		s := testkit.OpenStore(t, t.dsn)
		head, err := s.VerifyLedger(t.Context(), "qingling")
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Inventories(t.Context(), "qingling")
		if err != nil {
			t.Fatal(err)
		}
		if len(list) < acknowledged || head.Seq != int64(len(list)) {
			t.Errorf("%d acknowledged, %d inventories, %d entries", acknowledged, len(list), head.Seq)
		}
	})
}

// killed runs a victim until it has told so many inventories and gives the
// last it told.
func killed(tb testing.TB, dsn string, writes int) int {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+dsn)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	last, told := 0, 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			tb.Fatal(err)
		}
		if told++; told == writes {
			if err := cmd.Process.Kill(); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || told < writes {
		tb.Fatalf("the victim ended by itself after %d writes: %v", told, err)
	}
	return last
}
