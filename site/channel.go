package site

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Channel is a way by which people are told of alarms. Its secrets stand in the
// program's configuration, never here: a site file is read by many.
type Channel struct {
	ID        string
	Name      lang.Text
	Kind      string   // "webhook" or "email"
	URL       string   // of a webhook; "" where the configuration has it
	To        []string // addresses of an e-mail
	Lang      lang.Tag
	PerMinute int // alarms told one by one; what is more waits for a digest
	At        fault.Place
}

// channelPace is how many alarms a minute a channel tells unless it says
// otherwise: more than a person can read.
const channelPace = 10

func (s *Site) readChannels(r *Reader) {
	taken := map[string]int{}
	for i, t := range r.Tables("channel") {
		t.Need("id", "kind")
		c := Channel{
			ID: t.ident(), Name: t.Name("name"), Kind: t.Choice("kind", "webhook", "email"), URL: t.Text("url"), To: t.Texts("to"),
			Lang: lang.Tag(t.Choice("lang", string(lang.ZH), string(lang.EN))), PerMinute: cmp.Or(int(t.Int("per_minute", 1, 600)), channelPace),
			At: t.Place(""),
		}
		t.checkChannel(&c)
		t.register(c.ID, i, taken)
		s.Channels = append(s.Channels, c)
		t.Close()
	}
}

func (s *Section) checkChannel(c *Channel) {
	if c.Kind == "email" {
		s.Need("to")
		for _, to := range c.To {
			if name, domain, ok := strings.Cut(to, "@"); !ok || name == "" || domain == "" || strings.ContainsAny(to, " \t\r\n<>,;\"") {
				s.Wrong("to", lang.T("邮箱地址,如 duty@example.com", "an address such as duty@example.com"))
				break
			}
		}
		s.needless("url", c.Kind)
		return
	}
	s.needless("to", c.Kind)
	if s.Has("url") {
		s.checkURL(c.URL)
	}
}

// needless faults a key that the kind of thing has no use for.
func (s *Section) needless(key, kind string) {
	if s.Has(key) {
		s.Fail(key, fault.Invalid.Say(lang.T("%s 用不上 %s", "%s has no use for %s"), kind, key).
			Do(lang.T("删去该项,或改正 kind", "remove it, or mend the kind")))
	}
}

// checkURL refuses an address that is none, and one that carries a secret.
func (s *Section) checkURL(text string) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		s.Wrong("url", lang.T("https:// 或 http:// 开头的网址", "an address that begins with https:// or http://"))
		return
	}
	secret := u.User != nil
	for key := range u.Query() {
		secret = secret || slices.Contains([]string{"access_token", "key", "secret", "sign", "token"}, strings.ToLower(key))
	}
	if secret {
		s.Fail("url", fault.Invalid.Say(lang.T("网址里带有密码,矿点文件不存密码", "the address carries a secret, and a site file keeps none")).
			Do(lang.T("删去 url,把整个网址写进程序配置中该通道的一项", "remove url and write the whole address in the program's configuration, under this channel's id")))
	}
}

// Channel gives a channel.
func (s *Site) Channel(id string) (Channel, bool) {
	i := slices.IndexFunc(s.Channels, func(c Channel) bool { return c.ID == id })
	if i < 0 {
		return Channel{}, false
	}
	return s.Channels[i], true
}

// channelsOf reads the ids of channels.
func (s *Site) channelsOf(t *Section, key string) []string {
	var known []string
	for _, c := range s.Channels {
		known = append(known, c.ID)
	}
	ids := t.ids(key)
	for _, id := range ids {
		t.refer(key, id, lang.T("通道", "channel"), slices.Contains(known, id), known)
	}
	return ids
}

func (s *Site) escalations(t *Section) []Escalation {
	var out []Escalation
	last := time.Duration(0)
	for _, e := range t.Tables("escalate") {
		e.Need("after", "to")
		step := Escalation{After: e.Duration("after"), To: s.channelsOf(e, "to")}
		if step.After > 0 && step.After <= last {
			e.Wrong("after", lang.T("比前一级更长的时长", "longer than the step before"))
		}
		last = step.After
		out = append(out, step)
		e.Close()
	}
	return out
}

// pointsOf reads the measured points a rule watches.
func (s *Site) pointsOf(t *Section) []Point {
	var out []Point
	for _, id := range t.ids("point") {
		p, ok := s.Point(id)
		t.refer("point", id, lang.T("点", "point"), ok, keys(s.points))
		if ok {
			out = append(out, p)
		}
	}
	return out
}

// gasesOf reads the gas points a rule watches.
func (s *Site) gasesOf(t *Section, key string) []Gas {
	var out []Gas
	for _, id := range t.ids(key) {
		g, ok := s.Gas(id)
		t.refer(key, id, lang.T("气体点", "gas point"), ok, keys(s.gases))
		if ok {
			out = append(out, g)
		}
	}
	return out
}

// ids reads one id or a list of them, each once.
func (s *Section) ids(key string) []string {
	if !s.Has(key) {
		return nil
	}
	ids := s.Texts(key)
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] || !identPattern.MatchString(id) {
			s.Wrong(key, lang.T("不重复的编号", "ids, each once"))
			return nil
		}
		seen[id] = true
	}
	return ids
}

// oneOf faults a section that has none of two keys, or both.
func (s *Section) oneOf(a, b string) {
	if hasA, hasB := s.Has(a), s.Has(b); hasA == hasB {
		s.Fail("", fault.Invalid.Say(lang.T("%s 与 %s 须写且只写一个", "one of %s and %s is needed, and not both"), a, b).
			Do(lang.T("删去一个,或补上一个,见 docs/formats.md", "remove one, or add one, see docs/formats.md")))
	}
}

// refer faults an id that names nothing, with the one that was probably meant.
func (s *Section) refer(key, id string, what lang.Text, has bool, among []string) {
	if has {
		return
	}
	f := fault.Invalid.Say(lang.T("%s %q 不存在", "there is no %s %q"), what, id)
	for _, k := range among {
		if near(k, id) {
			s.Fail(key, f.Do(lang.T("是否指 %s?", "did you mean %s?"), k))
			return
		}
	}
	s.Fail(key, f.Do(lang.T("先定义它,或改正拼写", "define it, or mend the spelling")))
}

func keys(index map[string]int) []string { return slices.Sorted(maps.Keys(index)) }
