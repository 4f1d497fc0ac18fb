package api

import (
	"context"

	"lingtan/factor"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/standard"
)

// EditionHead names an edition of a standard.
type EditionHead struct {
	ID       string    `json:"id"`
	Title    lang.Text `json:"title"`
	Document lang.Text `json:"document" doc:"文件及读数出处 | the document and where its numbers were read"`
	GWP      string    `json:"gwp" doc:"文件规定的 GWP | what the document prescribes"`
}

// EditionCard tells what an edition accounts for and what it wants to know.
type EditionCard struct {
	EditionHead
	Kinds   []KindCard        `json:"kinds"`
	Choices []standard.Choice `json:"choices"`
	Totals  []TotalName       `json:"totals"`
	Notes   []standard.Note   `json:"notes" doc:"尚未核实之处 | what of it is not verified"`
}

// KindCard is a kind of activity.
type KindCard struct {
	Name   string      `json:"name"`
	Title  lang.Text   `json:"title"`
	Clause string      `json:"clause"`
	Items  []string    `json:"items,omitempty" doc:"可用的品种,* 为任意 | allowed items, * any"`
	Attrs  []AttrCard  `json:"attrs"`
	Fields []FieldCard `json:"fields"`
}

// AttrCard is a property that selects a rule.
type AttrCard struct {
	Name     string    `json:"name"`
	Title    lang.Text `json:"title"`
	Values   []string  `json:"values"`
	Required bool      `json:"required"`
}

// FieldCard is a quantity of an activity.
type FieldCard struct {
	Name        string    `json:"name"`
	Title       lang.Text `json:"title"`
	Units       []string  `json:"units" doc:"首个为计算单位 | the first is computed with"`
	Required    bool      `json:"required"`
	Min         string    `json:"min,omitempty"`
	Max         string    `json:"max,omitempty"`
	Uncertainty string    `json:"uncertainty,omitempty"`
	Hint        lang.Text `json:"hint,omitzero"`
}

// TotalName names a total of an edition.
type TotalName struct {
	ID    string    `json:"id"`
	Title lang.Text `json:"title"`
}

func (*server) listEditions(context.Context, *Languaged) (*Listed[EditionHead], error) {
	all := standard.Editions()
	out := make([]EditionHead, 0, len(all))
	for _, e := range all {
		out = append(out, editionHead(e))
	}
	return &Listed[EditionHead]{Page[EditionHead]{Items: out}}, nil
}

func (*server) getEdition(_ context.Context, in *struct {
	Languaged
	ID string `path:"edition" maxLength:"64"`
},
) (*struct{ Body EditionCard }, error) {
	e, err := standard.Find(in.ID)
	if err != nil {
		return nil, asNotFound(err)
	}
	return &struct{ Body EditionCard }{editionCard(e)}, nil
}

// asNotFound answers an unknown id in the address as a wrong address: in a
// body it would be wrong input.
func asNotFound(err error) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	return fault.NotFound.Say(lang.T("%s", "%s"), textOf(err))
}

func textOf(err error) lang.Text {
	return lang.T(fault.Tell(err, lang.ZH), fault.Tell(err, lang.EN))
}

func editionHead(e standard.Edition) EditionHead {
	return EditionHead{ID: e.ID, Title: e.Title, Document: e.Document, GWP: e.GWP}
}

func editionCard(e standard.Edition) EditionCard {
	card := EditionCard{
		EditionHead: editionHead(e), Kinds: make([]KindCard, 0, len(e.Kinds)), Totals: make([]TotalName, 0, len(e.Totals)),
		Choices: append([]standard.Choice{}, e.Choices...), Notes: append([]standard.Note{}, e.Notes...),
	}
	for _, k := range e.Kinds {
		card.Kinds = append(card.Kinds, kindCard(k))
	}
	for _, t := range e.Totals {
		card.Totals = append(card.Totals, TotalName{t.ID, t.Title})
	}
	return card
}

func kindCard(k standard.Kind) KindCard {
	card := KindCard{Name: k.Name, Title: k.Title, Clause: k.Clause, Items: k.Items, Attrs: []AttrCard{}, Fields: []FieldCard{}}
	for _, a := range k.Attrs {
		card.Attrs = append(card.Attrs, AttrCard{a.Name, a.Title, a.Values, a.Required})
	}
	for _, f := range k.Fields {
		card.Fields = append(card.Fields, FieldCard{f.Name, f.Title, f.Units, f.Required, f.Min, f.Max, f.Uncertainty, f.Hint})
	}
	return card
}

// calculate computes a calculation file and keeps nothing of it.
func (s *server) calculate(_ context.Context, in *struct {
	Languaged
	GWP     string `query:"gwp" maxLength:"64" doc:"换一套 GWP | another GWP set"`
	RawBody []byte
},
) (*struct{ Body standard.Result }, error) {
	req, err := s.Calc("calc.toml", in.RawBody)
	if err != nil {
		return nil, err
	}
	req.GWP = orElse(in.GWP, req.GWP)
	if req.Factors == nil {
		req.Factors = factor.Builtin()
	}
	result, err := standard.Compute(req)
	if err != nil {
		return nil, err
	}
	return &struct{ Body standard.Result }{result}, nil
}
