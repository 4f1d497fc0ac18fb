package api

import (
	"bytes"
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"

	"lingtan/source"
)

// newMetrics gathers what a watcher of the program wants: of the process, and
// of every device of every mine at work.
func newMetrics(atWork func() []*Mine) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		deviceMetrics{atWork},
	)
	return registry
}

func (s *server) getMetrics(context.Context, *Languaged) (*Raw, error) {
	families, err := s.metrics.Gather()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&out, f); err != nil {
			return nil, err
		}
	}
	return &Raw{Status: 200, ContentType: string(expfmt.NewFormat(expfmt.TypeTextPlain)), Body: out.Bytes()}, nil
}

// deviceMetrics tells the health of devices as it is at the moment of asking.
type deviceMetrics struct{ atWork func() []*Mine }

// counted are the counters of a device.
//
//nolint:gochecknoglobals // a constant table
var counted = []struct {
	about *prometheus.Desc
	kind  prometheus.ValueType
	of    func(source.Health) float64
}{
	{ofDevice("up", "1 while the device answers"), prometheus.GaugeValue, func(h source.Health) float64 { return one(h.State == source.Up) }},
	{ofDevice("silent", "1 after the device said nothing for longer than its file allows"), prometheus.GaugeValue, func(h source.Health) float64 { return one(h.Silent) }},
	{ofDevice("last_reading_timestamp_seconds", "instant of the last reading taken in"), prometheus.GaugeValue, lastReading},
	{ofDevice("unmapped_channels", "channels that are no point yet"), prometheus.GaugeValue, func(h source.Health) float64 { return float64(h.Unmapped) }},
	{ofDevice("frames_total", "messages heard"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Frames) }},
	{ofDevice("bytes_total", "bytes heard"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Bytes) }},
	{ofDevice("readings_total", "readings made durable"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Delivered) }},
	{ofDevice("bad_readings_total", "readings kept as bad"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Bad) }},
	{ofDevice("quarantined_readings_total", "readings stamped in the future"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Quarantined) }},
	{ofDevice("failed_readings_total", "readings that could not be made durable"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Failed) }},
	{ofDevice("refused_frames_total", "messages not understood"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Refused) }},
	{ofDevice("slowed_total", "waits because the device sent too fast"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Slowed) }},
	{ofDevice("reconnects_total", "connections lost"), prometheus.CounterValue, func(h source.Health) float64 { return float64(h.Reconnects) }},
}

func ofDevice(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("lingtan_device_"+name, help, []string{"site", "device", "protocol"}, nil)
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func lastReading(h source.Health) float64 {
	if h.LastReading.IsZero() {
		return 0
	}
	return float64(h.LastReading.UnixMilli()) / 1000
}

// Describe tells what there is to gather.
func (deviceMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, c := range counted {
		out <- c.about
	}
}

// Collect asks every device.
func (m deviceMetrics) Collect(out chan<- prometheus.Metric) {
	for _, mine := range m.atWork() {
		for _, h := range mine.Devices.Health() {
			for _, c := range counted {
				out <- prometheus.MustNewConstMetric(c.about, c.kind, c.of(h), mine.Site.ID, h.Device, h.Protocol)
			}
		}
	}
}
