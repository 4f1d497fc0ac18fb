package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"lingtan/api"
	"lingtan/backup"
	"lingtan/bundle"
	"lingtan/fault"
	"lingtan/lang"
)

// backUpFrom fetches a backup of a platform that runs.
func (c *cli) backUpFrom(ctx context.Context, f backing, ask api.BackupAsk, at string) (m backup.Manifest, err error) {
	if !isFolder(at) {
		err = create(at, func(out *os.File) error {
			m, err = c.fetch(ctx, f, ask, out)
			return err
		})
		return m, err
	}
	to, err := newTree(at)
	if err != nil {
		return m, err
	}
	half, err := os.CreateTemp(filepath.Dir(filepath.Clean(at)), ".lingtan-*")
	if err != nil {
		return m, unwritable(at, err)
	}
	defer os.Remove(half.Name())
	defer half.Close()
	if m, err = c.fetch(ctx, f, ask, half); err != nil {
		return m, err
	}
	files, closing, err := openBackup(half.Name())
	if err != nil {
		return m, err
	}
	return m, errors.Join(spread(ctx, files, m, to), closing(), to.sync())
}

// spread writes an archive's files into a folder.
func spread(ctx context.Context, files fs.FS, m backup.Manifest, to *tree) error {
	names := []string{backup.ManifestFile}
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		in, err := files.Open(name)
		if err != nil {
			return err
		}
		out, err := to.Create(name, false)
		if err == nil {
			_, err = io.Copy(out, in)
			err = errors.Join(err, out.Close())
		}
		if err = errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
	}
	return nil
}

// fetch asks a server for a backup and checks that it came whole.
func (c *cli) fetch(ctx context.Context, f backing, ask api.BackupAsk, out *os.File) (m backup.Manifest, err error) {
	token, err := c.credentials(f.token)
	if err != nil {
		return m, err
	}
	body, err := asked(ask)
	if err != nil {
		return m, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(f.server, "/")+"/api/v1/backup", body)
	if err != nil {
		return m, fault.Invalid.Say(lang.T("--server 读到 %q", "--server read %q"), f.server).Do(lang.T("如 http://127.0.0.1:8080", "such as http://127.0.0.1:8080"))
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", string(c.tag))
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return m, fault.Conflict.Say(lang.T("连不上 %s:%s", "cannot reach %s: %s"), f.server, err.Error()).Do(lang.T("看平台是否在运行", "see that the platform runs"))
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		return m, refusal(w)
	}
	p := c.progress()
	n, err := io.Copy(out, &counting{in: w.Body, tell: func(n int64) { p.tell(lang.T("已收 %d MB", "%d MB received"), n>>20) }})
	if err != nil {
		return m, fault.Conflict.Say(lang.T("收了 %d 字节后中断:%s", "cut off after %d bytes: %s"), n, err.Error()).Do(lang.T("重做一次;服务端日志里有原因", "do it again; the server's log says why"))
	}
	if err := bundle.CheckSeal(out, n); err != nil {
		return m, err
	}
	files, closing, err := openBackup(out.Name())
	if err != nil {
		return m, err
	}
	m, err = manifestOf(files, f.server)
	return m, errors.Join(err, closing())
}

// refusal tells a server's problem as it told it.
func refusal(w *http.Response) error {
	var problem struct{ Detail, Title string }
	const most = 64 << 10
	if err := json.NewDecoder(io.LimitReader(w.Body, most)).Decode(&problem); err != nil {
		return fault.Conflict.Say(lang.T("服务端回答 %s", "the server answers %s"), w.Status)
	}
	if w.StatusCode == http.StatusUnauthorized || w.StatusCode == http.StatusForbidden {
		return fault.Forbidden.Say(lang.T("服务端拒绝:%s", "the server refuses: %s"), problem.Detail)
	}
	return fault.Conflict.Say(lang.T("服务端:%s", "the server: %s"), problem.Detail)
}

// counting tells how much was read.
type counting struct {
	in   io.Reader
	n    int64
	tell func(int64)
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	c.tell(c.n)
	return n, err
}
