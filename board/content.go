package board

import (
	"context"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
)

// Content gives what a month is computed from and comes to, closed or not: for
// questions of what it would be otherwise.
func (d *Desk) Content(ctx context.Context, month string, ask Ask) (inventory.Content, Origin, error) {
	v, err := d.working(ctx, month, ask)
	if err != nil {
		return inventory.Content{}, Origin{}, err
	}
	m, known := v.months[v.first]
	if !known || m.origin.From == FromNothing {
		return inventory.Content{}, Origin{}, fault.NotFound.Say(lang.T("%s 没有可核算的读数与填报", "%s has no reading and no filing to account for"), month)
	}
	return m.content, m.origin, nil
}
