package mine

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

//go:embed head.toml
var head []byte

// File is the text of the mine's site file: what is written by hand, then the
// points and registers.
func (m *Mine) File() []byte {
	var b bytes.Buffer
	b.Write(head)
	for i := range m.series {
		m.writePoint(&b, i)
	}
	m.writeGases(&b)
	m.writeChecks(&b)
	m.writeRecords(&b)
	for i := range vehicles {
		fmt.Fprintf(&b, "\n[[vehicle]]\nid = \"car-%02d\"\nname = { zh = \"%d 号车\", en = \"Vehicle %d\" }\norg = \"transport\"\n", i+1, i+1, i+1)
		if i < electric {
			fmt.Fprintf(&b, "drive = \"electric\"\npoint = \"charger-%02d\"\n", i+1)
		} else {
			b.WriteString("drive = \"diesel\"\n")
		}
	}
	stands := [...]string{"broadleaf", "conifer", "shrub", "grass"}
	for i := range plots {
		fmt.Fprintf(&b, "\n[[plot]]\nid = \"plot-%02d\"\nname = { zh = \"修复样地 %d\", en = \"Restoration plot %d\" }\norg = \"restoration\"\narea = \"%.1f ha\"\nstand = %q\nsince = %d\n",
			i+1, i+1, i+1, 2.5+float64(noise(m.seed, 600, i, 0)%80)/10, stands[i%len(stands)], 2015+i%7)
	}
	return b.Bytes()
}

func (m *Mine) writePoint(b *bytes.Buffer, i int) {
	s := &m.series[i]
	line := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	line("\n[[point]]\nid = %q\nname = { zh = %q, en = %q }\norg = %q", s.id, s.zh, s.en, s.org)
	if s.source != "" {
		line("source = %q", s.source)
	}
	line("kind = %q\nunit = %q\nstep = %q", s.kind, s.unit, s.step)
	switch s.kind {
	case "gauge":
		line("range = [%v, %v]%s", s.low, s.high, s.judged)
	case "delta":
		line("stamp = \"end\"")
	case "counter":
		line("digits = %d\nmax_rate = \"%s %s/h\"", s.digits, strconv.FormatFloat(s.maxRate, 'f', 4, 64), s.unit)
	}
	if s.ct*s.pt > 1 {
		line("ct = \"%d/5\"\npt = \"%d/100\"", s.ct*5, s.pt*100)
	}
	if s.uncertainty != "" {
		line("uncertainty = %q", s.uncertainty)
	}
	line("meter = { model = %q, serial = \"QL%05d\", accuracy = %q }\nattrs = %s", s.meter.model, 10_000+i, s.meter.accuracy, s.attrs)
	m.writeHistory(b, i)
}

// overdue is the sensor whose calibration was forgotten in 2025.
const overdue = "south-low-c"

// writeHistory writes calibrations, and what happened to the meter.
func (m *Mine) writeHistory(b *bytes.Buffer, i int) {
	s := &m.series[i]
	on := time.Date(2023, 11, 6+i%20, 0, 0, 0, 0, m.zone)
	b.WriteString("calibrations = [\n")
	for range 3 {
		if s.id == overdue && on.Year() == 2025 {
			break
		}
		next := on.AddDate(1, 0, -4)
		fmt.Fprintf(b, "    { on = %s, due = %s, by = \"省计量院\", result = \"pass\" },\n", on.Format(time.DateOnly), on.AddDate(1, 0, 0).Format(time.DateOnly))
		on = next
	}
	b.WriteString("]\n")
	if c := s.change; c != nil {
		fmt.Fprintf(b, "changes = [{ at = %s, ct = \"%d/5\", reason = %q }]\n", m.at(c.hour).Format("2006-01-02T15:04:05"), c.ct*5, c.reason)
	}
	if p := s.replaced; p != nil {
		at := m.at(p.hour).Add(time.Duration(p.minute) * time.Minute)
		fmt.Fprintf(b, "replacements = [{ at = %s, final = %.2f, first = 0, serial = %q }]\n", at.Format("2006-01-02T15:04:05"), m.final(i), p.serial)
	}
}

// final is the last value of the register of a meter that was replaced. Its
// rate must not depend on the gas, of which nothing is known here.
func (m *Mine) final(i int) float64 {
	s := &m.series[i]
	register, n := s.first*million, 0
	amount := func() float64 {
		h := m.hourAt(n, 0, 0)
		return s.rate(&h, noise(m.seed, 1000+i, n, 0)) / s.ratio(n)
	}
	for ; n < s.replaced.hour; n++ {
		register = s.turned(register, amount(), n)
	}
	return s.face(register + int64(math.Round(amount()*million*float64(s.replaced.minute)/60)))
}

// writeChecks writes the energy balance: what comes in from the grid and is
// generated against what the feeders use and the grid takes back. A fiftieth to
// a thirtieth is lost between them.
func (m *Mine) writeChecks(b *bytes.Buffer) {
	in, out := []string{}, []string{}
	for i := range m.series {
		s := &m.series[i]
		switch {
		case s.kind != "counter" || s.unit != "kWh":
		case strings.HasSuffix(s.id, "-import"), s.attrs == `{ system = "generation" }`, s.attrs == `{ system = "solar" }`:
			in = append(in, s.id)
		case strings.HasSuffix(s.id, "-export"), strings.HasPrefix(s.attrs, `{ system = "consumption"`):
			out = append(out, s.id)
		}
	}
	b.WriteString("\n[[check]]\nid = \"power-balance\"\nname = { zh = \"电量平衡\", en = \"Power balance\" }\nkind = \"parts\"\ntolerance = \"5 %\"\nover = \"day\"\n")
	fmt.Fprintf(b, "main = [%s]\nparts = [%s]\n", listed(in), listed(out))
}

// listed writes ids, some to a line.
func listed(ids []string) string {
	var b strings.Builder
	for i, id := range ids {
		if i%8 == 0 {
			b.WriteString("\n   ")
		}
		fmt.Fprintf(&b, " %q,", id)
	}
	return b.String() + "\n"
}

// writeGases writes the pure gas of every stream.
func (m *Mine) writeGases(b *bytes.Buffer) {
	entry := func(id, zh, en, org, flow, concentration, rest string) {
		fmt.Fprintf(b, "\n[[gas]]\nid = %q\nname = { zh = %q, en = %q }\norg = %q\nflow = %q\nconcentration = %q\n%s", id, zh, en, org, flow, concentration, rest)
	}
	for _, s := range shafts {
		conditions := fmt.Sprintf("temperature = \"%s-t\"\npressure = \"%s-p\"\n", s.id, s.id)
		entry(s.id+"-ch4", s.zh+"甲烷纯量", s.en+" pure methane", "ventilation", s.id+"-q", s.id+"-c", conditions+"uncertainty = \"12 %\"\n")
		entry(s.id+"-co2-out", s.zh+"二氧化碳纯量", s.en+" pure CO2", "ventilation", s.id+"-q", s.id+"-co2", conditions+"gas = \"CO2\"\n")
		entry(s.id+"-co2-in", s.zh+"进风二氧化碳", s.en+" CO2 of the intake", "ventilation", s.id+"-q", "0.042 %:wet", conditions+"gas = \"CO2\"\n")
	}
	for _, l := range lines {
		conditions := fmt.Sprintf("temperature = \"%s-t\"\npressure = \"%s-p\"\n", l.id, l.id)
		entry(l.id+"-ch4", l.zh+"甲烷纯量", l.en+" pure methane", "drainage", l.id+"-q", l.id+"-c", conditions+"uncertainty = \"4 %\"\n")
		entry(l.id+"-co2", l.zh+"二氧化碳纯量", l.en+" pure CO2", "drainage", l.id+"-q", "0.9 %:wet", conditions+"gas = \"CO2\"\n")
	}
	for _, id := range []string{"engines-n", "engines-s", "boilers", "sale", "flare"} {
		s := &m.series[m.number(id+"-q")]
		entry(id+"-ch4", s.zh+"纯量", s.en+" pure methane", "drainage", id+"-q", id+"-c", "uncertainty = \"3 %\"\n")
	}
}
