package report

import (
	"lingtan/activity"
	"lingtan/factor"
	"lingtan/lang"
	"lingtan/standard"
)

// fuel tells a fuel's name as the tables of defaults do.
func fuel(item string) lang.Text {
	if item == "mine_gas" {
		return lang.T("瓦斯(纯甲烷)", "mine gas (pure CH₄)")
	}
	for _, table := range []string{"S:", "G:"} {
		if f, err := factor.Builtin().Latest("fuel_ncv", table+item); err == nil {
			return f.Name
		}
	}
	return lang.Same(item)
}

// province tells a province's name as the table of grid factors does.
func province(code string) lang.Text {
	if f, err := factor.Builtin().Latest("grid_province", code); err == nil {
		return lang.T("%s(%s)", "%s (%s)").Format(f.Name, code)
	}
	return lang.Same(code)
}

func mine(kind string) lang.Text {
	switch kind {
	case "underground":
		return lang.T("井工矿", "underground mine")
	case "opencast":
		return lang.T("露天矿", "open-cast mine")
	}
	return lang.Same(kind)
}

func grade(g string) lang.Text {
	switch g {
	case "high":
		return lang.T("高瓦斯", "high gas")
	case "low":
		return lang.T("低瓦斯", "low gas")
	case "outburst":
		return lang.T("煤与瓦斯突出", "coal and gas outburst")
	case "opencast":
		return lang.T("露天", "open-cast")
	case "":
		return lang.Same(dash)
	}
	return lang.Same(g)
}

func severity(s activity.Severity) lang.Text {
	switch s {
	case activity.Hard:
		return lang.T("硬性", "hard")
	case activity.Explain:
		return lang.T("须说明", "to explain")
	case activity.Notice:
		return lang.T("提示", "note")
	}
	return lang.Same(string(s))
}

func basis(b string) lang.Text {
	switch b {
	case standard.Direct:
		return lang.T("直接", "direct")
	case standard.Location:
		return lang.T("电网平均", "location-based")
	case standard.Market:
		return lang.T("合同与绿证", "market-based")
	case standard.Energy:
		return lang.T("购入热力", "purchased heat")
	case standard.Baseline:
		return lang.T("基准线", "baseline")
	case standard.Project:
		return lang.T("项目", "project")
	case standard.Memo:
		return lang.T("备忘", "memo")
	}
	return lang.Same(b)
}

// gas tells a gas with its subscripts.
func gas(g string) lang.Text {
	subscripts := map[string]string{"CO2": "CO₂", "CH4": "CH₄", "N2O": "N₂O", "SF6": "SF₆"}
	if s, ok := subscripts[g]; ok {
		return lang.Same(s)
	}
	return lang.Same(g)
}

// field tells the name of an activity's value.
func (d *draft) field(a activity.Activity, name string) lang.Text {
	if k, err := d.edition.Kind(a.Kind); err == nil {
		if f, ok := k.Field(name); ok {
			return f.Title
		}
	}
	return lang.Same(name)
}

// kind tells the kind of a line's activity.
func (d *draft) kind(l standard.Line) lang.Text {
	if k, err := d.edition.Kind(d.acts[l.Activity].Kind); err == nil {
		return k.Title
	}
	return lang.Same(l.Category)
}

// input tells an input or factor by the name a reader knows.
// inputs names the input of several months without any of them.
func (d *draft) inputs(ids []string) lang.Text {
	if len(ids) > 1 {
		for _, a := range d.inv.Content.Activities {
			for _, n := range a.Names() {
				if "input:"+a.InputID(n) == ids[0] {
					return lang.T("%s,%s", "%s, %s").Format(a.Name, d.field(a, n))
				}
			}
		}
	}
	return d.input(ids[0])
}

func (d *draft) input(id string) lang.Text {
	for _, a := range d.inv.Content.Activities {
		for _, n := range a.Names() {
			if "input:"+a.InputID(n) == id {
				return lang.T("%s,%s,%s", "%s, %s, %s").Format(a.Name, d.field(a, n), d.period(a))
			}
		}
	}
	for _, l := range d.inv.Content.Result.Lines {
		for _, f := range l.Factors {
			if "factor:"+f.ID() == id {
				return lang.T("因子:%s", "factor: %s").Format(f.Name)
			}
		}
	}
	return lang.Same(id)
}

// period names an activity's period as its lines do.
func (d *draft) period(a activity.Activity) string {
	for _, l := range d.inv.Content.Result.Lines {
		if l.Activity == a.ID {
			return l.Period
		}
	}
	return d.inv.Content.Period
}
