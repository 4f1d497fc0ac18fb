package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/access"
	"lingtan/api"
	"lingtan/backup"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// backing are the flags of a backup.
type backing struct {
	server, token, passphrase string
}

func (c *cli) backupCommand() *cobra.Command {
	var f backing
	cmd := &cobra.Command{
		Use: "backup FILE|FOLDER/", Args: c.args("FILE|FOLDER/"),
		Short: c.text(lang.T("备份整个平台:服务运行时经 --server,停着时直接读数据文件夹", "back everything up: through --server while the platform runs, straight from the data folder when it does not")),
		RunE: func(cmd *cobra.Command, args []string) error {
			passphrase, err := f.secret()
			if err != nil {
				return err
			}
			ask := api.BackupAsk{Passphrase: passphrase}
			var m backup.Manifest
			if f.server != "" {
				m, err = c.backUpFrom(cmd.Context(), f, ask, args[0])
			} else {
				err = c.with(cmd.Context(), func(a *app) error {
					ask.By = a.cfg.text("actor")
					m, err = c.backUp(cmd.Context(), a, ask, args[0])
					return err
				})
			}
			if err != nil {
				return err
			}
			return c.tellBackup(m, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.server, "server", "", c.text(lang.T("运行中的平台,如 http://127.0.0.1:8080", "the platform that runs, such as http://127.0.0.1:8080")))
	flags.StringVar(&f.token, "token-file", "", c.text(lang.T("管理员令牌所在的文件(缺省读环境变量 LINGTAN_TOKEN)", "file with an administrator's token; LINGTAN_TOKEN otherwise")))
	flags.StringVar(&f.passphrase, "passphrase-file", "", c.text(lang.T("密码所在的文件:用它加密密钥与配置一并备份", "file with a passphrase: keys and configuration are sealed with it and go along")))
	return cmd
}

func (c *cli) tellBackup(m backup.Manifest, at string) error {
	return c.print(m, func(p *printer) {
		p.line(lang.T("%s:%d 个文件,%d 字节,截至 %s", "%s: %d files, %d bytes, as of %s"), at, len(m.Files), m.Size(), m.Made.Format("2006-01-02T15:04:05Z"))
		for _, w := range m.Without {
			p.line(lang.T("未包含:%s", "without: %s"), w)
		}
	})
}

// secret reads the passphrase, which no command line shows.
func (f backing) secret() (string, error) { return firstLine(f.passphrase) }

func firstLine(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", unreadable(path, err)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimRight(line, "\r"), nil
}

// backUp writes a backup to a file or into a folder.
func (c *cli) backUp(ctx context.Context, a *app, ask api.BackupAsk, at string) (m backup.Manifest, err error) {
	p := c.progress()
	tell := func(g backup.Progress) {
		p.tell(lang.T("备份 %s,%d MB", "backing up %s, %d MB"), g.File, g.Bytes>>20)
	}
	if isFolder(at) {
		to, err := newTree(at)
		if err != nil {
			return m, err
		}
		m, err = a.backup(ctx, to, ask, tell)
		return m, errors.Join(err, to.sync())
	}
	err = create(at, func(f *os.File) error {
		m, err = a.archive(ctx, f, ask, tell)
		return err
	})
	return m, err
}

// isFolder tells whether a backup goes into a folder: one that is there, or a
// name that ends as a folder's.
func isFolder(at string) bool {
	info, err := os.Stat(at)
	return strings.HasSuffix(at, "/") || err == nil && info.IsDir()
}

// archive writes a backup as one sealed file.
func (a *app) archive(ctx context.Context, w io.Writer, ask api.BackupAsk, tell func(backup.Progress)) (backup.Manifest, error) {
	to := backup.NewArchive(w, a.now())
	m, err := a.backup(ctx, to, ask, tell)
	if err != nil {
		return m, err
	}
	return m, to.Close()
}

// backup takes the instant and writes all of it. That it was made stands in the
// platform's book before, and so in the backup itself.
func (a *app) backup(ctx context.Context, to backup.Target, ask api.BackupAsk, tell func(backup.Progress)) (backup.Manifest, error) {
	now := a.now().UTC()
	m := backup.Manifest{ID: "backup-" + now.Format("20060102T150405.000Z"), Made: now, By: ask.By}
	secrets, err := a.secrets(ask.Passphrase)
	if err != nil {
		return m, err
	}
	body, err := ledger.Body(map[string]bool{"secrets": secrets != nil})
	if err != nil {
		return m, err
	}
	if _, err := a.store.Append(ctx, ledger.Draft{Actor: ask.By, Site: access.Platform, Kind: ledger.BackupMake, Subject: m.ID, Body: body}); err != nil {
		return m, err
	}
	c, err := a.moment(ctx)
	if err != nil {
		return m, err
	}
	err = c.manifest(ctx, &m)
	if err == nil {
		err = backup.Write(ctx, to, &m, sealed(c.parts(ctx, &m), secrets, &m), tell)
	}
	return m, errors.Join(err, c.Close())
}

// sealed adds the sealed secrets behind all other parts.
func sealed(parts iter.Seq2[backup.Part, error], secrets []byte, m *backup.Manifest) iter.Seq2[backup.Part, error] {
	return func(yield func(backup.Part, error) bool) {
		for p, err := range parts {
			if !yield(p, err) {
				return
			}
		}
		if secrets == nil {
			m.Without = append(m.Without, lang.T("密钥与配置(未给密码)", "keys and configuration, for want of a passphrase"))
			return
		}
		yield(backup.Part{Name: backup.SecretsFile, Write: func(_ context.Context, w io.Writer) error {
			_, err := w.Write(secrets)
			return err
		}}, nil)
	}
}

// secretFiles are the files of the data folder that a backup holds under a
// passphrase only.
var secretFiles = []string{secretKey, "lingtan.toml"}

// secrets seals the keys and the configuration; nil without a passphrase.
func (a *app) secrets(passphrase string) ([]byte, error) {
	if passphrase == "" {
		return nil, nil
	}
	var out []backup.Secret
	for _, name := range secretFiles {
		data, err := os.ReadFile(a.folder.path(name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, unreadable(a.folder.path(name), err)
		}
		out = append(out, backup.Secret{Name: name, Data: data})
	}
	return backup.Seal(rand.Reader, passphrase, out)
}

// tree is a folder that a backup is written into.
type tree struct{ dir string }

// newTree takes a folder that has nothing in it.
func newTree(dir string) (*tree, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable(dir, err)
	}
	in, err := os.ReadDir(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	if len(in) > 0 {
		return nil, fault.Conflict.Say(lang.T("文件夹 %s 不是空的", "the folder %s is not empty"), dir).
			Do(lang.T("换一个空文件夹,或写入一个文件", "choose an empty folder, or a file"))
	}
	return &tree{dir}, nil
}

// Create begins a file, which is durable when it is closed.
func (t *tree) Create(name string, _ bool) (io.WriteCloser, error) {
	path := filepath.Join(t.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unwritable(path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return durable{f}, nil
}

type durable struct{ *os.File }

func (d durable) Close() error { return errors.Join(d.Sync(), d.File.Close()) }

// sync makes the names durable.
func (t *tree) sync() error {
	return filepath.WalkDir(t.dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		f, err := os.Open(at) //nolint:gosec // G122: a folder that was just made, of nobody else
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}

// manifestOf reads what a backup says of itself, of which nothing was checked yet.
func manifestOf(files fs.FS, from string) (backup.Manifest, error) {
	m, err := backup.ReadManifest(files)
	if err != nil {
		return m, fault.At(err, fault.Place{File: from})
	}
	return m, nil
}

// asked is the body of a request for a backup.
func asked(ask api.BackupAsk) (io.Reader, error) {
	body, err := json.Marshal(map[string]string{"passphrase": ask.Passphrase})
	if err != nil {
		return nil, fmt.Errorf("ask for a backup: %w", err)
	}
	return bytes.NewReader(body), nil
}

// credentials is the token that a request goes with.
func (c *cli) credentials(file string) (string, error) {
	token, err := firstLine(file)
	if err != nil {
		return "", err
	}
	if token = cmp.Or(token, c.getenv("LINGTAN_TOKEN")); token == "" {
		return "", fault.Invalid.Say(lang.T("没有令牌", "there is no token")).
			Do(lang.T("给出 --token-file,或设环境变量 LINGTAN_TOKEN", "give --token-file, or set LINGTAN_TOKEN"))
	}
	return token, nil
}
