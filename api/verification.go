package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/verification"
)

// Verifications keeps the verifier's desk.
type Verifications interface {
	AddSample(ctx context.Context, drawn verification.Sample) (verification.Sample, error)
	Samples(ctx context.Context, site, inventory string) ([]verification.Sample, error)
	RaiseFinding(ctx context.Context, f verification.Finding, by string) (verification.Finding, error)
	ActOnFinding(ctx context.Context, site, id string, act verification.Act) (verification.Finding, error)
	VerificationFindings(ctx context.Context, site, period, edition string) ([]verification.Finding, error)
	SignOpinion(ctx context.Context, h inventory.Head, sign func(verification.Desk) (verification.Opinion, error)) (verification.Opinion, error)
	Opinions(ctx context.Context, site, inventory string) ([]verification.Opinion, error)
}

func (s *server) verificationRoutes() []route {
	const one = "/sites/{site}/inventories/{id}"
	act := func(name string, action access.Action, title lang.Text, kind verification.Kind) route {
		return at(post, one+"/findings/{fid}/"+name, action, bySite, name+"-finding", title, handle(s.actOnFinding(kind)))
	}
	return group(lang.T("核查", "verification"),
		at(get, "/sites/{site}/verifications", access.ReadFindings, bySite, "list-verifications", lang.T("各清单的核查进展", "how far the verification of each inventory is"), handle(s.listVerifications)),
		at(get, one+"/verification", access.ReadFindings, bySite, "get-verification", lang.T("核查台:发现、错报合计与重要性、意见", "the desk: findings, misstatements against materiality, opinion"), handle(s.getVerification)),
		at(post, one+"/samples", access.DrawSample, bySite, "draw-sample", lang.T("抽样:随机或按重要性,种子入账", "draw lines at random or by materiality; the seed goes on record"), handle(s.drawSample), created),
		at(get, one+"/samples", access.ReadSamples, bySite, "list-samples", lang.T("已抽的样本", "list samples"), handle(s.listSamples)),
		at(post, one+"/findings", access.WriteFinding, bySite, "raise-finding", lang.T("提出发现", "raise a finding"), handle(s.raiseFinding), created),
		at(get, one+"/findings", access.ReadFindings, bySite, "list-findings", lang.T("该期间各版的发现", "list the findings of the period, of all its versions"), handle(s.listFindings)),
		act("answer", access.AnswerFinding, lang.T("矿方答复发现", "the mine answers a finding"), verification.Answer),
		act("close", access.WriteFinding, lang.T("关闭发现", "close a finding"), verification.Close),
		act("reopen", access.WriteFinding, lang.T("重开发现", "reopen a finding"), verification.Reopen),
		at(post, one+"/sign-off", access.SignOpinion, bySite, "sign-opinion", lang.T("签署核查意见", "sign the opinion"), handle(s.signOpinion), created),
	)
}

// Drawing asks for a sample.
type Drawing struct {
	By   verification.Method `json:"by" enum:"random,materiality" doc:"随机,或概率与排放量成正比 | at random, or with a chance in proportion to emissions"`
	Size int                 `json:"size" minimum:"1" maximum:"500" doc:"抽几行 | how many lines"`
	Seed string              `json:"seed,omitempty" maxLength:"64" doc:"缺省由平台产生;同一种子抽得同一样本 | made by the platform unless given; one seed draws one sample"`
}

func (s *server) drawSample(ctx context.Context, in *struct {
	OfInventory
	Body Drawing
},
) (*struct{ Body verification.Sample }, error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	if in.Body.Seed == "" {
		if in.Body.Seed, err = seed(); err != nil {
			return nil, err
		}
	}
	lines, err := verification.Population(inv)
	if err != nil {
		return nil, err
	}
	drawn, err := verification.Draw(lines, in.Body.By, in.Body.Size, in.Body.Seed)
	if err != nil {
		return nil, err
	}
	drawn.Site, drawn.Inventory, drawn.Hash, drawn.Actor = in.Site, inv.ID, inv.Hash, actorOf(ctx).ID
	if drawn, err = s.Store.AddSample(ctx, drawn); err != nil {
		return nil, err
	}
	return &struct{ Body verification.Sample }{drawn}, nil
}

func seed() (string, error) {
	chance := make([]byte, 8)
	if _, err := rand.Read(chance); err != nil {
		return "", fmt.Errorf("make a seed: %w", err)
	}
	return hex.EncodeToString(chance), nil
}

func (s *server) listSamples(ctx context.Context, in *OfInventory) (*Listed[verification.Sample], error) {
	if _, err := s.inventory(ctx, *in); err != nil {
		return nil, err
	}
	all, err := s.Store.Samples(ctx, in.Site, in.ID)
	if err != nil {
		return nil, err
	}
	return &Listed[verification.Sample]{Page[verification.Sample]{Items: append([]verification.Sample{}, all...)}}, nil
}

// Raising is a new finding.
type Raising struct {
	Line     string                `json:"line,omitempty" maxLength:"512" doc:"清单的行 | a line of the inventory"`
	Cell     string                `json:"cell,omitempty" maxLength:"300" doc:"填报单元格:源/参数/月 | a cell that is filed: source/parameter/month"`
	Severity verification.Severity `json:"severity" enum:"misstatement,nonconformity,observation"`
	Effect   *quantity.Quantity    `json:"effect,omitempty" doc:"错报使合计偏高多少 tCO2e,偏低为负 | by how many tCO2e the total is too high; too low is negative"`
	Text     string                `json:"text" minLength:"1" maxLength:"8000"`
}

func (s *server) raiseFinding(ctx context.Context, in *struct {
	OfInventory
	Body Raising
},
) (*struct{ Body verification.Finding }, error) {
	inv, err := s.inventory(ctx, in.OfInventory)
	if err != nil {
		return nil, err
	}
	if in.Body.Line != "" {
		if _, err := inv.Content.Result.Line(in.Body.Line); err != nil {
			return nil, fault.At(fault.Invalid.Say(lang.T("清单没有行 %.100q", "the inventory has no line %.100q"), in.Body.Line), fault.Place{Column: "body.line"})
		}
	}
	b := in.Body
	f, err := s.Store.RaiseFinding(ctx, verification.Finding{
		Site: in.Site, Inventory: inv.ID, Period: inv.Content.Period, Edition: inv.Content.Edition,
		Line: b.Line, Cell: b.Cell, Severity: b.Severity, Effect: b.Effect, Text: b.Text,
	}, actorOf(ctx).ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body verification.Finding }{f}, nil
}

func (s *server) listFindings(ctx context.Context, in *OfInventory) (*Listed[verification.Finding], error) {
	_, all, err := s.findings(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &Listed[verification.Finding]{Page[verification.Finding]{Items: append([]verification.Finding{}, all...)}}, nil
}

// findings gives an inventory with what was found in its period.
func (s *server) findings(ctx context.Context, in OfInventory) (inventory.Inventory, []verification.Finding, error) {
	inv, err := s.inventory(ctx, in)
	if err != nil {
		return inv, nil, err
	}
	all, err := s.Store.VerificationFindings(ctx, in.Site, inv.Content.Period, inv.Content.Edition)
	return inv, all, err
}

// Acting is what somebody says to a finding.
type Acting struct {
	Text    string               `json:"text" minLength:"1" maxLength:"8000"`
	Outcome verification.Outcome `json:"outcome,omitempty" enum:"corrected,accepted,withdrawn" doc:"关闭的结果,缺省 corrected;accepted 者仍计入错报合计 | how it is closed, corrected unless said; what is accepted counts on"`
	Effect  *quantity.Quantity   `json:"effect,omitempty" doc:"更准的影响 | the effect, where it is known better now"`
}

func (s *server) actOnFinding(kind verification.Kind) func(context.Context, *struct {
	OfInventory
	Finding string `path:"fid" maxLength:"256"`
	Body    Acting
}) (*struct{ Body verification.Finding }, error) {
	return func(ctx context.Context, in *struct {
		OfInventory
		Finding string `path:"fid" maxLength:"256"`
		Body    Acting
	},
	) (*struct{ Body verification.Finding }, error) {
		_, known, err := s.findings(ctx, in.OfInventory)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(known, func(f verification.Finding) bool { return f.ID == in.Finding }) {
			return nil, fault.NotFound.Say(lang.T("没有发现 %.100q", "there is no finding %.100q"), in.Finding)
		}
		f, err := s.Store.ActOnFinding(ctx, in.Site, in.Finding, verification.Act{
			Kind: kind, By: actorOf(ctx).ID, Text: in.Body.Text, Outcome: in.Body.Outcome, Effect: in.Body.Effect,
		})
		if err != nil {
			return nil, err
		}
		return &struct{ Body verification.Finding }{f}, nil
	}
}
