package series

import (
	"errors"
	"strings"
	"syscall"

	"lingtan/fault"
	"lingtan/lang"
)

// inUse tells that another process has the folder.
func inUse(dir string, err error) error {
	return fault.Conflict.Say(lang.T("数据目录 %s 正被另一个进程使用：%v", "the data folder %s is in use by another process: %v"), dir, err).
		Do(lang.T("请先停止那个进程，或为本进程指定另一个目录", "stop that process, or give this one another folder")).At(fault.Place{File: dir})
}

// unusable tells that the folder cannot be opened.
func unusable(dir string, err error) error {
	return fault.Invalid.Say(lang.T("数据目录 %s 无法使用：%v", "the data folder %s cannot be used: %v"), dir, err).
		Do(lang.T("请检查目录是否存在、可写", "check that it exists and can be written to")).At(fault.Place{File: dir})
}

// full says it plainly when the disk is full; other errors stay as they are.
func full(dir string, err error) error {
	if err == nil || !diskFull(err) {
		return err
	}
	return fault.Conflict.Say(lang.T("磁盘已满，未写入任何内容：%v", "the disk is full, nothing was written: %v"), err).
		Do(lang.T("请腾出 %s 所在磁盘的空间后重试", "make room on the disk of %s and try again"), dir).At(fault.Place{File: dir})
}

// diskFull knows the operating system's error, SQLite's SQLITE_FULL and
// DuckDB's text of it.
func diskFull(err error) bool {
	if errors.Is(err, syscall.ENOSPC) {
		return true
	}
	text := strings.ToLower(err.Error())
	for _, s := range []string{"no space left", "database or disk is full", "not enough space"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
