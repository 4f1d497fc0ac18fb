package source

import (
	"bufio"
	"errors"
	"io"
	"os"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// batch is a stretch of a segment on its way to the platform.
type spoolBatch struct {
	from, to spoolPlace // of one segment
	readings []spooledReading
}

// next reads what is to be sent: whole records of one segment, of about so many
// readings. It is empty where everything was sent.
func (s *Spool) next(most int) (b spoolBatch, err error) {
	for {
		at, end, found := s.unsent()
		if !found {
			return spoolBatch{}, nil
		}
		b, err = s.read(at, end, most)
		if errors.Is(err, errNotSpooled) || errors.Is(err, errTorn) {
			if err := s.skip(at); err != nil {
				return b, err
			}
			continue
		}
		if err != nil || len(b.readings) > 0 {
			return b, err
		}
		if err := s.pass(b.to, 0); err != nil { // marks alone
			return b, err
		}
	}
}

// unsent is where the first record that was not sent begins, and where the
// durable part of its segment ends. Segments that were sent are removed.
func (s *Spool) unsent() (at spoolPlace, end int64, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.segments) > 0 {
		g := s.segments[0]
		at = s.sent
		if at.Segment != g.number {
			at = spoolPlace{Segment: g.number, Offset: int64(len(segmentMagic))}
		}
		if at.Offset < g.end {
			return at, g.end, true
		}
		if len(s.segments) == 1 && s.active != nil {
			return at, 0, false
		}
		if err := os.Remove(s.path(g.number)); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.health.Fault = err
			return at, 0, false
		}
		s.drop()
	}
	return at, 0, false
}

// drop forgets the oldest segment and tells who waits for room.
func (s *Spool) drop() {
	s.segments = s.segments[1:]
	if !s.closed {
		close(s.freed)
		s.freed = make(chan struct{})
	}
}

func (s *Spool) read(at spoolPlace, end int64, most int) (b spoolBatch, err error) {
	file, err := os.Open(s.path(at.Segment))
	if err != nil {
		return b, err
	}
	defer file.Close()
	b = spoolBatch{from: at, to: at}
	r := newRecords(bufio.NewReaderSize(io.NewSectionReader(file, at.Offset, end-at.Offset), 1<<20))
	r.head = true
	for b.to.Offset < end && len(b.readings) < most {
		size, readings, body, err := r.next()
		var of spooledBatch
		if err == nil {
			of, err = decodeSpooled(body, readings)
		}
		switch {
		case err != nil && b.to.Offset > at.Offset:
			return b, nil // what came before is sound
		case errors.Is(err, io.EOF):
			return b, errTorn // shorter than it was
		case err != nil:
			return b, err
		}
		b.readings = append(b.readings, of.readings...)
		b.to.Offset += size
	}
	return b, nil
}

// pass notes that everything before a place was sent.
func (s *Spool) pass(to spoolPlace, readings int) error {
	if err := s.writeSent(to); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = to
	if readings > 0 {
		s.health.Pending -= int64(readings)
		s.segments[0].readings -= int64(readings)
		s.health.Sent += int64(readings)
		s.health.LastSent = s.options.Now()
	}
	return nil
}

// skip goes on behind a segment that the disk has damaged. Its file is kept
// under another name for whoever can mend it.
func (s *Spool) skip(at spoolPlace) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.segments) == 1 {
		if err := s.rotate(); err != nil {
			return err
		}
	}
	path := s.path(at.Segment)
	if err := os.Rename(path, path+damagedTail); err != nil {
		return err
	}
	s.health.Damaged++
	s.health.Pending -= s.segments[0].readings
	s.health.Fault = fault.Internal.Say(lang.T("段文件 %s 自第 %d 字节起损坏", "segment %s is damaged from byte %d on"), path+damagedTail, at.Offset).
		Do(lang.T("换磁盘;文件已留存,可请人恢复", "change the disk; the file is kept and may be recovered"))
	s.drop()
	return nil
}

// oldest notes since when readings wait.
func (s *Spool) oldest(b spoolBatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.health.Oldest = time.Time{}
	if len(b.readings) > 0 {
		s.health.Oldest = time.UnixMilli(b.readings[0].Recv).UTC()
	}
}
