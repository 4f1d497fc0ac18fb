package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// lookEvery is how often the folder of devices is looked at.
const lookEvery = time.Second

// Devices keeps the devices of a mine at work: one for each file in a folder.
// A file that is put, changed or removed is followed within a second or two;
// one that is wrong is told and hinders no other.
type Devices struct {
	Folder string
	Mine   Mine
	// Adopted is told of every file that begins to count and, with an empty
	// text, of every one that was taken away, before anything is read by it.
	Adopted func(ctx context.Context, device string, file []byte) error

	mu    sync.Mutex
	works map[string]*work // by device
}

// work is a device under way.
type work struct {
	line *Line
	sum  stamp
	stop context.CancelFunc
	done chan struct{}
	flaw error // of the file: there is no line then
}

// stamp tells one state of a file from another without reading it.
type stamp struct {
	size int64
	at   time.Time
}

// Run follows the folder until the context ends, and stops all devices then.
func (d *Devices) Run(ctx context.Context) error {
	d.mu.Lock()
	d.works = map[string]*work{}
	d.mu.Unlock()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		if err := d.look(ctx); err != nil {
			d.Mine.Log.WarnContext(ctx, "cannot look into the folder of devices", "error", err)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			d.stopAll()
			return nil
		}
	}
}

func (d *Devices) look(ctx context.Context) error {
	files, err := d.files()
	if err != nil {
		return err
	}
	for id, old := range d.snapshot() {
		if now, there := files[id]; !there || now != old.sum {
			d.end(id, old)
			if !there {
				if err := d.adopt(ctx, id, nil); err != nil {
					d.Mine.Log.WarnContext(ctx, "cannot record that a device is gone", "device", id, "error", err)
				}
			}
		}
	}
	running := d.snapshot()
	for _, id := range slices.Sorted(maps.Keys(files)) {
		if _, there := running[id]; !there && ctx.Err() == nil {
			d.begin(ctx, id, files[id])
		}
	}
	return nil
}

func (d *Devices) files() (map[string]stamp, error) {
	entries, err := os.ReadDir(d.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string]stamp{}
	for _, e := range entries {
		id, isDevice := strings.CutSuffix(e.Name(), ".toml")
		if info, err := e.Info(); isDevice && err == nil && info.Mode().IsRegular() {
			out[id] = stamp{info.Size(), info.ModTime()}
		}
	}
	return out, nil
}

func (d *Devices) snapshot() map[string]*work {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.works)
}

// begin reads a device's file and sets its driver to work.
func (d *Devices) begin(ctx context.Context, id string, sum stamp) {
	w := &work{sum: sum, done: make(chan struct{}), stop: func() {}}
	w.line, w.flaw = d.open(ctx, id)
	if w.flaw != nil {
		d.Mine.Log.WarnContext(ctx, "device file not usable", "device", id, "error", w.flaw)
		close(w.done)
	} else {
		run, stop := context.WithCancel(ctx)
		w.stop = stop
		go func() {
			defer close(w.done)
			w.line.run(run)
		}()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.works[id] = w
}

func (d *Devices) open(ctx context.Context, id string) (*Line, error) {
	data, err := os.ReadFile(filepath.Join(d.Folder, id+".toml"))
	if err != nil {
		return nil, err
	}
	device, err := ReadDevice(id, data)
	if err != nil {
		return nil, err
	}
	line, err := newLine(device, &d.Mine)
	if err != nil {
		return nil, err
	}
	return line, d.adopt(ctx, id, data)
}

func (d *Devices) adopt(ctx context.Context, id string, data []byte) error {
	if d.Adopted == nil {
		return nil
	}
	if err := d.Adopted(ctx, id, data); err != nil {
		return fmt.Errorf("put device %s on record: %w", id, err)
	}
	return nil
}

func (d *Devices) end(id string, w *work) {
	w.stop()
	<-w.done
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.works, id)
}

func (d *Devices) stopAll() {
	all := d.snapshot()
	for _, w := range all {
		w.stop()
	}
	for id, w := range all {
		d.end(id, w)
	}
}

// Check reads a device's file and joins it to the mine, and keeps nothing.
func (d *Devices) Check(id string, file []byte) (*Device, error) {
	device, err := ReadDevice(id, file)
	if err != nil {
		return nil, err
	}
	_, err = newLine(device, &d.Mine)
	return device, err
}

// Put checks a device's file and puts it into the folder, where it is followed.
func (d *Devices) Put(id string, file []byte) error {
	if _, err := d.Check(id, file); err != nil {
		return err
	}
	if err := os.MkdirAll(d.Folder, 0o750); err != nil {
		return fmt.Errorf("put device %s: %w", id, err)
	}
	path := filepath.Join(d.Folder, id+".toml")
	part := path + ".part"
	if err := os.WriteFile(part, file, 0o600); err != nil {
		return fmt.Errorf("put device %s: %w", id, err)
	}
	return os.Rename(part, path)
}

// File gives a device's file as it stands in the folder.
func (d *Devices) File(id string) ([]byte, error) {
	if !devicePattern.MatchString(id) {
		return nil, noDevice(id)
	}
	data, err := os.ReadFile(filepath.Join(d.Folder, id+".toml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noDevice(id)
	}
	return data, err
}

// Remove takes a device's file out of the folder. Its readings stay.
func (d *Devices) Remove(id string) error {
	if _, err := d.File(id); err != nil {
		return err
	}
	return os.Remove(filepath.Join(d.Folder, id+".toml"))
}

func noDevice(id string) error {
	return fault.NotFound.Say(lang.T("没有设备 %.70q,或其文件有误", "there is no device %.70q, or its file is wrong"), id).
		Do(lang.T("把设备文件放进 devices 文件夹,见 docs/devices.md", "put its file into the folder of devices, see docs/devices.md"))
}

// Health tells how every device is doing, by its id.
func (d *Devices) Health() []Health {
	var out []Health
	for id, w := range d.snapshot() {
		if w.flaw != nil {
			out = append(out, Health{Device: id, State: Faulty, Since: w.sum.at, Fault: w.flaw})
			continue
		}
		out = append(out, w.line.Health())
	}
	slices.SortFunc(out, func(a, b Health) int { return cmp.Compare(a.Device, b.Device) })
	return out
}

// Unmapped lists the channels of all devices that are no point yet.
func (d *Devices) Unmapped() []Unmapped {
	var out []Unmapped
	for _, w := range d.snapshot() {
		if w.flaw == nil {
			out = append(out, w.line.Unmapped()...)
		}
	}
	slices.SortFunc(out, func(a, b Unmapped) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Channel, b.Channel))
	})
	return out
}

// Receive hands a post to the device it came from.
func (d *Devices) Receive(ctx context.Context, device string, p Post) error {
	w := d.snapshot()[device]
	if w == nil || w.flaw != nil {
		return noDevice(device)
	}
	r, ok := w.line.Device.Receiver()
	if !ok {
		return fault.Conflict.Say(lang.T("设备 %s 用 %s,不接受 HTTP 提交", "device %s speaks %s, which is not posted"), device, w.line.Device.Protocol).
			Do(lang.T("可提交的协议:push、lineprotocol、remotewrite", "devices that post speak push, lineprotocol or remotewrite"))
	}
	if len(p.Body) > w.line.Device.MaxFrame {
		return fault.Invalid.Say(lang.T("提交 %d 字节,上限 %d", "a post of %d bytes, at most %d"), len(p.Body), w.line.Device.MaxFrame).
			Do(lang.T("分批提交,或改设备文件的 max_frame", "send it in parts, or raise max_frame in its file"))
	}
	w.line.Heard(len(p.Body))
	if err := r.Receive(ctx, w.line, p); err != nil {
		return err
	}
	w.line.Up()
	return nil
}
