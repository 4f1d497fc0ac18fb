package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"lingtan/fault"
	"lingtan/lang"
)

// folder is the data folder, held by one process at a time.
type folder struct {
	dir  string
	lock *os.File
}

// openFolder makes and locks the data folder. One into which a backup is being
// restored is refused: it is not whole.
func openFolder(dir string) (*folder, error) {
	f, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(f.path(restoringFile)); err == nil {
		return nil, errors.Join(fault.Conflict.Say(lang.T("数据文件夹 %s 里的恢复没有做完", "the restore into the data folder %s has not come to its end"), dir).
			Do(lang.T("再运行一次 lingtan restore,或清空文件夹", "run lingtan restore again, or empty the folder")), f.Close())
	}
	return f, nil
}

// lockFolder makes and locks the data folder. A second process is refused with
// the number of the first.
func lockFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fault.Invalid.Say(lang.T("建不了数据文件夹 %s:%s", "cannot make the data folder %s: %s"), dir, err.Error()).
			Do(lang.T("换一个 --data,或核对权限与空间", "choose another --data, or check permissions and space"))
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unreadable(filepath.Join(dir, "lock"), err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 64)) // only for the message
		return nil, errors.Join(inUse(dir, strings.TrimSpace(string(holder))), f.Close())
	}
	if err := errors.Join(f.Truncate(0), writeAt(f, fmt.Sprintln(os.Getpid()))); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", dir, err), f.Close())
	}
	return &folder{dir: dir, lock: f}, nil
}

func writeAt(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

func inUse(dir, pid string) error {
	return fault.Conflict.Say(lang.T("数据文件夹 %s 正被另一进程(%s)使用", "the data folder %s is in use by another process (%s)"), dir, pid).
		Do(lang.T("先停掉它,或用 HTTP 接口操作(备份用 backup --server),或换一个 --data", "stop it first, or use its HTTP interface (backup --server), or choose another --data"))
}

// path names a thing in the folder.
func (f *folder) path(parts ...string) string {
	return filepath.Join(append([]string{f.dir}, parts...)...)
}

// Close lets the folder go.
func (f *folder) Close() error { return f.lock.Close() }
