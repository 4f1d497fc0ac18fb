package quantity

// Tidy tells a product of units, such as m³/min × h or kW × h, in the plain
// unit of its dimension: kWh of an energy, m³ in its state of a volume. What
// has no plain unit stays as it is.
func (q Quantity) Tidy() Quantity {
	for _, name := range []string{"kWh", "Nm3", "Nm3:dry", "Nm3:wet", "m3@20C", "m3@20C:wet", "m3@work", "m3@work:wet", "m3", "t"} {
		if len(q.u.factors) > 1 {
			if out, err := q.In(MustUnit(name)); err == nil {
				return out
			}
		}
	}
	return q
}
