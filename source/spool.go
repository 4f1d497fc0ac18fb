package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// The measures of a spool unless its options say otherwise.
const (
	// DefaultSpoolLimit keeps 5,000 points at 1 Hz for a day, or 600 points at a
	// value a minute for more than a year: a reading takes some 15 bytes.
	DefaultSpoolLimit = 8 << 30
	// DefaultSpoolSegment is how much is freed at once.
	DefaultSpoolSegment = 16 << 20
)

// Spool is where a gateway keeps readings until the platform has them. It is
// the [Sink] and the [Marks] of the gateway's devices: what it accepted
// survives a power cut. A [Collector] stands in front, so that many devices
// share one wait for the disk.
//
// A full spool lets its senders wait; it drops nothing. What the marks say is
// repeated at the head of every segment, so that a segment goes as soon as its
// readings are sent.
type Spool struct {
	options SpoolOptions
	turn    chan struct{} // held by whoever writes
	grown   chan struct{} // told of every batch

	mu       sync.Mutex
	segments []*segment // oldest first; the last is written
	active   *os.File   // of the last; nil where it is sealed
	marks    map[string]reading.Mark
	sent     spoolPlace
	freed    chan struct{} // closed and made anew when a segment goes
	closed   bool
	health   SpoolHealth
}

// SpoolOptions are where and how a spool keeps readings.
type SpoolOptions struct {
	Dir     string
	Limit   int64 // bytes; 0 is DefaultSpoolLimit
	Segment int64 // bytes of one file; 0 is DefaultSpoolSegment, or a quarter of the limit
	// Name tells the point of a series and the unit its readings are in, or the
	// name and no unit of a channel that is no point yet: other machines have
	// other numbers.
	Name func(id reading.ID) (point, unit string, known bool)
	Now  func() time.Time
}

// SpoolHealth is how a spool and the way to the platform are doing.
type SpoolHealth struct {
	Pending  int64     `json:"pending" doc:"尚未送出的读数 | readings not sent yet"`
	Bytes    int64     `json:"bytes"`
	Limit    int64     `json:"limit"`
	Segments int       `json:"segments"`
	Full     bool      `json:"full" doc:"已满:装置在等待,不丢数据 | full: the devices wait, nothing is dropped"`
	Oldest   time.Time `json:"oldest,omitzero" doc:"最早一条未送读数的到达时间 | arrival of the oldest reading not sent"`
	Sent     int64     `json:"sent" doc:"启动以来送出的读数 | readings sent since the start"`
	LastSent time.Time `json:"last_sent,omitzero"`
	SetAside int64     `json:"set_aside" doc:"平台拒收而另存的读数 | readings the platform refused, kept apart"`
	Damaged  int64     `json:"damaged" doc:"损坏的段文件 | segments found damaged"`
	Fault    error     `json:"-"` // why nothing is sent, or stored
}

var (
	_ Sink  = (*Spool)(nil)
	_ Marks = (*Spool)(nil)
)

var errSpoolClosed = errors.New("the spool is closed")

// OpenSpool opens a spool, and cuts off what a power cut left half written:
// nobody was told that it was kept.
func OpenSpool(o SpoolOptions) (*Spool, error) {
	if o.Limit <= 0 {
		o.Limit = DefaultSpoolLimit
	}
	if o.Segment <= 0 {
		o.Segment = min(DefaultSpoolSegment, o.Limit/4)
	}
	s := &Spool{
		options: o, turn: make(chan struct{}, 1), grown: make(chan struct{}, 1), freed: make(chan struct{}), marks: map[string]reading.Mark{},
	}
	s.health.Limit = o.Limit
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the spool: %w", err)
	}
	if err := s.recover(); err != nil {
		return nil, fmt.Errorf("open the spool %s: %w", o.Dir, err)
	}
	return s, nil
}

// Accept stores a batch and returns when it is durable. Where the spool is full
// it waits for room.
func (s *Spool) Accept(ctx context.Context, b reading.Batch) (reading.Receipt, error) {
	for i := range b.Readings {
		if b.Readings[i].Recv == 0 {
			b.Readings[i].Recv = s.options.Now().UnixMilli()
		}
	}
	record, err := encodeSpooled(b, s.options.Name)
	if err != nil {
		return reading.Receipt{}, err
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return reading.Receipt{}, context.Cause(ctx)
	}
	defer func() { <-s.turn }()
	if err := s.room(ctx, int64(len(record))); err != nil {
		return reading.Receipt{}, err
	}
	if err := s.write(record, b); err != nil {
		return reading.Receipt{}, err
	}
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return reading.ReceiptOf(b.Readings), nil
}

// room waits until a record fits. Without a sealed segment there is nothing to
// wait for: one that is larger than the limit is still taken.
func (s *Spool) room(ctx context.Context, size int64) error {
	for {
		s.mu.Lock()
		closed, freed := s.closed, s.freed
		s.health.Full = s.bytes()+size > s.options.Limit && len(s.segments) > 1
		full := s.health.Full
		s.mu.Unlock()
		switch {
		case closed:
			return errSpoolClosed
		case !full:
			return nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// bytes is how much the segments hold.
func (s *Spool) bytes() (n int64) {
	for _, g := range s.segments {
		n += g.end
	}
	return n
}

// write appends a record and waits for the disk.
func (s *Spool) write(record []byte, b reading.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errSpoolClosed
	}
	if s.active == nil || s.last().end+int64(len(record)) > s.options.Segment && s.last().end > s.last().head {
		if err := s.rotate(); err != nil {
			return s.stuck(err)
		}
	}
	if err := s.append(record); err != nil {
		return s.stuck(err)
	}
	for _, m := range b.Marks {
		s.marks[m.Key] = m
	}
	s.last().readings += int64(len(b.Readings))
	s.health.Pending += int64(len(b.Readings))
	return nil
}

// stuck tells a disk that takes no more.
func (s *Spool) stuck(err error) error {
	s.health.Fault = fault.Internal.Say(lang.T("读数不能写入磁盘:%v", "readings cannot be written to disk: %v"), err).
		Do(lang.T("腾出空间或换盘;装置没有得到确认,会重发", "free space or change the disk; the devices were told nothing and send again"))
	return s.health.Fault
}

// Mark gives the last mark written under a key.
func (s *Spool) Mark(_ context.Context, key string) (reading.Mark, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.marks[key]
	return m, ok, nil
}

// Health tells how the spool is doing.
func (s *Spool) Health() SpoolHealth {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.health
	h.Bytes, h.Segments = s.bytes(), len(s.segments)
	return h
}

// Close ends the writing. Who waits for room is sent away.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.freed)
	if s.active == nil {
		return nil
	}
	return s.active.Close()
}

// snapshot is a batch of all marks, for the head of a segment.
func (s *Spool) snapshot() reading.Batch {
	var b reading.Batch
	for _, m := range s.marks {
		b.Marks = append(b.Marks, m)
	}
	return b
}
