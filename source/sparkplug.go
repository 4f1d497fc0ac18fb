package source

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"lingtan/lang"
	"lingtan/site"
)

func init() {
	register("sparkplug", protocol{title: lang.T("Sparkplug B(外部消息服务器)", "Sparkplug B, of an external broker"), read: readSparkplug})
}

// sparkplugDriver is a host application of Sparkplug B: it listens to edge
// nodes, and is told of again whatever it missed.
type sparkplugDriver struct {
	link  *mqttLink
	group string // "+" is every group
	host  string // our id as a primary host; "" where nodes do not wait for us
	known nodeNames
}

// nodeNames are the edge nodes heard of so far, asked for a birth at every
// connection. The names outlive a connection, what they said does not: their
// aliases may have changed meanwhile.
type nodeNames struct {
	mu    sync.Mutex
	nodes map[string]bool // group/node
}

func readSparkplug(d *Device, r *site.Reader, s *site.Section, _ []*site.Section) Driver {
	if s == nil {
		r.Table("sparkplug") // tells that it is missing
		return nil
	}
	p := &sparkplugDriver{link: readLink(d, s), group: readGroup(s), host: s.Text("host"), known: nodeNames{nodes: map[string]bool{}}}
	p.link.session = 0 // a birth tells more than messages that waited
	if strings.ContainsAny(p.host, "/+#") {
		s.Wrong("host", lang.T("不含 / + # 的名称", "a name without / + #"))
	}
	return p
}

func readGroup(s *site.Section) string {
	group := s.Text("group")
	if strings.ContainsAny(group, "/#") {
		s.Wrong("group", lang.T("组名,或不写即全部", "the name of a group, or nothing for all"))
	}
	if group == "" {
		return "+"
	}
	return group
}

// Run implements [Driver].
func (p *sparkplugDriver) Run(ctx context.Context, l *Line) error {
	h := newHost(l, p.group, p.known.all())
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	talk := conversation{filters: h.filters(), understanding: h, will: p.state(l.Now(), false)}
	talk.begun = func(ctx context.Context, c mqttClient) error {
		asking.Go(func() { h.ask(ctx, c.publish) })
		if online := p.state(l.Now(), true); online != nil {
			return c.publish(ctx, *online)
		}
		return nil
	}
	defer func() { p.known.add(h.names()) }()
	return p.link.run(ctx, l, talk)
}

// state tells the nodes that wait for us whether we are there (specification
// 3.0, clause 6.4.25).
func (p *sparkplugDriver) state(now time.Time, online bool) *message {
	if p.host == "" {
		return nil
	}
	body, err := json.Marshal(struct {
		Online    bool  `json:"online"`
		Timestamp int64 `json:"timestamp"`
	}{online, now.UnixMilli()})
	if err != nil {
		panic(err) // a flag and a number
	}
	return &message{topic: "spBv1.0/STATE/" + p.host, payload: body, retained: true}
}

func (n *nodeNames) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []string
	for name := range n.nodes {
		out = append(out, name)
	}
	return out
}

func (n *nodeNames) add(names []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range names {
		n.nodes[name] = true
	}
}
