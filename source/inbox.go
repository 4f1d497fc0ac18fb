package source

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

const (
	// maxArrivals is how many files one look takes; a backlog of days is taken
	// in turns.
	maxArrivals = 20_000
	// depthArrivals is how deep a folder is looked into: systems that drop files
	// make a folder for each day, or for each kind and day.
	depthArrivals = 3
)

// inbox is a folder that other programs drop files into. Files that were read
// are moved away or deleted; those that cannot be are moved to a folder of
// their own, with the reasons beside them.
type inbox struct {
	folder, done, failed string
	remove               bool // instead of moving to done
	zone                 *time.Location
}

// arrival is a file that was dropped.
type arrival struct {
	path, name string
	stamp      stamp
}

// readInbox reads folder, after, done and failed.
func readInbox(s *site.Section, zone *time.Location) inbox {
	s.Need("folder")
	b := inbox{folder: s.Text("folder"), done: s.Text("done"), failed: s.Text("failed"), zone: zone}
	if b.folder != "" {
		b.folder = filepath.Clean(b.folder)
	}
	b.remove = s.Choice("after", "move", "delete") == "delete"
	for key, path := range map[string]*string{"done": &b.done, "failed": &b.failed} {
		if *path == "" {
			*path = filepath.Join(b.folder, key)
		}
		*path = filepath.Clean(*path)
	}
	for key, path := range map[string]string{"folder": b.folder, "done": b.done, "failed": b.failed} {
		if s.Has(key) && !filepath.IsAbs(path) {
			s.Wrong(key, lang.T("完整路径,如 \"/srv/ftp/kj\"", `a whole path, such as "/srv/ftp/kj"`))
		}
	}
	return b
}

// list gives the files that lie in the folder, hidden ones and those still
// under the name of a transfer left out.
func (b *inbox) list() (out []arrival, err error) {
	err = filepath.WalkDir(b.folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == b.folder:
			return err
		case err != nil:
			return nil //nolint:nilerr // went away meanwhile
		case len(out) >= maxArrivals:
			return fs.SkipAll
		case d.IsDir() && path != b.folder:
			depth := strings.Count(strings.TrimPrefix(path, b.folder), string(filepath.Separator))
			if path == b.done || path == b.failed || depth > depthArrivals || strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || inTransfer(d.Name()):
			return nil
		}
		info, err := d.Info()
		if err == nil {
			out = append(out, arrival{path, d.Name(), stamp{info.Size(), info.ModTime()}})
		}
		return nil
	})
	if err != nil {
		return nil, fault.NotFound.Say(lang.T("文件夹不可读:%v", "the folder cannot be read: %v"), err).
			Do(lang.T("检查路径、挂载与权限", "check its path, the mount and the permissions"))
	}
	return out, nil
}

// inTransfer tells the names that transfers and editors give to what is not
// finished.
func inTransfer(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".part", ".tmp", ".filepart", ".crdownload", ".partial", ".swp":
		return true
	}
	return false
}

// finish takes a file that was read out of the folder.
func (b *inbox) finish(a arrival, now time.Time) error {
	if b.remove {
		return gone(a.path, os.Remove(a.path))
	}
	return b.move(a.path, filepath.Join(b.done, now.In(b.zone).Format(time.DateOnly), a.name))
}

// refuse takes a file that cannot be read out of the folder, with the reasons
// beside it.
func (b *inbox) refuse(a arrival, why error) error {
	path := filepath.Join(b.failed, a.name)
	if err := b.move(a.path, path); err != nil {
		return err
	}
	text := fault.Tell(why, lang.ZH) + "\n\n" + fault.Tell(why, lang.EN) + "\n"
	return os.WriteFile(path+".errors.txt", []byte(text), 0o600)
}

// move gives a file its place, and another name where one of that name lies
// there with another content.
func (b *inbox) move(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return gone(from, err)
	}
	for i := 1; ; i++ {
		_, err := os.Lstat(to)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return gone(from, os.Rename(from, to))
		case err != nil:
			return gone(from, err)
		case alike(from, to):
			return gone(from, os.Remove(from))
		}
		ext := filepath.Ext(to)
		to = fmt.Sprintf("%s~%d%s", strings.TrimSuffix(to, ext), i, ext)
	}
}

// alike tells whether two files have the same content.
func alike(a, b string) bool {
	x, err := os.ReadFile(a)
	if err != nil {
		return false
	}
	y, err := os.ReadFile(b)
	return err == nil && bytes.Equal(x, y)
}

// gone makes a fault of a file that cannot be taken away. One that somebody
// else took meanwhile is where it should be.
func gone(path string, err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fault.Conflict.Say(lang.T("不能移走 %s:%v", "cannot take %s away: %v"), path, err).
		Do(lang.T("平台的用户须能写该文件夹;done 与它在同一磁盘", "the platform's user must be able to write the folder, and done must be on the same disk"))
}

// oldestFirst orders files by a key, then by name.
func oldestFirst(files []arrival, key func(arrival) int64) {
	slices.SortFunc(files, func(a, b arrival) int { return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(a.path, b.path)) })
}
