package api

import (
	"context"

	"lingtan/factor"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
)

// LineHead is a line of an inventory without its workings.
type LineHead struct {
	ID         string            `json:"id" doc:"打开计算卡 | opens the calculation card"`
	Source     string            `json:"source"`
	Name       lang.Text         `json:"name"`
	Item       string            `json:"item,omitempty"`
	Period     string            `json:"period"`
	Category   string            `json:"category"`
	Basis      string            `json:"basis"`
	Gas        string            `json:"gas"`
	Mass       quantity.Quantity `json:"mass" doc:"精确值 | exact"`
	CO2e       quantity.Quantity `json:"co2e" doc:"按清单的 GWP,精确值 | by the inventory's GWP set, exact"`
	Counted    bool              `json:"counted" doc:"计入清单的主合计 | counted by the inventory's main total"`
	Clause     string            `json:"clause"`
	Confidence factor.Confidence `json:"confidence" enum:"A,B,C" doc:"A 原文读到、B 公认、C 未核实 | A read, B well known, C unverified"`
}

func (s *server) listLines(ctx context.Context, in *struct {
	OfInventory
	Paged
	Source   string `query:"source" maxLength:"128"`
	Category string `query:"category" maxLength:"64"`
	Period   string `query:"month" maxLength:"7"`
},
) (*Listed[LineHead], error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	sign, err := inv.Counts()
	if err != nil {
		return nil, err
	}
	var rows []LineHead
	for _, l := range inv.Content.Result.Lines {
		if !wanted(in.Source, l.Source) || !wanted(in.Category, l.Category) || !wanted(in.Period, l.Period) {
			continue
		}
		co2e, err := inv.CO2e(l)
		if err != nil {
			return nil, err
		}
		rows = append(rows, LineHead{l.ID, l.Source, l.Name, l.Item, l.Period, l.Category, l.Basis, l.Gas, l.Mass, co2e, sign(l) != 0, l.Clause, l.Confidence})
	}
	return numbered(rows, in.Paged)
}

func wanted(filter, value string) bool { return filter == "" || filter == value }

// getCard opens a line. Its id holds slashes, so it is asked for by a parameter.
func (s *server) getCard(ctx context.Context, in *struct {
	OfInventory
	Line string `query:"line" required:"true" maxLength:"512" doc:"行编号 | id of the line"`
},
) (*struct{ Body inventory.Card }, error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	card, err := inv.Card(in.Line)
	if err != nil {
		return nil, asNotFound(err)
	}
	return &struct{ Body inventory.Card }{card}, nil
}
