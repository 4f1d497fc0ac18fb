package board_test

import (
	"testing"

	"lingtan/board"
)

// BenchmarkOverview is a year of the demonstration mine and the year before:
// cold with nothing at hand, warm with its months on the shelf.
func BenchmarkOverview(b *testing.B) {
	ask := board.Ask{From: "2025-01", To: "2025-10"}
	b.Run("cold", func(b *testing.B) {
		s := qingling(b, "2025-12-31 12:00")
		for b.Loop() {
			s.shelf = nil
			if _, err := s.desk().Overview(b.Context(), ask); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("warm", func(b *testing.B) {
		s := qingling(b, "2025-12-31 12:00")
		if _, err := s.desk().Overview(b.Context(), ask); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.desk().Overview(b.Context(), ask); err != nil {
				b.Fatal(err)
			}
		}
	})
}
