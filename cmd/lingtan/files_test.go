package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lingtan/fault"
	"lingtan/lang"
)

// TestFullDisk: a file that could not be written whole is not there at all, the
// one before it stays, and the message says what to do.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "report.xlsx")
	if err := os.WriteFile(path, []byte("the one before"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := create(path, func(f *os.File) error {
		if _, err := f.WriteString("half a"); err != nil {
			return err
		}
		return &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	})
	for tag, want := range map[lang.Tag]string{
		lang.ZH: "磁盘已满," + path + " 未写成。腾出空间再试;没有留下半个文件",
		lang.EN: "the disk is full, " + path + " was not written; make room and try again; no half file was left",
	} {
		if got := fault.Tell(err, tag); got != want {
			t.Errorf("a full disk is told as %q, want %q", got, want)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "report.xlsx" {
		t.Errorf("the folder holds %v, %v, want report.xlsx alone", left, err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "the one before" {
		t.Errorf("report.xlsx holds %q, %v", data, err)
	}
}

// TestUnwritable: why a file is not written is told in both languages.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	for err, want := range map[error][2]string{
		syscall.EACCES:  {"没有权限", "no permission"},
		syscall.ENOTDIR: {"不是文件夹", "it is not a folder"},
		syscall.EISDIR:  {"是文件夹", "it is a folder"},
		syscall.ENOENT:  {"没有这个文件夹", "there is no such folder"},
		syscall.EROFS:   {syscall.EROFS.Error(), syscall.EROFS.Error()},
	} {
		told := unwritable("a.zip", &os.PathError{Op: "open", Path: "a.zip", Err: err})
		for i, tag := range []lang.Tag{lang.ZH, lang.EN} {
			if got := fault.Tell(told, tag); !strings.Contains(got, want[i]) || !strings.Contains(got, "a.zip") {
				t.Errorf("%v is told as %q, want %q", err, got, want[i])
			}
		}
	}
}
