package alarm

import (
	"time"

	"lingtan/lang"
	"lingtan/period"
)

// A burn rate over a few hours, or over hours that were mostly not measured, is
// chance.
const (
	leastElapsed = 24 * time.Hour
	leastCovered = 0.5
)

// budget judges the burn rate: what was emitted so far over what the budget
// allows by now. 100 % is just on the budget.
func (t *track) budget(now time.Time, c period.Calendar, v View) verdict {
	b := t.watch.Budget
	allowed, start, ok := b.Allowed(c, now, t.watch.Per)
	if !ok {
		return verdict{mood: calm} // its year is over, or has not begun
	}
	n, known := v.Node(b.Node)
	emitted, covered := n.Month, n.MonthCovered
	if t.watch.Per == "year" {
		emitted, covered = n.Year, n.YearCovered
	}
	if !known || now.Sub(start) < leastElapsed || covered < leastCovered {
		return verdict{}
	}
	out := t.against(100 * emitted / allowed.Float())
	if out.mood == holds {
		out.says = lang.T("已排放 %s tCO2e,按时间进度预算 %s tCO2e(覆盖率 %s %%):%s", "%s tCO2e emitted, %s tCO2e allowed by now (%s %% covered): %s").
			Format(number(emitted), number(allowed.Float()), number(100*covered), out.says)
	}
	return out
}
