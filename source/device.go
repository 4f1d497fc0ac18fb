package source

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/quantity"
	"lingtan/site"
)

// Limits of every device unless its file says otherwise.
const (
	// MaxDevice is the longest device file read; 10,000 channels need a quarter.
	MaxDevice = 4 << 20
	// DefaultRate is how many readings a second a device may send. A mine of
	// 5,000 points sends as many by all its devices together.
	DefaultRate = 5000
	// DefaultFrame is the largest message of a device.
	DefaultFrame = 4 << 20
)

// Device is one thing that sends readings: a meter, a logger, a broker, a
// folder. Its file says which protocol it speaks and which of its channels is
// which point of the mine.
type Device struct {
	ID       string // of the file: gas-pump-1.toml
	Name     lang.Text
	Protocol string
	Zone     *time.Location // of instants that carry none
	MaxRate  int            // readings a second; a device that sends more is slowed down
	MaxFrame int            // bytes of one message; a longer one is refused
	Silent   time.Duration  // without a reading for so long it is told as silent; 0 never
	Channels []Channel
	SHA256   string // of the file

	driver Driver
	file   []byte         // its text, where a session is told it
	named  map[string]int // channels by their name
	taken  map[string]int // and by their point
}

// Channel is one of a device's values.
type Channel struct {
	Name    string // what the device calls it: a topic, a register, a factor's code
	Point   string // of the site
	Unit    quantity.Unit
	HasUnit bool // otherwise the device tells the point's own unit
	Scale   *big.Rat
	At      func(key string) fault.Place
}

// Driver speaks a protocol with one device.
type Driver interface {
	// Run delivers what the device says until the context ends, and returns
	// early only when the connection is lost: it is then run again, after a
	// pause that grows. It leaves nothing running behind.
	Run(ctx context.Context, l *Line) error
}

// Receiver is a Driver of a device that posts to the platform over HTTP.
type Receiver interface {
	Driver
	// Receive takes one post in. What it returns is told to the sender; it is
	// nil once everything of the post is durable.
	Receive(ctx context.Context, l *Line, p Post) error
}

// Post is what a device posted.
type Post struct {
	Body   []byte // as it came; a Receiver undoes its own compression within its limit
	Header func(name string) string
	Query  func(name string) string
}

// protocol is one file of this room: how its devices are described.
type protocol struct {
	title lang.Text
	// apart runs each device in a process of its own, for its library may bring
	// its process down.
	apart bool
	// read reads the protocol's own section and its keys of each channel. The
	// channels are the device's, in order, and may be given their names here.
	// own is nil where the file has no such section. Faults go to the sections.
	read func(d *Device, r *site.Reader, own *site.Section, channels []*site.Section) Driver
}

var protocols = map[string]protocol{} //nolint:gochecknoglobals // the registry, written once by init functions

// register adds a protocol; a duplicate is a mistake in the program.
func register(name string, p protocol) {
	if _, twice := protocols[name]; twice {
		panic("source: protocol registered twice: " + name)
	}
	protocols[name] = p
}

// Protocols lists what a device may speak.
func Protocols() []string { return slices.Sorted(maps.Keys(protocols)) }

var devicePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// ReadDevice reads a device's file and tells every fault of it at once. The id
// is the file's name without .toml.
func ReadDevice(id string, data []byte) (*Device, error) {
	file := id + ".toml"
	if !devicePattern.MatchString(id) {
		return nil, fault.Invalid.Say(lang.T("设备编号 %.70q 不合格", "device id %.70q is not one"), id).
			Do(lang.T("文件名用小写字母、数字和 . _ -,至多 64 个,以 .toml 结尾", "name the file with small letters, digits and . _ -, at most 64, and .toml")).
			At(fault.Place{File: file})
	}
	if len(data) > MaxDevice {
		return nil, fault.Invalid.Say(lang.T("设备文件 %d 字节,上限 %d", "device file of %d bytes, at most %d"), len(data), MaxDevice).At(fault.Place{File: file})
	}
	doc, err := site.Open(file, data)
	if err != nil {
		return nil, err
	}
	d := &Device{ID: id, SHA256: doc.SHA256, named: map[string]int{}, taken: map[string]int{}}
	r := doc.Read()
	d.head(r)
	p, known := protocols[d.Protocol]
	r.Unknown("device", "channel", d.Protocol)
	if known {
		d.channels(doc, r, p)
	}
	if p.apart {
		d.file = data
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Device) head(r *site.Reader) {
	s := r.Table("device")
	if s == nil {
		return
	}
	defer s.Close()
	s.Need("protocol")
	d.Name, d.Protocol = s.Name("name"), s.Choice("protocol", Protocols()...)
	d.Zone = readZone(s)
	r.Zone = d.Zone
	d.MaxRate = int(orDefault(s, "max_rate", 1, 1_000_000, DefaultRate))
	d.MaxFrame = int(orDefault(s, "max_frame", 64, 64<<20, DefaultFrame))
	d.Silent = s.Duration("silent")
}

// orDefault reads a whole number between bounds; the key may be left out.
func orDefault(s *site.Section, key string, low, high, otherwise int64) int64 {
	if !s.Has(key) {
		return otherwise
	}
	return s.Int(key, low, high)
}

func (d *Device) channels(doc *site.Document, r *site.Reader, p protocol) {
	var own *site.Section
	if present(doc, d.Protocol) {
		own = r.Table(d.Protocol)
	}
	sections := r.Tables("channel")
	for _, s := range sections {
		c := Channel{Name: s.Text("name"), Point: s.Text("point"), Scale: readScale(s), At: s.Place}
		c.Unit, c.HasUnit = s.Unit("unit")
		s.Need("point")
		d.Channels = append(d.Channels, c)
	}
	d.driver = p.read(d, r, own, sections)
	if own != nil {
		own.Close()
	}
	for i, s := range sections {
		s.Close()
		d.name(i, s)
	}
}

// name keeps a channel's name, which must be its alone, as must its point.
func (d *Device) name(i int, s *site.Section) {
	c := d.Channels[i]
	if c.Name == "" {
		s.Need("name")
		return
	}
	if _, twice := d.named[c.Name]; twice {
		s.Fail("name", fault.Invalid.Say(lang.T("通道 %q 写了两次", "channel %q is written twice"), c.Name).
			Do(lang.T("每个通道只写一次", "write each channel once")))
	}
	d.named[c.Name] = i
	if other, twice := d.taken[c.Point]; twice && c.Point != "" {
		s.Fail("point", fault.Invalid.Say(lang.T("测点 %s 已由通道 %q 给出", "point %s is given by channel %q already"), c.Point, d.Channels[other].Name).
			Do(lang.T("每个测点只写一个通道", "give each point one channel")))
	}
	d.taken[c.Point] = i
}

// Channel finds a channel by the device's name of it.
func (d *Device) Channel(name string) (Channel, bool) {
	i, ok := d.named[name]
	if !ok {
		return Channel{}, false
	}
	return d.Channels[i], true
}

// Convert gives what turns the channel's numbers into the point's.
func (c Channel) Convert(p Point) (func(float64) float64, error) {
	unit := p.Unit
	if c.HasUnit {
		unit = c.Unit
	}
	by, err := ratioOf(unit, c.Scale, p.Unit)
	if err != nil {
		return nil, fault.At(err, c.At("unit"))
	}
	return by.apply, nil
}

// Receiver gives the driver where it takes posts.
func (d *Device) Receiver() (Receiver, bool) {
	r, ok := d.driver.(Receiver)
	return r, ok
}

// String names the device in logs.
func (d *Device) String() string { return fmt.Sprintf("%s (%s)", d.ID, strings.ToLower(d.Protocol)) }
