package source

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

func init() {
	register("remotewrite", protocol{title: lang.T("Prometheus 远程写入", "Prometheus remote write"), read: readRemoteWrite})
}

// remoteDriver takes what Prometheus writes remotely, version 1.0 of its
// protocol: a snappy block of a protobuf message.
type remoteDriver struct {
	posted
	matchers []matcher

	mu    sync.Mutex
	names map[string]string // channels by a series' labels as they came
}

// maxNames is how many series' names are remembered; beyond it the memory
// begins anew, which costs time and loses nothing.
const maxNames = 50_000

// matcher gives the series with certain labels a channel.
type matcher struct {
	labels  map[string]string
	channel string
}

// readRemoteWrite reads match of each channel. A channel without a name is
// called as its labels are written.
func readRemoteWrite(d *Device, _ *site.Reader, _ *site.Section, channels []*site.Section) Driver {
	p := &remoteDriver{names: map[string]string{}}
	for i, s := range channels {
		labels := s.Pairs("match")
		if len(labels) == 0 {
			continue // by the series' canonical name
		}
		if d.Channels[i].Name == "" {
			d.Channels[i].Name = canonical(labels)
		}
		p.matchers = append(p.matchers, matcher{labels, d.Channels[i].Name})
	}
	// Who asks for more labels is meant more closely.
	slices.SortStableFunc(p.matchers, func(a, b matcher) int { return len(b.labels) - len(a.labels) })
	return p
}

// Receive implements [Receiver].
func (p *remoteDriver) Receive(ctx context.Context, l *Line, post Post) error {
	if strings.Contains(post.Header("Content-Type"), "io.prometheus.write.v2") {
		return fault.Invalid.Say(lang.T("只支持远程写入 1.0", "remote write 1.0 alone is understood")).
			Do(lang.T("在 remote_write 中写 protobuf_message: prometheus.WriteRequest", "write protobuf_message: prometheus.WriteRequest under remote_write"))
	}
	body, err := unsnap(post.Body, l.Device)
	if err != nil {
		l.Refuse(post.Body, err)
		return err
	}
	values, err := p.values(body)
	if err != nil {
		l.Refuse(post.Body, err)
		return err
	}
	return l.Deliver(ctx, values)
}

// staleMarker is the NaN by which Prometheus says that a series has ended. It
// is no value of the series.
const staleMarker = 0x7ff0000000000002

func (p *remoteDriver) values(body []byte) ([]Value, error) {
	var values []Value
	err := decodeWrite(body, func(labels []label, samples []sample) error {
		channel, err := p.channel(labels)
		if err != nil {
			return err
		}
		for _, s := range samples {
			if math.Float64bits(s.v) == staleMarker {
				continue
			}
			if len(values) == maxPosted {
				return fault.Invalid.Say(lang.T("一次提交多于 %d 条读数", "more than %d readings in one post"), maxPosted).
					Do(lang.T("调小 max_samples_per_send", "lower max_samples_per_send"))
			}
			values = append(values, numbered(Value{Channel: channel, T: dated(s.ms), V: s.v}))
		}
		return nil
	})
	return values, err
}

// dated keeps a sample that says 1970 from being stamped on arrival: the
// protocol always carries an instant.
func dated(ms int64) int64 {
	if ms == 0 {
		return reading.Oldest - 1
	}
	return ms
}

// channel names a series. The same labels come with every post, so their bytes
// serve as a key.
func (p *remoteDriver) channel(labels []label) (string, error) {
	var scratch [512]byte
	key := scratch[:0]
	for _, b := range labels {
		key = append(append(append(append(key, b.name...), 0xff), b.value...), 0xff)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if name, ok := p.names[string(key)]; ok {
		return name, nil
	}
	name, err := p.name(labels)
	if err != nil {
		return "", err
	}
	if len(p.names) >= maxNames {
		clear(p.names)
	}
	p.names[string(key)] = name
	return name, nil
}

func (p *remoteDriver) name(labels []label) (string, error) {
	all := make(map[string]string, len(labels))
	for _, b := range labels {
		if _, twice := all[string(b.name)]; twice {
			return "", fault.Invalid.Say(lang.T("标签 %.60q 出现两次", "the label %.60q is there twice"), string(b.name)).
				Do(lang.T("核对 relabel 规则", "check the relabelling rules"))
		}
		all[string(b.name)] = string(b.value)
	}
	for _, m := range p.matchers {
		if m.fits(all) {
			return m.channel, nil
		}
	}
	return canonical(all), nil
}

func (m matcher) fits(labels map[string]string) bool {
	for k, v := range m.labels {
		if labels[k] != v {
			return false
		}
	}
	return true
}

// canonical writes a series' name as Prometheus does: metric{a="b",c="d"}, the
// labels in order.
func canonical(labels map[string]string) string {
	var pairs []string
	for k, v := range labels {
		if k != "__name__" {
			pairs = append(pairs, k+`="`+v+`"`)
		}
	}
	slices.Sort(pairs)
	if len(pairs) == 0 {
		return labels["__name__"]
	}
	return labels["__name__"] + "{" + strings.Join(pairs, ",") + "}"
}
