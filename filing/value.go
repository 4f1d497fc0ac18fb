package filing

import (
	"slices"

	"lingtan/activity"
)

// Value tells a filing as an input of a formula, with the filing itself as the
// first piece of its evidence.
func (f Filing) Value() activity.Value {
	return activity.Value{
		Quantity: f.Quantity, How: f.How, Note: f.Note,
		Evidence: append([]activity.Evidence{{Kind: "filing", ID: f.ID, Note: f.By}}, f.Evidence...),
	}
}

// Says tells whether another filing says the same: the same value of the same
// cell, obtained in the same way and on the same evidence.
func (f Filing) Says(g Filing) bool {
	return f.Cell == g.Cell && f.Withdrawn == g.Withdrawn && f.How == g.How && f.Quantity.Equal(g.Quantity) && f.Note == g.Note && slices.Equal(f.Evidence, g.Evidence)
}
