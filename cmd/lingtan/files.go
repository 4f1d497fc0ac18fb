package main

import (
	"errors"
	"io/fs"
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
	return fault.Invalid.Say(lang.T("写不了 %s:%s", "cannot write %s: %s"), path, reason(err)).
		Do(lang.T("核对路径与权限", "check the path and its permissions"))
}

// unreadable tells why a file could not be read.
func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fault.NotFound.Say(lang.T("没有文件 %s", "there is no file %s"), path).Do(lang.T("核对路径", "check the path"))
	}
	return fault.Invalid.Say(lang.T("读不了 %s:%s", "cannot read %s: %s"), path, reason(err)).
		Do(lang.T("核对路径与权限", "check the path and its permissions"))
}

// reason says in both languages what the system says in one.
func reason(err error) lang.Text {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return lang.T("没有权限", "no permission")
	case errors.Is(err, syscall.EISDIR):
		return lang.T("是文件夹", "it is a folder")
	case errors.Is(err, syscall.ENOTDIR):
		return lang.T("不是文件夹", "it is not a folder")
	case errors.Is(err, fs.ErrNotExist):
		return lang.T("没有这个文件夹", "there is no such folder")
	}
	return lang.Same(err.Error())
}

// create makes a file that appears under its name only when it is complete.
func create(path string, write func(f *os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".lingtan-*")
	if err != nil {
		return unwritable(path, err)
	}
	defer os.Remove(f.Name())
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
