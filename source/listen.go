package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// defaultCallers is how many devices may be connected at once where the file
// does not say: a mine's stacks, outfalls and pump stations are fewer.
const defaultCallers = 64

// entrance is where the platform listens and devices connect.
type entrance struct {
	address string
	allowed []netip.Prefix // none allows every address
	most    int            // connections at once
}

// readEntrance reads listen, allow and max_connections.
func readEntrance(s *site.Section) entrance {
	e := entrance{address: readListen(s), most: int(orDefault(s, "max_connections", 1, 10_000, defaultCallers))}
	for _, text := range s.Texts("allow") {
		p, err := netip.ParsePrefix(text)
		if a, alone := netip.ParseAddr(text); alone == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			s.Wrong("allow", lang.T("地址或网段,如 \"192.168.1.10\"、\"10.1.0.0/16\"", "addresses or networks, such as \"192.168.1.10\" and \"10.1.0.0/16\""))
			continue
		}
		e.allowed = append(e.allowed, p.Masked())
	}
	return e
}

// readListen reads an address to listen on; its host may be left out.
func readListen(s *site.Section) string {
	s.Need("listen")
	text := s.Text("listen")
	if _, port, err := net.SplitHostPort(text); text != "" && (err != nil || !isPort(port)) {
		s.Wrong("listen", lang.T("主机:端口,如 0.0.0.0:9212", "host:port, such as 0.0.0.0:9212"))
	}
	return text
}

// lets tells whether a caller's address is allowed.
func (e entrance) lets(caller net.Addr) bool {
	if len(e.allowed) == 0 {
		return true
	}
	at, err := netip.ParseAddrPort(caller.String())
	if err != nil {
		return false
	}
	for _, p := range e.allowed {
		if p.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// serve listens, and talks with every caller until the context ends. When it
// returns no connection is left open and no talk under way.
func (e entrance) serve(ctx context.Context, l *Line, talk func(ctx context.Context, conn net.Conn) error) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", e.address)
	if err != nil {
		return fault.Conflict.Say(lang.T("不能在 %s 监听:%v", "cannot listen on %s: %v"), e.address, err).
			Do(lang.T("换一个端口,或停掉占用它的程序", "take another port, or stop the program that has it"))
	}
	ctx, stop := context.WithCancel(ctx)
	var talks sync.WaitGroup
	defer talks.Wait()
	defer stop()
	forget := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer forget()
	places := make(chan struct{}, e.most)
	for {
		conn, err := listener.Accept()
		if err != nil {
			return errors.Join(fmt.Errorf("listen on %s: %w", e.address, err), listener.Close())
		}
		if why := e.refuses(conn, places); why != nil {
			l.Refuse([]byte(conn.RemoteAddr().String()), why)
			_ = conn.Close() // nothing was said yet
			continue
		}
		talks.Go(func() {
			defer func() { <-places }()
			hang := context.AfterFunc(ctx, func() { _ = conn.Close() })
			defer hang()
			err := talk(ctx, conn)
			l.Log().DebugContext(ctx, "caller gone", "caller", conn.RemoteAddr().String(), "error", err)
			_ = conn.Close()
		})
	}
}

// refuses takes a place for a caller, or says why it gets none.
func (e entrance) refuses(conn net.Conn, places chan struct{}) error {
	if !e.lets(conn.RemoteAddr()) {
		return fault.Forbidden.Say(lang.T("地址 %s 不在 allow 之列", "address %s is not among those of allow"), conn.RemoteAddr()).
			Do(lang.T("若是自己的装置,把地址加进 allow", "add it to allow if the device is yours"))
	}
	select {
	case places <- struct{}{}:
		return nil
	default:
		return fault.Conflict.Say(lang.T("已有 %d 个连接", "there are %d connections already"), e.most).
			Do(lang.T("检查是否有装置反复重连,或加大 max_connections", "see whether a device connects again and again, or raise max_connections"))
	}
}
