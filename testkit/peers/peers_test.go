package peers

import (
	"cmp"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tableEnv names a file for the table, which a passing test would not show.
const tableEnv = "LINGTAN_PEERS_TABLE"

// TestKnownHour plays every peer and tells, a row each, what a protocol was
// given, what was stored, and what the hours amount to.
func TestKnownHour(t *testing.T) {
	t.Setenv(passwordEnv, "a mine's word")
	slices.SortFunc(all, func(a, b Peer) int { return cmp.Compare(a.Name, b.Name) })
	var mu sync.Mutex
	rows := make([]string, len(all))
	t.Run("peers", func(t *testing.T) {
		for i, p := range all {
			t.Run(p.Name, func(t *testing.T) {
				t.Parallel()
				row := play(t, p)
				mu.Lock()
				defer mu.Unlock()
				rows[i] = row
			})
		}
	})
	table := fmt.Sprintf("%-44s %6s %6s %14s %14s %12s\n", "protocol", "sent", "stored", "expected kWh", "found kWh", "difference") + strings.Join(rows, "")
	t.Log("\n" + table)
	if name := os.Getenv(tableEnv); name != "" {
		if err := os.WriteFile(name, []byte(table), 0o600); err != nil {
			t.Error(err)
		}
	}
}

// play sends the known hour from one peer and compares.
func play(t *testing.T, p Peer) string {
	t.Helper()
	s := open(t)
	sent := p.Play(t, s)
	s.Wait(fmt.Sprintf("%d readings", sent), func() bool { return s.stored() >= sent })
	stored, total := s.stored(), s.total()
	difference := new(big.Rat).Sub(total, new(big.Rat).SetFloat64(Total))
	if sent != Steps || stored != sent || difference.Sign() != 0 {
		t.Errorf("sent %d, stored %d, total %s kWh", sent, stored, total.FloatString(9))
	}
	return fmt.Sprintf("%-44s %6d %6d %14.3f %14s %12s\n", p.Name, sent, stored, Total, total.FloatString(3), difference.FloatString(9))
}
