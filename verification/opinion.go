package verification

import (
	"math/big"
	"slices"
	"time"

	"lingtan/fault"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/quantity"
)

// Verdict is what a verifier says of an inventory.
type Verdict string

// The verdicts. Reasonable and limited are unmodified opinions at the two
// levels of assurance of ISO 14064-3:2019; qualified is its modified opinion.
const (
	Reasonable Verdict = "reasonable"
	Limited    Verdict = "limited"
	Qualified  Verdict = "qualified"
	Adverse    Verdict = "adverse"
)

// Title tells the verdict to a reader.
func (v Verdict) Title() lang.Text {
	switch v {
	case Reasonable:
		return lang.T("无保留意见(合理保证)", "unmodified opinion, reasonable assurance")
	case Limited:
		return lang.T("无保留意见(有限保证)", "unmodified opinion, limited assurance")
	case Qualified:
		return lang.T("保留意见", "modified opinion")
	case Adverse:
		return lang.T("否定意见", "adverse opinion")
	}
	return lang.Same(string(v))
}

// unmodified tells whether the verdict says that nothing material is wrong.
func (v Verdict) unmodified() bool { return v == Reasonable || v == Limited }

// Weight is what the misstatements that nobody corrected come to, against the
// materiality threshold.
type Weight struct {
	Percent   int               `json:"percent"`   // of the total
	Total     quantity.Quantity `json:"total"`     // the inventory's main total
	Threshold quantity.Quantity `json:"threshold"` // Percent of it
	// Sum adds the effects without their signs: an error too high does not mend
	// one too low. Net adds them with their signs.
	Sum     quantity.Quantity `json:"sum"`
	Net     quantity.Quantity `json:"net"`
	Unknown int               `json:"unknown"` // misstatements whose effect nobody has said
	Exceeds bool              `json:"exceeds"` // Sum is above Threshold
}

// Weigh adds up findings against an inventory's total.
func Weigh(total quantity.Quantity, findings []Finding) (Weight, error) {
	t, err := total.In(quantity.MustUnit("tCO2e"))
	if err != nil {
		return Weight{}, err
	}
	size, net := new(big.Rat), new(big.Rat)
	w := Weight{Percent: Percent, Total: t}
	for _, f := range findings {
		if !f.Weighs() {
			continue
		}
		if f.Effect == nil {
			w.Unknown++
			continue
		}
		effect, err := f.Effect.In(t.Unit())
		if err != nil {
			return w, err
		}
		size.Add(size, effect.Abs().Rat())
		net.Add(net, effect.Rat())
	}
	threshold := new(big.Rat).Mul(t.Abs().Rat(), big.NewRat(Percent, 100))
	w.Threshold, w.Sum, w.Net, w.Exceeds = tonnes(threshold), tonnes(size), tonnes(net), size.Cmp(threshold) > 0
	return w, nil
}

// Opinion is what was signed. It stands over the inventory's hash and so over
// every figure of it.
type Opinion struct {
	Site      string    `json:"site"`
	Inventory string    `json:"inventory"`
	Hash      string    `json:"hash"`
	Verdict   Verdict   `json:"opinion" enum:"reasonable,limited,qualified,adverse"`
	Statement string    `json:"statement"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Weight    Weight    `json:"weight"`
	Findings  []string  `json:"findings"` // ids of those that were not closed
	Samples   []string  `json:"samples"`
}

// Desk is what an opinion is signed over.
type Desk struct {
	Inventory inventory.Head
	Latest    string // id of the last version of the period
	Weight    Weight
	Findings  []Finding // of the period under its edition, in all its versions
	Samples   []Sample  // of this inventory
	Hands     []string  // who filed, approved or closed what is in it
}

// Sign gives the opinion, or says why it can not be signed: an unmodified one
// not while uncorrected misstatements are material or their effect is unknown,
// none by who had a hand in the figures, none over a version that was restated.
func (d Desk) Sign(v Verdict, statement, by string, at time.Time) (Opinion, error) {
	switch {
	case !slices.Contains([]Verdict{Reasonable, Limited, Qualified, Adverse}, v):
		return Opinion{}, fault.Invalid.Say(lang.T("没有意见 %q", "there is no opinion %q"), v).
			Do(lang.T("可选 reasonable、limited、qualified、adverse", "choose reasonable, limited, qualified or adverse")).At(fault.Place{Column: "opinion"})
	case checkText(statement) != nil:
		return Opinion{}, fault.At(checkText(statement), fault.Place{Column: "statement"})
	case d.Latest != d.Inventory.ID:
		return Opinion{}, fault.Conflict.Say(lang.T("%s 已被 %s 重述", "%s was restated by %s"), d.Inventory.ID, d.Latest).
			Do(lang.T("核查最新一版", "verify the last version"))
	case slices.Contains(d.Hands, by):
		return Opinion{}, fault.Forbidden.Say(lang.T("%s 经手过该清单的数据,不能签署", "%s had a hand in the figures and may not sign"), by).
			Do(lang.T("请另一位核查员签署", "ask another verifier"))
	case v.unmodified() && d.Weight.Exceeds:
		return Opinion{}, fault.Conflict.Say(lang.T("未更正的错报合计 %s,超过重要性阈值 %s(%d%%)", "uncorrected misstatements come to %s, above the materiality threshold of %s (%d %%)"),
			d.Weight.Sum.Round(2, quantity.HalfEven), d.Weight.Threshold.Round(2, quantity.HalfEven), d.Weight.Percent).
			Do(lang.T("待矿方更正并重述后再签,或签保留、否定意见", "sign after the mine has corrected and restated, or sign a modified or an adverse opinion"))
	case v.unmodified() && d.Weight.Unknown > 0:
		return Opinion{}, fault.Conflict.Say(lang.T("%d 项未更正的错报没有写明影响", "the effect of %d uncorrected misstatements is not said"), d.Weight.Unknown).
			Do(lang.T("写明影响(tCO2e),或关闭该项", "say it in tCO2e, or close them"))
	}
	out := Opinion{
		Site: d.Inventory.Site, Inventory: d.Inventory.ID, Hash: d.Inventory.Hash, Verdict: v, Statement: statement, By: by,
		At: at.UTC().Truncate(time.Millisecond), Weight: d.Weight, Findings: []string{}, Samples: []string{},
	}
	for _, f := range d.Findings {
		if f.State != Closed {
			out.Findings = append(out.Findings, f.ID)
		}
	}
	for _, s := range d.Samples {
		out.Samples = append(out.Samples, s.ID)
	}
	return out, nil
}
