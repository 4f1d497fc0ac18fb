package peers

import (
	"cmp"
	"fmt"
	"math/big"
	"os"
	"slices"
	"testing"
)

// TestKnownHour plays every peer and prints the table: what a protocol was
// given, what was stored, and what the hours amount to.
func TestKnownHour(t *testing.T) {
	slices.SortFunc(all, func(a, b Peer) int { return cmp.Compare(a.Name, b.Name) })
	table := fmt.Sprintf("%-28s %6s %6s %14s %14s %10s\n", "protocol", "sent", "stored", "expected kWh", "found kWh", "difference")
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			s := open(t)
			sent := p.Play(t, s)
			s.Wait(fmt.Sprintf("%d readings", sent), func() bool { return s.stored() >= sent })
			stored, total := s.stored(), s.total()
			difference := new(big.Rat).Sub(total, new(big.Rat).SetFloat64(Total))
			if sent != Steps || stored != sent || difference.Sign() != 0 {
				t.Errorf("sent %d, stored %d, total %s kWh", sent, stored, total.FloatString(9))
			}
			table += fmt.Sprintf("%-28s %6d %6d %14.3f %14s %10s\n", p.Name, sent, stored, Total, total.FloatString(3), difference.FloatString(9))
		})
	}
	fmt.Fprint(os.Stderr, table)
}
