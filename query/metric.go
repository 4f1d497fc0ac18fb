package query

import (
	"lingtan/lang"
	"lingtan/reading"
)

// metric is a name under which the mine's series are told.
type metric struct {
	name string
	kind string // as Prometheus calls it
	help lang.Text
	load loader // nil: of this moment alone
}

// Moment is a value that is known of this moment and not of any before.
type Moment struct {
	Name   string // a metric of the table below
	Labels map[string]string
	V      float64
}

// The metrics.
const (
	nameReading   = "lingtan_reading"
	nameAmount    = "lingtan_amount"
	nameTotal     = "lingtan_amount_total"
	nameCoverage  = "lingtan_coverage_ratio"
	DeviceUp      = "lingtan_device_up"                             // 1 while the device answers
	DeviceSilent  = "lingtan_device_silent"                         // 1 after it said nothing for longer than it may
	DeviceLast    = "lingtan_device_last_reading_timestamp_seconds" // instant of its last reading
	EmissionRate  = "lingtan_emission_rate"                         // t CO2e an hour at a node of the mine, an estimate
	EmissionMonth = "lingtan_emission_month"                        // t CO2e of the month so far, an estimate
	EmissionYear  = "lingtan_emission_year"                         // t CO2e of the year so far, an estimate
)

// metrics is the table of all there is; docs/grafana.md tells it to people.
//
//nolint:gochecknoglobals // a table that is read only
var metrics = []metric{
	{nameReading, "gauge", lang.T("原始读数:表或传感器自己的单位,未乘 CT、PT", "the reading as sent, in the unit of the meter or sensor, before CT and PT"), loadReadings},
	{nameAmount, "gauge", lang.T("一小时的累计量,记在该小时结束时", "the amount of an hour, told at its end"), loadHours(telling{never, amounts})},
	{nameTotal, "counter", lang.T("各小时累计量之和", "the sum of all hours so far"), loadHours(telling{always, running})},
	{nameCoverage, "gauge", lang.T("一小时中有读数的时间占比", "how much of the hour was measured"), loadHours(telling{begins, coverage})},
	{DeviceUp, "gauge", lang.T("设备应答为 1(只有此刻)", "1 while the device answers (of this moment only)"), nil},
	{DeviceSilent, "gauge", lang.T("设备超时无数据为 1(只有此刻)", "1 after the device said nothing for longer than its file allows (of this moment only)"), nil},
	{DeviceLast, "gauge", lang.T("设备最后读数的时刻(只有此刻)", "instant of the device's last reading (of this moment only)"), nil},
	{EmissionRate, "gauge", lang.T("节点的排放速率估算,tCO2e/h(只有此刻)", "estimated rate of emission at a node, t CO2e/h (of this moment only)"), nil},
	{EmissionMonth, "gauge", lang.T("节点本月累计排放估算,tCO2e(只有此刻)", "estimated emission of the month so far at a node, t CO2e (of this moment only)"), nil},
	{EmissionYear, "gauge", lang.T("节点本年累计排放估算,tCO2e(只有此刻)", "estimated emission of the year so far at a node, t CO2e (of this moment only)"), nil},
}

func metricOf(name string) metric {
	for _, m := range metrics {
		if m.name == name {
			return m
		}
	}
	return metric{name: name, kind: "unknown"}
}

// momentMS is how long a value of this moment is shown: Prometheus' own five
// minutes, which bridge the steps of a panel.
const momentMS = 5 * 60_000

// hourHold is how long an hour's value stands: until the next hour's.
const hourHold = reading.HourMS
