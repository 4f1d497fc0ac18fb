package source

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// Refused keeps the messages that were not understood for a day, with the
// reason, so that whoever mends the device can see what it really said.
type Refused struct {
	Dir string

	mu      sync.Mutex
	file    *os.File
	hour    string
	written int64
}

const (
	keptFor     = 24 * time.Hour
	keptFrame   = 4 << 10  // bytes of one message
	keptAnHour  = 16 << 20 // bytes in all
	hourLayout  = "2006-01-02T15"
	refusedTail = ".jsonl"
)

// Refusal is one message that was not understood.
type Refusal struct {
	At       time.Time `json:"at"`
	Device   string    `json:"device"`
	Protocol string    `json:"protocol"`
	Why      lang.Text `json:"why"`
	Frame    []byte    `json:"frame" doc:"原始报文(base64) | the message as it came, base64"`
	Size     int       `json:"size" doc:"报文字节数,可能多于所存 | of the message, which may be more than is kept"`
}

// Keep notes a message. A disk that takes no more costs the note alone.
func (f *Refused) Keep(now time.Time, d *Device, frame []byte, why error) {
	row, err := json.Marshal(Refusal{
		At: now.UTC(), Device: d.ID, Protocol: d.Protocol, Frame: frame[:min(len(frame), keptFrame)], Size: len(frame),
		Why: lang.T(fault.Tell(why, lang.ZH), fault.Tell(why, lang.EN)),
	})
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if hour := now.UTC().Format(hourLayout); hour != f.hour {
		f.turn(now, hour)
	}
	if f.file == nil || f.written > keptAnHour {
		return
	}
	n, _ := f.file.Write(append(row, '\n'))
	f.written += int64(n)
}

// turn begins an hour's file and removes those of the day before.
func (f *Refused) turn(now time.Time, hour string) {
	f.hour, f.written = hour, 0
	if f.file != nil {
		_ = f.file.Close() // a note, not a reading
		f.file = nil
	}
	if os.MkdirAll(f.Dir, 0o700) != nil {
		return
	}
	for _, old := range f.hours() {
		if at, err := time.Parse(hourLayout, strings.TrimSuffix(old, refusedTail)); err != nil || now.Sub(at) > keptFor+time.Hour {
			_ = os.Remove(filepath.Join(f.Dir, old))
		}
	}
	file, err := os.OpenFile(filepath.Join(f.Dir, hour+refusedTail), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	f.file = file
	if info, err := file.Stat(); err == nil {
		f.written = info.Size()
	}
}

func (f *Refused) hours() []string {
	var out []string
	entries, _ := os.ReadDir(f.Dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), refusedTail) {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out
}

// List gives the last messages refused since an instant, newest first; "" asks
// for every device.
func (f *Refused) List(since time.Time, device string, limit int) ([]Refusal, error) {
	hours := f.hours()
	slices.Reverse(hours)
	var out []Refusal
	for _, hour := range hours {
		rows, err := readRefusals(filepath.Join(f.Dir, hour), since, device)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
		if len(out) >= limit {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b Refusal) int { return cmp.Compare(b.At.UnixNano(), a.At.UnixNano()) })
	return out[:min(len(out), limit)], nil
}

func readRefusals(path string, since time.Time, device string) ([]Refusal, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // removed meanwhile: its day is over
	}
	if err != nil {
		return nil, fmt.Errorf("refused messages: %w", err)
	}
	defer file.Close()
	var out []Refusal
	rows := bufio.NewScanner(file)
	rows.Buffer(nil, 4*keptFrame)
	for rows.Scan() {
		var r Refusal
		if json.Unmarshal(rows.Bytes(), &r) == nil && !r.At.Before(since) && (device == "" || device == r.Device) {
			out = append(out, r)
		}
	}
	return out, rows.Err()
}

// Close ends the writing.
func (f *Refused) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file, f.hour = nil, ""
	return err
}
