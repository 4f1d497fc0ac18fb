package source

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

const (
	segmentMagic = "ltspool1"
	segmentTail  = ".spool"
	damagedTail  = ".damaged"
	sentFile     = "sent.json"
)

// segment is one file of a spool. Its number is the ms since 1970 when it was
// begun, or one more than the last: no two spools of a gateway, one begun anew
// after the other was lost, number a post alike.
type segment struct {
	number   int64
	head     int64 // bytes of the magic and the marks
	end      int64 // bytes that are durable
	readings int64 // in them, and not sent yet
}

// spoolPlace is a place between two records.
type spoolPlace struct {
	Segment int64 `json:"segment"`
	Offset  int64 `json:"offset"`
}

func (s *Spool) path(number int64) string {
	return filepath.Join(s.options.Dir, fmt.Sprintf("%015d%s", number, segmentTail))
}

func (s *Spool) last() *segment { return s.segments[len(s.segments)-1] }

// rotate begins a segment with all marks at its head. The one before is sealed.
func (s *Spool) rotate() error {
	record, err := encodeSpooled(s.snapshot(), s.options.Name)
	if err != nil {
		return err
	}
	g := &segment{number: s.options.Now().UnixMilli()}
	g.number = max(g.number, s.sent.Segment+1)
	if len(s.segments) > 0 {
		g.number = max(g.number, s.last().number+1)
	}
	file, err := os.OpenFile(s.path(g.number), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // a number of ours in the spool's own folder
	if err != nil {
		return err
	}
	head := append([]byte(segmentMagic), record...)
	g.head, g.end = int64(len(head)), int64(len(head))
	_, err = file.Write(head)
	if err = errors.Join(err, file.Sync(), syncFolder(s.options.Dir)); err != nil {
		return errors.Join(err, file.Close(), os.Remove(file.Name())) //nolint:gosec // as above
	}
	if s.active != nil {
		_ = s.active.Close() // all of it is durable already
	}
	s.active = file
	s.segments = append(s.segments, g)
	return nil
}

// append makes a record durable. Where that fails the segment ends before it,
// for what a disk holds after a failed sync nobody knows.
func (s *Spool) append(record []byte) error {
	g := s.last()
	_, err := s.active.WriteAt(record, g.end)
	if err == nil {
		err = s.active.Sync()
	}
	if err != nil {
		err = errors.Join(err, s.active.Truncate(g.end), s.active.Close())
		s.active = nil
		return err
	}
	g.end += int64(len(record))
	return nil
}

// recover finds the segments, the end of the last, the marks, and how far they
// were sent.
func (s *Spool) recover() error {
	if err := s.readSent(); err != nil {
		return err
	}
	entries, err := os.ReadDir(s.options.Dir)
	if err != nil {
		return err
	}
	var numbers []int64
	for _, e := range entries {
		name, ours := strings.CutSuffix(e.Name(), segmentTail)
		if n, err := strconv.ParseInt(name, 10, 64); ours && err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n < s.sent.Segment { // sent, and the removal was cut off
			if err := os.Remove(s.path(n)); err != nil {
				return err
			}
			continue
		}
		if err := s.adopt(n, i == len(numbers)-1); err != nil {
			return fmt.Errorf("segment %d: %w", n, err)
		}
	}
	return nil
}

// adopt takes a segment of an earlier run in. Of the last one what a power cut
// left behind the last whole record is cut off.
func (s *Spool) adopt(number int64, last bool) error {
	g := &segment{number: number}
	file, err := os.OpenFile(s.path(number), os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	marks, err := g.survey(file, s.sent, last)
	if err == nil && g.end == 0 && last { // not even its head: it was being begun
		return errors.Join(file.Close(), os.Remove(file.Name()), syncFolder(s.options.Dir))
	}
	var info fs.FileInfo
	if err == nil {
		info, err = file.Stat()
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	for _, m := range marks {
		s.marks[m.Key] = m
	}
	s.segments = append(s.segments, g)
	s.health.Pending += g.readings
	if !last {
		g.end = info.Size() // what is wrong within is found and told when it is read
		return file.Close()
	}
	s.active = file
	if info.Size() > g.end {
		return errors.Join(file.Truncate(g.end), file.Sync())
	}
	return nil
}

// survey reads a segment up to its first record that is none, and the marks
// where they are asked for.
func (g *segment) survey(file io.Reader, sent spoolPlace, withMarks bool) (marks []reading.Mark, err error) {
	r := newRecords(bufio.NewReaderSize(file, 1<<20))
	for {
		size, readings, body, err := r.next()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errTorn), errors.Is(err, errNotSpooled):
			return marks, nil
		case err != nil:
			return nil, err
		}
		if g.end == 0 {
			g.end = int64(len(segmentMagic))
			g.head = g.end + size
		}
		if g.number > sent.Segment || g.end >= sent.Offset {
			g.readings += int64(readings)
		}
		g.end += size
		if !withMarks {
			continue
		}
		b, err := decodeSpooled(body, readings)
		if err != nil {
			return nil, err
		}
		marks = append(marks, b.marks...)
	}
}

// records reads a segment's records in order.
type records struct {
	in   io.Reader
	head bool // the magic is read
	buf  []byte
}

func newRecords(in io.Reader) *records { return &records{in: in} }

// next reads a record; io.EOF is a clean end.
func (r *records) next() (size int64, readings int, body []byte, err error) {
	if !r.head {
		magic := make([]byte, len(segmentMagic))
		if _, err := io.ReadFull(r.in, magic); err != nil {
			return 0, 0, nil, cutShort(err)
		}
		if string(magic) != segmentMagic {
			return 0, 0, nil, errNotSpooled
		}
		r.head = true
	}
	var head [headSpooled]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return 0, 0, nil, cutShort(err)
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n == 0 || n > maxSpooled {
		return 0, 0, nil, errNotSpooled
	}
	r.buf = append(r.buf[:0], head[:]...)
	r.buf = slices.Grow(r.buf, int(n))[:headSpooled+int(n)]
	if _, err := io.ReadFull(r.in, r.buf[headSpooled:]); err != nil {
		return 0, 0, nil, errors.Join(errTorn, cutShort(err))
	}
	return cutSpooled(r.buf)
}

// cutShort makes an end within a record a torn record.
func cutShort(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return err
}

func (s *Spool) readSent() error {
	b, err := os.ReadFile(filepath.Join(s.options.Dir, sentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &s.sent); err != nil {
		return fault.Invalid.Say(lang.T("%s 损坏:%v", "%s is damaged: %v"), sentFile, err).
			Do(lang.T("删除它:已送出的读数会再送一次,平台只计一次", "remove it: what was sent is sent again, and counts once"))
	}
	return nil
}

// writeSent notes durably how far the readings were sent.
func (s *Spool) writeSent(p spoolPlace) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	path := filepath.Join(s.options.Dir, sentFile)
	file, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return errors.Join(os.Rename(path+".part", path), syncFolder(s.options.Dir))
}
