package source

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	maxNodes    = 1000            // edge nodes of one broker
	rebirthWait = 2 * time.Second // between two requests to one node
)

// sparkplugHost keeps what the edge nodes have said of themselves since the
// connection was made.
type sparkplugHost struct {
	line  *Line
	group string
	asks  chan string // group/node that shall be born again

	mu    sync.Mutex
	nodes map[string]*edgeNode // by group/node
}

// newHost makes a host that asks the known nodes for a birth first.
func newHost(l *Line, group string, known []string) *sparkplugHost {
	h := &sparkplugHost{line: l, group: group, asks: make(chan string, maxNodes), nodes: map[string]*edgeNode{}}
	for _, name := range known[:min(len(known), maxNodes)] {
		h.asks <- name
	}
	return h
}

// filters lists the topics of everything nodes say; what is said to them is
// not for us.
func (h *sparkplugHost) filters() []string {
	var out []string
	for _, kind := range []string{"NBIRTH/+", "NDATA/+", "NDEATH/+", "DBIRTH/+/+", "DDATA/+/+", "DDEATH/+/+"} {
		out = append(out, "spBv1.0/"+h.group+"/"+kind)
	}
	return out
}

// concerns tells whether a topic is one of what nodes say.
func (h *sparkplugHost) concerns(topic string) bool {
	part := strings.Split(topic, "/")
	if len(part) < 4 || part[0] != "spBv1.0" || h.group != "+" && h.group != part[1] {
		return false
	}
	switch part[2] {
	case "NBIRTH", "NDATA", "NDEATH":
		return len(part) == 4
	case "DBIRTH", "DDATA", "DDEATH":
		return len(part) == 5
	}
	return false
}

// SparkplugTopic names the topic of a message of an edge node, or of a device
// of it where the device is not empty.
func SparkplugTopic(group, kind, node, device string) string {
	topic := "spBv1.0/" + group + "/" + kind + "/" + node
	if device != "" {
		topic += "/" + device
	}
	return topic
}

// understand implements [understanding].
func (h *sparkplugHost) understand(m message) ([]Value, error) {
	if err := bounded(m, h.line.Device.MaxFrame); err != nil {
		return nil, err
	}
	part := strings.Split(m.topic, "/")
	if !h.concerns(m.topic) {
		return nil, fault.Invalid.Say(lang.T("主题 %.100q 不是 Sparkplug B 的", "topic %.100q is not one of Sparkplug B"), m.topic).
			Do(lang.T("核对发布者", "look into who publishes it"))
	}
	p, err := DecodeSparkplug(m.payload)
	if err != nil {
		return nil, err
	}
	device := ""
	if len(part) == 5 {
		device = part[4]
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e, err := h.node(part[1] + "/" + part[3])
	if err != nil {
		return nil, err
	}
	values, err := h.heard(e, part[2], device, p)
	for i := range values {
		values[i].Channel = h.channel(part[1], part[3], values[i].Channel)
	}
	return values, err
}

// channel names a metric: node/device/metric, after the group where there may
// be several.
func (h *sparkplugHost) channel(group, node, metric string) string {
	if h.group == "+" {
		return group + "/" + node + "/" + metric
	}
	return node + "/" + metric
}

func (h *sparkplugHost) node(name string) (*edgeNode, error) {
	e, ok := h.nodes[name]
	if !ok {
		if len(h.nodes) >= maxNodes {
			return nil, fault.Invalid.Say(lang.T("边缘节点多于 %d 个", "more than %d edge nodes"), maxNodes).
				Do(lang.T("用 group 分开到多个设备文件", "part them by group into several device files"))
		}
		e = &edgeNode{name: name}
		h.nodes[name] = e
	}
	return e, nil
}

// heard takes a message of a node in.
func (h *sparkplugHost) heard(e *edgeNode, kind, device string, p SparkplugPayload) ([]Value, error) {
	switch kind {
	case "NBIRTH":
		e.birth(p)
		defer h.standing()
		return e.born("", p)
	case "NDEATH":
		if e.dies(p) {
			h.line.Log().Warn("edge node is gone", "node", e.name)
			h.standing()
		}
		return nil, nil
	}
	if !e.inOrder(p) {
		h.again(e)
	}
	switch kind {
	case "DBIRTH":
		return e.born(device, p)
	case "DDEATH":
		h.line.Log().Warn("device is gone", "node", e.name, "of", device)
		return nil, nil
	case "NDATA", "DDATA":
		values, strange := e.data(device, p)
		if strange == nil {
			return values, nil
		}
		h.again(e)
		return values, strange
	}
	return nil, nil
}

// again asks a node for a birth, not too often.
func (h *sparkplugHost) again(e *edgeNode) {
	now := h.line.Now()
	if now.Sub(e.asked) < rebirthWait {
		return
	}
	e.asked = now
	select {
	case h.asks <- e.name:
	default: // so many wait already that it comes up again
	}
}

// ask publishes the requests for births until the context ends.
func (h *sparkplugHost) ask(ctx context.Context, publish func(context.Context, message) error) {
	for {
		select {
		case name := <-h.asks:
			group, node, _ := strings.Cut(name, "/")
			now := h.line.Now().UnixMilli()
			request := SparkplugPayload{Timestamp: now, Metrics: []SparkplugMetric{{Name: "Node Control/Rebirth", Timestamp: now, Type: SparkplugBoolean, Number: 1}}}
			if err := publish(ctx, message{topic: SparkplugTopic(group, "NCMD", node, ""), payload: request.Encode()}); err != nil {
				h.line.Log().WarnContext(ctx, "cannot ask for a birth", "node", name, "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// standing tells in the device's health which nodes have died: their values
// stop, and none is made up for them.
func (h *sparkplugHost) standing() {
	var gone []string
	for name, e := range h.nodes {
		if e.dead {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	state, why := Up, error(nil)
	if len(gone) > 0 {
		why = fault.NotFound.Say(lang.T("边缘节点离线:%s", "edge nodes are gone: %s"), strings.Join(gone, ", ")).
			Do(lang.T("检查节点的电源与网络", "check their power and network"))
	}
	if len(gone) > 0 && len(gone) == len(h.nodes) {
		state = Down
	}
	h.line.count(func(s *Health) {
		if s.State != state {
			s.State, s.Since = state, h.line.Now()
		}
		s.Fault = why
	})
}

func (h *sparkplugHost) names() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.nodes))
}

// unborn tells of metrics that nobody introduced.
func unborn(metrics []string) error {
	return fault.Invalid.Say(lang.T("%d 个指标未见出生报文(如 %s),已请求重新出生", "%d metrics whose birth was not seen, such as %s: a rebirth is asked for"), len(metrics), metrics[0]).
		Do(lang.T("若反复出现,检查节点是否响应 Node Control/Rebirth", "where this comes again and again, see whether the node obeys Node Control/Rebirth"))
}

// nothing is the value of a metric that is null.
var nothing = math.NaN() //nolint:gochecknoglobals // a constant
