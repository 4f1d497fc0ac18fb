package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"lingtan/fault"
	"lingtan/lang"
)

// unwritable tells why a file could not be written.
func unwritable(path string, err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fault.Invalid.Say(lang.T("磁盘已满,%s 未写成", "the disk is full, %s was not written"), path).
			Do(lang.T("腾出空间再试;没有留下半个文件", "make room and try again; no half file was left"))
	}
	return fault.Invalid.Say(lang.T("写不了 %s:%s", "cannot write %s: %s"), path, err.Error()).
		Do(lang.T("核对路径与权限", "check the path and its permissions"))
}

// create makes a file that appears under its name only when it is complete.
func create(path string, write func(f *os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".lingtan-*")
	if err != nil {
		return unwritable(path, err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone when all went well
	if err := write(f); err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			err = unwritable(path, err)
		}
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close(), os.Chmod(f.Name(), 0o644), os.Rename(f.Name(), path)); err != nil { //nolint:gosec // a report is for others to read
		return unwritable(path, err)
	}
	return nil
}
