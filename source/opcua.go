package source

import (
	"context"
	"strings"
	"time"

	"github.com/gopcua/opcua/ua"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// opcUA subscribes to the variables of an OPC UA server (IEC 62541). It reads
// only. Its connection is made anew by the line and never by the library, whose
// own repair of a connection may leave it connected and silent. It runs in a
// process of its own: the library reads messages in goroutines of its own, where
// a malformed one is a panic that nobody can recover from.
type opcUA struct {
	url      string
	policy   string
	mode     ua.MessageSecurityMode
	trust    opcUATrust
	user     string
	password secret
	publish  time.Duration // between the server's notifications
	sample   time.Duration // between the server's looks at a variable
	queue    uint32        // values that wait for a notification, of each variable
	watch    time.Duration // how long a silence is usual
	every    time.Duration // between readings of all variables
	timeout  time.Duration
	history  bool
	channels []variable
}

// variable is a channel and its node.
type variable struct {
	channel  string
	node     *ua.NodeID
	deadband float64
}

func init() {
	register("opcua", protocol{title: lang.Same("OPC UA"), read: readOPCUA, apart: true})
}

func readOPCUA(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver {
	o := &opcUA{mode: ua.MessageSecurityModeNone}
	if own != nil {
		o.head(own)
		o.secure(own)
	} else {
		r.Table(d.Protocol) // tells that it is missing
	}
	for i, s := range channels {
		o.variable(s, &d.Channels[i])
	}
	return o
}

func (o *opcUA) head(s *site.Section) {
	s.Need("url")
	o.url = s.Text("url")
	host, _, _ := strings.Cut(strings.TrimPrefix(o.url, "opc.tcp://"), "/")
	if o.url != "" && (!strings.HasPrefix(o.url, "opc.tcp://") || !isAddress(host)) {
		s.Wrong("url", lang.T("opc.tcp://主机:端口/路径", "opc.tcp://host:port/path"))
	}
	o.publish = patience(s, "publish", 20*time.Millisecond, time.Hour, time.Second)
	o.sample = patience(s, "sample", 10*time.Millisecond, time.Hour, o.publish)
	// A queue shorter than what is sampled between two notifications loses values.
	o.queue = uint32(orDefault(s, "queue", 1, 10_000, max(10, 2*int64(o.publish/o.sample))))
	o.watch = patience(s, "watch", 100*time.Millisecond, time.Hour, max(10*time.Second, 3*o.publish))
	o.every = patience(s, "read_every", 100*time.Millisecond, 24*time.Hour, time.Minute)
	o.timeout = patience(s, "timeout", 100*time.Millisecond, time.Minute, 10*time.Second)
	o.history = s.Flag("history")
}

func (o *opcUA) secure(s *site.Section) {
	o.policy = s.Choice("policy", "None", "Basic256Sha256")
	mode := s.Choice("mode", "SignAndEncrypt", "Sign")
	o.user, o.password = s.Text("user"), readSecret(s, "password")
	o.trust = opcUATrust{cert: s.Text("cert"), key: s.Text("key"), pin: plainHex(s.Text("server_sha256")), folder: s.Text("trust")}
	if (o.trust.cert == "") != (o.trust.key == "") {
		s.Need("cert", "key")
	}
	if o.trust.pin != "" && len(o.trust.pin) != 64 {
		s.Wrong("server_sha256", lang.T("证书 SHA-256 指纹,64 位十六进制", "the SHA-256 of the certificate, 64 hex digits"))
	}
	if o.policy == "None" {
		if o.user != "" {
			s.Fail("user", fault.Invalid.Say(lang.T("不加密的连接会明文传送密码", "without a security policy the password would travel in clear")).
				Do(lang.T("policy 改为 Basic256Sha256,或不用 user", "use policy Basic256Sha256, or no user")))
		}
		return
	}
	if o.mode = ua.MessageSecurityModeSignAndEncrypt; mode == "Sign" {
		o.mode = ua.MessageSecurityModeSign
	}
	if o.trust.pin == "" && o.trust.folder == "" {
		s.Fail("server_sha256", fault.Invalid.Say(lang.T("没有写明信任哪张服务器证书", "it is not said which server's certificate is trusted")).
			Do(lang.T("写 server_sha256(证书指纹)或 trust(存放受信证书的文件夹)", "write server_sha256, its fingerprint, or trust, a folder of certificates")))
	}
}

func (o *opcUA) variable(s *site.Section, c *Channel) {
	text := s.Text("node")
	if text == "" {
		text = c.Name
	}
	if c.Name == "" {
		c.Name = text
	}
	v := variable{channel: c.Name}
	if text == "" {
		s.Need("node")
	} else if id, err := ua.ParseNodeID(text); err != nil || !isNode(text) {
		s.Wrong("node", lang.T("节点标识,如 ns=2;s=Flow", "a node id, such as ns=2;s=Flow"))
	} else {
		v.node = id
	}
	if n, ok := s.Number("deadband"); ok {
		if v.deadband = n; n < 0 {
			s.Wrong("deadband", lang.T("不小于零的数", "a number not below zero"))
		}
	}
	o.channels = append(o.channels, v)
}

// isNode asks for the kind of a node's identifier, which the library takes for
// granted.
func isNode(text string) bool {
	_, id, found := strings.Cut(text, ";")
	if !found {
		id = text
	}
	kind, value, ok := strings.Cut(id, "=")
	return ok && value != "" && strings.Contains("isgb", kind)
}

func plainHex(text string) string {
	return strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(text))
}

// Run subscribes and delivers until the context ends, the connection is lost,
// or the server is silent though connected.
func (o *opcUA) Run(ctx context.Context, l *Line) error {
	c, err := o.connect(ctx, l)
	if err != nil {
		return err
	}
	defer hangUp(ctx, c)
	s := &opcUASession{opcUA: o, line: l, client: c, last: make([]lastValue, len(o.channels)), grudges: grudges{}}
	if err := s.subscribe(ctx); err != nil {
		return err
	}
	l.Up()
	if err := s.fillGap(ctx); err != nil {
		return err
	}
	return s.follow(ctx)
}
