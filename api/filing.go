package api

import (
	"context"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
	"lingtan/plan"
	"lingtan/quantity"
)

// Value is what a person files for a parameter.
type Value struct {
	Source     string              `json:"source" doc:"排放源 | emission source"`
	Parameter  string              `json:"parameter" doc:"计划中的参数 | parameter of the plan"`
	Month      string              `json:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"2024-06"`
	Quantity   quantity.Quantity   `json:"quantity" doc:"数与单位,如 1250.5 t | number and unit"`
	How        activity.How        `json:"how,omitempty" enum:"filing,laboratory" doc:"缺省按计划 | otherwise as the plan says"`
	Note       string              `json:"note,omitempty" maxLength:"4000"`
	Evidence   []activity.Evidence `json:"evidence,omitempty" maxItems:"50"`
	Supersedes string              `json:"supersedes,omitempty" maxLength:"128" doc:"所更正的填报编号 | id of the filing it corrects"`
}

// putFiling files a value under an id that the client made, so that sending it
// again files nothing twice.
func (s *server) putFiling(ctx context.Context, in *struct {
	OfSite
	ID   string `path:"id" pattern:"^[A-Za-z0-9._-]{8,128}$" doc:"客户端所取的编号,如 UUID | an id made by the client, such as a UUID"`
	Body Value
},
) (*struct{ Body filing.Filing }, error) {
	par, err := s.parameter(ctx, in.Site, in.Body.Source, in.Body.Parameter)
	if err != nil {
		return nil, err
	}
	b := in.Body
	f := filing.Filing{
		ID: in.ID, Cell: filing.Cell{Site: in.Site, Source: b.Source, Parameter: b.Parameter, Month: b.Month},
		Quantity: b.Quantity, How: orElse(b.How, howOf(par)), By: actorOf(ctx).ID, At: s.Now().UTC(),
		Note: b.Note, Evidence: b.Evidence, Supersedes: b.Supersedes,
	}
	if err := f.Validate(par.Unit); err != nil {
		return nil, err
	}
	if before, err := s.Store.Filing(ctx, in.Site, in.ID); err == nil {
		f.At = before.At // a retry is the filing that it repeats, not one of now
	} else if fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if err := s.Store.PutFiling(ctx, f); err != nil {
		return nil, err
	}
	return &struct{ Body filing.Filing }{f}, nil
}

// howOf is the way a parameter is filed; one that is metered is filed from a
// document where the meter failed.
func howOf(par plan.Parameter) activity.How {
	if par.How == activity.Laboratory {
		return activity.Laboratory
	}
	return activity.Filed
}

// parameter finds what the plan says of a parameter that people file.
func (s *server) parameter(ctx context.Context, site, source, name string) (plan.Parameter, error) {
	mine, err := s.Mine(ctx, site)
	if err != nil {
		return plan.Parameter{}, err
	}
	par, ok := mine.Plan.Row(source, name)
	if !ok {
		return par, fault.Invalid.Say(lang.T("计划里没有参数 %.80s#%.80s", "the plan has no parameter %.80s#%.80s"), source, name).
			Do(lang.T("核对矿点文件的 [[parameter]]", "check [[parameter]] of the site file")).At(fault.Place{Column: "parameter"})
	}
	if !par.Filed() && par.Fallback != plan.ByFiling {
		return par, fault.Invalid.Say(lang.T("%s 按计划不由人填报", "the plan does not let people file %s"), par.ID()).
			Do(lang.T("要填报请先修改计划", "change the plan first")).At(fault.Place{Column: "parameter"})
	}
	return par, nil
}

// Months asks for a stretch of accounting months.
type Months struct {
	First string `query:"first" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"首月,如 2024-01 | first month"`
	Last  string `query:"last" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"末月(含) | last month, included"`
}

func (s *server) listFilings(ctx context.Context, in *struct {
	OfSite
	Months
	Paged
	All bool `query:"all" doc:"连同已被更正的 | corrected ones included"`
},
) (*Listed[filing.Filing], error) {
	rows, err := s.Store.Filings(ctx, in.Site, in.First, in.Last)
	if err != nil {
		return nil, err
	}
	if !in.All {
		rows = filing.Current(rows)
	}
	return slice(rows, in.Paged, func(f filing.Filing) string { return f.ID })
}

func (s *server) listMonths(ctx context.Context, in *struct {
	OfSite
	Months
	Paged
},
) (*Listed[filing.Month], error) {
	rows, err := s.Store.Months(ctx, in.Site, in.First, in.Last)
	if err != nil {
		return nil, err
	}
	return slice(rows, in.Paged, func(m filing.Month) string { return m.Month })
}
