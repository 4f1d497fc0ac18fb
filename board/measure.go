package board

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

// farYear is up to which the register's plan is told beside the year shown: the
// end of the province's first programme.
const farYear = 2030

// measures tells the register of reduction measures. It names no meter by which
// a saving could be told from the mine's other course, so that nothing measured
// is told: a plan that is called a saving would be an invented number.
func (v *view) measures() Measures {
	list, year := v.underMeasures(), v.last.year()
	out := Measures{
		Items: []Measure{}, Years: []Milestone{},
		Target: []Figure{v.planned("overview.measures.to_year", list, year), v.planned("overview.measures.to_2030", list, farYear)},
		Note:   lang.T("登记只有计划减排,没有可据以实测的表计与基准,故实测一栏为空", "the register has planned reductions, and neither meters nor baselines to measure them by: nothing is told as measured"),
	}
	for _, m := range list {
		one := []site.Measure{m}
		out.Items = append(out.Items, Measure{
			ID: m.ID, Name: m.Name, Category: m.Category, Status: m.Status, Org: m.Org,
			Planned: v.planned("overview.measure."+m.ID, one, year), Through: v.planned("overview.measure."+m.ID+".2030", one, farYear), Measured: v.unmeasured(m),
		})
	}
	sum := new(big.Rat)
	for _, y := range yearsOf(list) {
		added := new(big.Rat)
		for _, m := range list {
			for _, p := range m.Planned {
				if p.Year == y {
					added.Add(added, p.Reduction.Rat())
				}
			}
		}
		sum.Add(sum, added)
		out.Years = append(out.Years, Milestone{Year: y, Planned: *decimal(added), Cumulative: *decimal(sum)})
	}
	return out
}

func yearsOf(list []site.Measure) []int {
	var out []int
	for _, m := range list {
		for _, p := range m.Planned {
			out = append(out, p.Year)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// planned adds what measures are planned to reduce up to and with a year.
func (v *view) planned(id string, list []site.Measure, year int) Figure {
	var sum *big.Rat
	inputs := []Input{}
	for _, m := range list {
		var one *big.Rat
		for _, p := range m.Planned {
			if p.Year <= year {
				one = plus(one, p.Reduction.Rat())
			}
		}
		if one != nil {
			inputs = append(inputs, Input{Title: m.Name, Value: decimal(one), Unit: tonnes, Ref: Ref{Register: "measure"}})
			sum = plus(sum, one)
		}
	}
	first := year
	if years := yearsOf(list); len(years) > 0 {
		first = min(years[0], year)
	}
	f := Figure{
		ID: id, Title: lang.T("到 %d 年计划减排", "Planned reduction to %d").Format(year), Value: decimal(sum), Unit: tonnes,
		Period: stretchName(ordinalOf(first, time.January), ordinalOf(year, time.December)), Kind: Filed,
		Definition: lang.T("矿点文件 [[measure]] 中到该年为止各年计划减排之和", "the planned reductions of [[measure]] in the site file, of all years up to it"),
		Formula:    added(inputs, sum, tonnes), Inputs: inputs, Ref: Ref{Register: "measure"},
	}
	if sum == nil {
		f.Missing = lang.T("矿点文件没有登记到该年的减排措施 [[measure]]", "the site file registers no [[measure]] up to that year")
	}
	return f
}

// unmeasured is the figure of a saving that nothing measures.
func (v *view) unmeasured(m site.Measure) Figure {
	return Figure{
		ID: fmt.Sprintf("overview.measure.%s.measured", m.ID), Title: lang.T("实测减排", "Measured reduction"), Unit: tonnes, Period: v.period(), Kind: Measured, Inputs: []Input{},
		Definition: lang.T("措施前后同口径实测之差", "the measured difference to the course without the measure"),
		Ref:        Ref{Register: "measure"},
		Missing:    lang.T("登记没有写明据以实测的表计与基准,只有计划", "the register names no meter and no baseline to measure it by: there is the plan alone"),
	}
}
