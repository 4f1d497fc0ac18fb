package api

import (
	"context"
	"slices"
	"strings"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
)

// SetHead describes a table of factors.
type SetHead struct {
	ID      string `json:"id"`
	SHA256  string `json:"sha256"`
	Rows    int    `json:"rows"`
	Builtin bool   `json:"builtin" doc:"随程序而来 | comes with the program"`
	InUse   bool   `json:"in_use" doc:"关账时缺省所用 | what a close uses unless told otherwise"`
}

// Sets are the tables there are.
type Sets struct {
	InUse   SetHead          `json:"in_use"`
	Builtin SetHead          `json:"builtin"`
	Adopted []factor.Adopted `json:"adopted"`
}

// GWPSet is a selectable set of global warming potentials.
type GWPSet struct {
	ID    string    `json:"id"`
	Title lang.Text `json:"title"`
}

// OfSet names a table of factors.
type OfSet struct {
	Set string `query:"set" maxLength:"128" doc:"因子表,缺省为在用的 | the table, otherwise the one in use"`
}

func (s *server) listFactors(ctx context.Context, in *struct {
	Languaged
	Paged
	OfSet
	Kind  string `query:"kind" maxLength:"64" doc:"表,如 grid_province | the kind of table"`
	Words string `query:"q" maxLength:"200" doc:"在键、名称、出处中查找 | looked for in key, name and source"`
},
) (*Listed[factor.Factor], error) {
	set, err := s.Factors(ctx, in.Set)
	if err != nil {
		return nil, err
	}
	return numbered(set.Search(in.Kind, in.Words), in.Paged)
}

// findFactor looks a number up as of a data year; a factor of another year is
// never given in its place.
func (s *server) findFactor(ctx context.Context, in *struct {
	Languaged
	OfSet
	Kind string `query:"kind" required:"true" maxLength:"64"`
	Key  string `query:"key" required:"true" maxLength:"128"`
	Year int    `query:"year" required:"true" minimum:"1900" maximum:"2200" doc:"数据年份 | data year"`
},
) (*struct{ Body factor.Factor }, error) {
	set, err := s.Factors(ctx, in.Set)
	if err != nil {
		return nil, err
	}
	f, err := set.Find(in.Kind, in.Key, in.Year)
	if err != nil {
		return nil, err
	}
	return &struct{ Body factor.Factor }{f}, nil
}

func (s *server) listSets(ctx context.Context, _ *Languaged) (*struct{ Body Sets }, error) {
	used, err := s.Factors(ctx, "")
	if err != nil {
		return nil, err
	}
	adopted, err := s.Store.FactorSets(ctx)
	if err != nil {
		return nil, err
	}
	out := Sets{InUse: headOf(used), Builtin: headOf(factor.Builtin()), Adopted: append([]factor.Adopted{}, adopted...)}
	out.InUse.InUse, out.Builtin.InUse = true, out.InUse.ID == out.Builtin.ID
	return &struct{ Body Sets }{out}, nil
}

func headOf(set *factor.Set) SetHead {
	return SetHead{ID: set.ID(), SHA256: set.SHA256(), Rows: set.Len(), Builtin: set.ID() == factor.BuiltinID}
}

func (*server) listGWPs(context.Context, *Languaged) (*Listed[GWPSet], error) {
	all := factor.GWPs()
	out := make([]GWPSet, 0, len(all))
	for _, g := range all {
		out = append(out, GWPSet{g.ID, g.Title})
	}
	return &Listed[GWPSet]{Page[GWPSet]{Items: out}}, nil
}

// Compared tells where a table differs from the one in use.
type Compared struct {
	Set         SetHead             `json:"set"`
	Against     string              `json:"against"`
	Differences []factor.Difference `json:"differences" doc:"至多 1000 条 | at most 1000"`
	Total       int                 `json:"total" doc:"一共几处不同 | how many there are"`
}

// SentSet is a table in CSV.
type SentSet struct {
	Languaged
	RawBody []byte
}

func (s *server) compareFactors(ctx context.Context, in *SentSet) (*struct{ Body Compared }, error) {
	out, err := s.compared(ctx, "sent", in.RawBody)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Compared }{out}, nil
}

func (s *server) compared(ctx context.Context, id string, csv []byte) (Compared, error) {
	set, err := factor.Parse(id, id+".csv", csv)
	if err != nil {
		return Compared{}, err
	}
	used, err := s.Factors(ctx, "")
	if err != nil {
		return Compared{}, err
	}
	differ := used.Compare(set)
	return Compared{Set: headOf(set), Against: used.ID(), Differences: append([]factor.Difference{}, differ[:min(len(differ), maxRows)]...), Total: len(differ)}, nil
}

// adoptFactors keeps a table under an id and a version and tells where it
// differs. What was adopted never changes; what was closed with another table
// does not either.
func (s *server) adoptFactors(ctx context.Context, in *struct {
	SentSet
	ID      string `path:"set" pattern:"^[a-z0-9][a-z0-9.-]{0,63}$"`
	Version string `path:"version" pattern:"^[a-z0-9][a-z0-9.-]{0,63}$"`
},
) (*struct{ Body Compared }, error) {
	id := in.ID + "@" + in.Version
	if strings.EqualFold(in.ID, factor.BuiltinID) {
		return nil, fault.Conflict.Say(lang.T("%s 是随程序而来的因子库", "%s is the library that comes with the program"), in.ID).
			Do(lang.T("另取一个编号", "choose another id")).At(fault.Place{Column: "set"})
	}
	out, err := s.compared(ctx, id, in.RawBody)
	if err != nil {
		return nil, err
	}
	kept := slices.Clone(in.RawBody) // the buffer is used again
	if err := s.Store.AdoptFactors(ctx, factor.Adopted{ID: in.ID, Version: in.Version, CSV: kept, By: actorOf(ctx).ID}); err != nil {
		return nil, err
	}
	return &struct{ Body Compared }{out}, nil
}
