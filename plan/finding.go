package plan

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"lingtan/activity"
	"lingtan/lang"
	"lingtan/reading"
)

// find keeps a finding about the cell. The text's first argument is the
// parameter's title, then come args.
func (c cell) find(code string, severity activity.Severity, text, hint lang.Text, args ...any) {
	title := c.par.Title
	if title.IsZero() {
		title = lang.Same(c.par.Name)
	}
	c.findings = append(c.findings, activity.Finding{
		Code: code, Severity: severity, Owner: c.par.Owner.String(), Source: c.par.Source, Period: c.name,
		Text: text.Format(append([]any{title}, args...)...), Hint: hint,
	})
}

// checkForce tells that a month lies before the plan's version.
func (c cell) checkForce() {
	if c.month.Start().Before(c.Plan.ValidFrom) {
		c.find("plan.not_in_force", activity.Explain,
			lang.T("%s:第 %d 版计划自 %s 起生效", "%s: version %d of the plan is in force from %s"),
			lang.T("换用当时的计划版本,或说明原因", "use the version of that time or give the reason"), c.Plan.Version, c.Plan.ValidFrom.Format(time.DateOnly))
	}
}

// checkEvidence tells which kinds of evidence the value lacks.
func (c cell) checkEvidence(v activity.Value) {
	var lacking []string
	for _, kind := range c.par.Evidence {
		if !slices.ContainsFunc(v.Evidence, func(e activity.Evidence) bool { return e.Kind == kind }) {
			lacking = append(lacking, kind)
		}
	}
	if len(lacking) > 0 {
		c.find("plan.evidence_missing", activity.Explain,
			lang.T("%s 缺证据:%s", "%s lacks evidence: %s"),
			lang.T("上传单据;核算记录须保存十年", "attach the documents; records are kept for ten years"), strings.Join(lacking, ", "))
	}
}

// checkMetered tells what a reader must know of a metered value.
func (c cell) checkMetered(v activity.Value) {
	if v.Quantity.Sign() < 0 {
		c.find("plan.negative", activity.Hard,
			lang.T("%s 为负:%s", "%s is negative: %s"),
			lang.T("核对被减的点;数值不作修正", "check the points that are subtracted; the number is left as it is"), lang.T(v.Quantity.Text(3, lang.ZH), v.Quantity.Text(3, lang.EN)))
	}
	c.checkSubstituted(v.Meter)
	if v.Meter.Estimated > 0 {
		c.find("plan.estimated", activity.Notice,
			lang.T("%s:%s 的小时跨缺口插值", "%s: %s of the hours are interpolated over a gap"),
			lang.T("累计量没有丢失,只是分摊到小时", "nothing is lost, it is only spread over the hours"), percent(v.Meter.Estimated))
	}
	for _, point := range v.Meter.Points {
		c.checkPoint(point)
	}
}

func (c cell) checkSubstituted(m *activity.Meter) {
	share := new(big.Rat).SetFloat64(m.Substituted)
	switch {
	case m.Substituted == 0:
	case c.par.MaxSubstituted != nil && share.Cmp(c.par.MaxSubstituted) > 0:
		limit, _ := c.par.MaxSubstituted.Float64()
		c.find("plan.substituted", activity.Hard,
			lang.T("%s:%s 的小时为替代值(规则 %s),超过上限 %s", "%s: %s of the hours are substituted by rule %s, more than %s"),
			lang.T("补传读数,或由负责人说明后放行", "bring in the readings, or have it taken on with a reason"), percent(m.Substituted), m.Rule, percent(limit))
	default:
		c.find("plan.substituted", activity.Notice,
			lang.T("%s:%s 的小时为替代值(规则 %s)", "%s: %s of the hours are substituted by rule %s"),
			lang.T("读数补到后自动重算", "it is computed anew when the readings arrive"), percent(m.Substituted), m.Rule)
	}
}

func percent(share float64) string {
	return new(big.Rat).SetFloat64(share*100).FloatString(2) + " %"
}

// checkPoint tells of doubtful readings and of meters whose calibration ran out.
func (c cell) checkPoint(point string) {
	id, _ := c.Series(point)
	from, _ := c.month.Millis()
	if flags := c.totals[stretch{id, from}].Flags; flags&(reading.Doubtful|reading.Contested) != 0 {
		c.find("plan.doubtful", activity.Explain,
			lang.T("%s:点 %s 有可疑或互相矛盾的读数", "%s: point %s has doubtful or contradictory readings"),
			lang.T("查看该点的事件并说明", "look at the point's events and give the reason"), point)
	}
	points := []string{point}
	if g, ok := c.Site.Gas(point); ok {
		points = g.Inputs()
	}
	for _, name := range points {
		p, ok := c.Site.Point(name)
		if !ok {
			continue
		}
		if due, overdue := p.Overdue(c.month.End()); overdue {
			c.find("plan.calibration_overdue", activity.Explain,
				lang.T("%s:点 %s 的检定已于 %s 到期", "%s: the calibration of point %s ran out on %s"),
				lang.T("补检,并说明到期后的数据如何取信", "have it calibrated and say why its data since then can be trusted"), name, due.Format(time.DateOnly))
		}
	}
}
