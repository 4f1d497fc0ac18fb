package filing

import "lingtan/activity"

// Value tells a filing as an input of a formula, with the filing itself as the
// first piece of its evidence.
func (f Filing) Value() activity.Value {
	return activity.Value{
		Quantity: f.Quantity, How: f.How, Note: f.Note,
		Evidence: append([]activity.Evidence{{Kind: "filing", ID: f.ID, Note: f.By}}, f.Evidence...),
	}
}
