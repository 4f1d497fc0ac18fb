package main

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lingtan/backup"
	"lingtan/bundle"
	"lingtan/fault"
	"lingtan/lang"
)

// openBackup opens a backup in a folder or in one file.
func openBackup(at string) (fs.FS, func() error, error) {
	info, err := os.Stat(at)
	if err != nil {
		return nil, nil, unreadable(at, err)
	}
	if info.IsDir() {
		return os.DirFS(at), func() error { return nil }, nil
	}
	z, err := zip.OpenReader(at)
	if err != nil {
		return nil, nil, fault.Invalid.Say(lang.T("%s 不是备份,或末尾被截断:%s", "%s is no backup, or its end was cut off: %s"), at, err.Error()).
			Do(lang.T("核对路径,或用另一份备份", "check the path, or use another backup"))
	}
	return z, z.Close, nil
}

// sealOf checks the archive itself; nil for a folder.
func sealOf(at string) func() error {
	if isFolder(at) {
		return nil
	}
	return func() error {
		f, err := os.Open(at)
		if err != nil {
			return unreadable(at, err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return unreadable(at, err)
		}
		return bundle.CheckSeal(f, info.Size())
	}
}

// copyFiles brings what lies in the data folder as it lies in the backup.
func (r *restorer) copyFiles(ctx context.Context) error {
	if setting := r.cfg.text("evidence-store"); setting != "" {
		var err error
		if r.blobs, err = blobsAt(ctx, r.cfg, r.folder, r.cli.now); err != nil {
			return err
		}
	}
	for i, f := range r.m.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.p.tell(lang.T("恢复 %s(%d/%d)", "restoring %s (%d/%d)"), f.Name, i+1, len(r.m.Files))
		if err := r.copyFile(ctx, f); err != nil {
			return fmt.Errorf("restore %s: %w", f.Name, err)
		}
	}
	return nil
}

func (r *restorer) copyFile(ctx context.Context, f backup.File) error {
	dir, _, _ := strings.Cut(f.Name, "/")
	to := r.folder.path(filepath.FromSlash(f.Name))
	switch {
	case dir == "series" && strings.Contains(f.Name, "/image/"):
		to = r.folder.path(restoringFolder, filepath.FromSlash(f.Name))
	case dir == "evidence" && r.blobs != nil:
		in, err := r.files.Open(f.Name)
		if err != nil {
			return err
		}
		return errors.Join(r.blobs.Put(ctx, f.SHA256, in, f.Bytes), in.Close())
	case !slices.Contains([]string{"series", "evidence", "devices", "drivers", rejects}, dir):
		return nil
	}
	if there, err := hashed(to); err == nil && there == f.SHA256 {
		return nil // of the time before it was cut off
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return unwritable(to, err)
	}
	in, err := r.files.Open(f.Name)
	if err != nil {
		return err
	}
	defer in.Close()
	err = create(to, func(out *os.File) error {
		sum := sha256.New()
		if _, err := io.Copy(io.MultiWriter(out, sum), in); err != nil {
			return err
		}
		if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
			return fault.Conflict.Say(lang.T("备份里的 %s 与清单不符", "%s of the backup is not the manifest's"), f.Name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return os.Chmod(to, 0o600)
}

// hashed is the SHA-256 of a file.
func hashed(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), err
}
