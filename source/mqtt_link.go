package source

import (
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

const (
	brokerWait = 10 * time.Second       // for the broker's answer to anything
	farewell   = 300 * time.Millisecond // for our last words to it
	sessionFor = 24 * time.Hour         // it keeps our messages so long while we are away
	longTopic  = 64 << 10               // the longest topic there can be: it is refused by name
)

// mqttLink is how an external broker is reached.
type mqttLink struct {
	address  string // host:port
	secure   *credentials
	version  string // "5" or "3.1.1"
	clientID string
	user     string
	password secret
	session  time.Duration // 0 begins anew at every connection
	alive    time.Duration
	most     int // bytes of one packet
}

// readLink reads the keys of a broker.
func readLink(d *Device, s *site.Section) *mqttLink {
	s.Need("url")
	k := &mqttLink{
		version: s.Choice("version", "5", "3.1.1"), clientID: s.Text("client_id"), user: s.Text("user"), password: readSecret(s, "password"),
		session: patience(s, "session", time.Second, 30*24*time.Hour, sessionFor), alive: patience(s, "keep_alive", 5*time.Second, time.Hour, 30*time.Second),
		most: d.MaxFrame + longTopic,
	}
	if k.clientID == "" {
		k.clientID = "lingtan-" + d.ID
	}
	secure := readCredentials(s)
	u, err := url.Parse(s.Text("url"))
	if s.Has("url") && (err != nil || u.Hostname() == "" || u.Path != "" || u.User != nil || u.Scheme != "mqtt" && u.Scheme != "mqtts") {
		s.Wrong("url", lang.T("mqtt://主机:端口 或 mqtts://主机:端口", "mqtt://host:port or mqtts://host:port"))
		return k
	}
	port := u.Port()
	if u.Scheme == "mqtts" {
		k.secure = secure
	}
	if port == "" {
		port = map[bool]string{false: "1883", true: "8883"}[k.secure != nil]
	}
	k.address = net.JoinHostPort(u.Hostname(), port)
	return k
}

// conversation is what is said over a link.
type conversation struct {
	filters []string
	understanding
	will *message // published by the broker when we are gone
	// begun is called when the subscriptions stand; it may publish. It may be nil.
	begun func(ctx context.Context, c mqttClient) error
}

// mqttClient is a client of either version of MQTT.
type mqttClient interface {
	subscribe(ctx context.Context, filters []string) error
	publish(ctx context.Context, m message) error
	close()
}

// run connects, subscribes, and makes durable what comes until the connection
// is lost or the context ends. A message is acknowledged when its values are
// durable; one that is not is sent again by the broker, which keeps the session.
func (k *mqttLink) run(outer context.Context, l *Line, talk conversation) error {
	ctx, lose := context.WithCancelCause(outer)
	// The connection lives a moment longer than the context, for our farewell.
	held, cut := context.WithCancel(context.WithoutCancel(outer))
	defer cut()
	defer context.AfterFunc(outer, func() { time.AfterFunc(farewell, cut) })()
	conn, err := dial(held, k.address, k.secure, l.Now(), brokerWait)
	if err != nil {
		lose(nil)
		return err
	}
	in := newIntake()
	client, err := k.connect(ctx, guard(conn, k.most), talk.will, func(m message) { talk.hear(ctx, l, in, m) }, func(err error) { lose(dropped(k.address, err)) })
	if err != nil {
		lose(nil)
		_ = conn.Close()
		return err
	}
	var storing sync.WaitGroup
	storing.Go(func() { lose(in.run(ctx, l)) }) // what waits since the last time comes before any answer
	defer func() {
		lose(nil) // before the client waits for its handlers
		storing.Wait()
		talk.end(held, client)
	}()
	if err := talk.begin(ctx, l, client); err != nil {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// begin subscribes.
func (talk conversation) begin(ctx context.Context, l *Line, client mqttClient) error {
	if err := client.subscribe(ctx, talk.filters); err != nil {
		return fault.Forbidden.Say(lang.T("消息服务器不允许订阅 %v:%v", "the broker does not let us subscribe to %v: %v"), talk.filters, err).
			Do(lang.T("在服务器上给该用户读权限", "let the user read these topics at the broker"))
	}
	l.Up()
	if talk.begun == nil {
		return nil
	}
	return talk.begun(ctx, client)
}

// end says farewell. A broker that hears an end in order says nothing for us.
func (talk conversation) end(ctx context.Context, client mqttClient) {
	if talk.will != nil {
		ctx, done := context.WithTimeout(ctx, farewell)
		defer done()
		_ = client.publish(ctx, *talk.will)
	}
	client.close()
}

func (k *mqttLink) connect(ctx context.Context, conn *packetGuard, will *message, hear func(message), lost func(error)) (mqttClient, error) {
	password, err := k.password.value()
	if err != nil {
		return nil, err
	}
	if k.version == "5" {
		return k.connect5(ctx, conn, password, will, hear, lost)
	}
	return k.connect3(ctx, conn, password, will, hear, lost)
}

// hear takes a message in. What is not understood is kept among the refused
// and acknowledged: the broker has done its part.
func (talk conversation) hear(ctx context.Context, l *Line, in *intake, m message) {
	l.Heard(len(m.topic) + len(m.payload))
	values, err := talk.understand(m)
	if err != nil {
		l.Refuse(frameOf(m), err)
	}
	_ = in.put(ctx, parcel{values, m.ack}) // fails when the connection is over, which Run tells
}

// frameOf is a message as it is kept among the refused: topic, space, payload.
func frameOf(m message) []byte {
	topic := m.topic[:min(len(m.topic), maxTopic)]
	payload := m.payload[:min(len(m.payload), keptFrame)]
	return append([]byte(topic+" "), payload...)
}

// dropped tells why a connection that stood is no more.
func dropped(address string, err error) error {
	var told *fault.Fault
	if errors.As(err, &told) {
		return err
	}
	return fault.NotFound.Say(lang.T("与消息服务器 %s 的连接断开:%v", "the connection to the broker %s was lost: %v"), address, err).
		Do(lang.T("会自动重连;反复出现时检查网络,并确认没有另一个程序使用同一 client_id", "it is made again by itself; where that comes again and again, check the network and whether another program has our client_id"))
}

// refusedBy tells why a broker did not take us.
func refusedBy(address string, reason error) error {
	return fault.Forbidden.Say(lang.T("消息服务器 %s 拒绝连接:%v", "the broker %s refuses us: %v"), address, reason).
		Do(lang.T("核对 user、密码、client_id 与 version", "check user, the password, client_id and version"))
}
