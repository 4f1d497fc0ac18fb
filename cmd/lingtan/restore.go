package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lingtan/access"
	"lingtan/backup"
	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
	"lingtan/series"
	"lingtan/store"
)

// restoringFolder holds, while a restore goes on, what is only needed for it;
// restoringFile says which backup it is of. A folder with it is not served.
const (
	restoringFolder = "restoring"
	restoringFile   = "restoring.json"
)

// restoring is how far a restore is.
type restoring struct {
	Backup    string   `json:"backup"`
	Manifest  string   `json:"manifest_sha256"`
	Relations bool     `json:"relations"` // are in the database
	Readings  []string `json:"readings"`  // mines whose engine is made
}

func (c *cli) restoreCommand() *cobra.Command {
	var passphrase string
	cmd := &cobra.Command{
		Use: "restore BACKUP", Args: c.args("BACKUP"),
		Short: c.text(lang.T("把备份恢复到空的数据文件夹(--data)与空的数据库;中断后重新运行即接着做", "restore a backup into an empty data folder (--data) and an empty database; cut off, it goes on when it is run again")),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.configure()
			if err != nil {
				return err
			}
			secret, err := firstLine(passphrase)
			if err != nil {
				return err
			}
			files, closing, err := openBackup(args[0])
			if err != nil {
				return err
			}
			r := &restorer{cli: c, cfg: cfg, files: files, p: c.progress(), passphrase: secret}
			m, err := r.run(cmd.Context(), args[0])
			if err = errors.Join(err, closing()); err != nil {
				return err
			}
			return c.print(map[string]any{"backup": m.ID, "made": m.Made, "data": cfg.text("data"), "heads": m.Heads}, func(p *printer) {
				p.line(lang.T("%s 已恢复到 %s,账本完整", "%s is restored to %s, its ledger holds"), m.ID, cfg.text("data"))
			})
		},
	}
	cmd.Flags().StringVar(&passphrase, "passphrase-file", "", c.text(lang.T("密码所在的文件:恢复备份里的密钥与配置", "file with the passphrase: keys and configuration are restored with it")))
	return cmd
}

// restorer brings a backup into an empty folder.
type restorer struct {
	cli        *cli
	cfg        config
	files      fs.FS
	m          backup.Manifest
	folder     *folder
	done       restoring
	blobs      evidence.Blobs
	p          *progress
	passphrase string
}

func (r *restorer) run(ctx context.Context, from string) (_ backup.Manifest, err error) {
	report := backup.Verify(ctx, r.files, sealOf(from), func(g backup.Progress) {
		r.p.tell(lang.T("核对 %s,%d MB", "verifying %s, %d MB"), g.File, g.Bytes>>20)
	})
	r.m = report.Manifest
	if err := report.Err(); err != nil {
		return r.m, fault.At(err, fault.Place{File: from})
	}
	if err := r.take(); err != nil {
		return r.m, err
	}
	defer func() { err = errors.Join(err, r.folder.Close()) }()
	for _, step := range []func(context.Context) error{r.copyFiles, r.relations, r.readings, r.secrets, r.finish} {
		if err := step(ctx); err != nil {
			return r.m, err
		}
	}
	return r.m, nil
}

// take locks the folder: an empty one, or one in which a restore of this very
// backup was cut off.
func (r *restorer) take() (err error) {
	dir := r.cfg.text("data")
	text, err := fs.ReadFile(r.files, backup.ManifestFile)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	this := restoring{Backup: r.m.ID, Manifest: hex.EncodeToString(sum[:])}
	old, err := os.ReadFile(filepath.Join(dir, restoringFile))
	switch {
	case err == nil:
		if json.Unmarshal(old, &r.done) != nil || r.done.Manifest != this.Manifest {
			return fault.Conflict.Say(lang.T("%s 里有另一份备份 %s 没有恢复完", "in %s another backup, %s, is not restored to its end"), dir, r.done.Backup).
				Do(lang.T("接着恢复那一份,或清空文件夹", "go on with that one, or empty the folder"))
		}
	case !errors.Is(err, fs.ErrNotExist):
		return unreadable(dir, err)
	default:
		in, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unreadable(dir, err)
		}
		if slices.ContainsFunc(in, func(e fs.DirEntry) bool { return !begun(e.Name()) }) {
			return fault.Conflict.Say(lang.T("数据文件夹 %s 不是空的", "the data folder %s is not empty"), dir).
				Do(lang.T("用 --data 指定空文件夹;已有的数据不会被覆盖", "choose an empty one with --data; data that is there is never overwritten"))
		}
		r.done = this
	}
	if r.folder, err = lockFolder(dir); err != nil {
		return err
	}
	return r.note()
}

// begun tells what a restore leaves that was cut off before it noted anything.
func begun(name string) bool { return name == "lock" || strings.HasPrefix(name, ".lingtan-") }

// note writes how far the restore is.
func (r *restorer) note() error {
	text, err := json.MarshalIndent(r.done, "", " ")
	if err != nil {
		return err
	}
	return create(r.folder.path(restoringFile), func(f *os.File) error {
		_, err := f.Write(append(text, '\n'))
		return err
	})
}

// relations brings the tables into the database, which is of either engine.
func (r *restorer) relations(ctx context.Context) error {
	if r.done.Relations {
		return nil
	}
	open := func(table string) (io.ReadCloser, error) { return r.files.Open(backup.RelationFile(table)) }
	err := store.Restore(ctx, r.cfg.databaseDSN(), r.m.Relations, open, func(table string, rows int64) {
		r.p.tell(lang.T("恢复表 %s,%d 行", "restoring table %s, %d rows"), table, rows)
	})
	if fault.KindOf(err) == fault.Conflict && err != nil && r.restored(ctx) { // cut off between the database and its note
		err = nil
	}
	if err != nil {
		return err
	}
	r.done.Relations = true
	return r.note()
}

// restored tells whether the database has the very chains of the backup.
func (r *restorer) restored(ctx context.Context) bool {
	s, err := store.Open(ctx, r.cfg.databaseDSN())
	if err != nil {
		return false
	}
	defer s.Close()
	p, err := s.Snapshot(ctx)
	if err != nil {
		return false
	}
	defer p.Close()
	heads, err := p.Heads(ctx)
	return err == nil && len(heads) > 0 && maps.Equal(heads, r.m.Heads)
}

// readings makes every mine's engine of its image.
func (r *restorer) readings(ctx context.Context) (err error) {
	s, err := store.Open(ctx, r.cfg.databaseDSN())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, site := range slices.Sorted(maps.Keys(r.m.Arrivals)) {
		if slices.Contains(r.done.Readings, site) {
			continue
		}
		r.p.tell(lang.T("恢复 %s 的读数", "restoring the readings of %s"), site)
		if err := r.engine(ctx, s, site); err != nil {
			return fmt.Errorf("restore the readings of %s: %w", site, err)
		}
		r.done.Readings = append(r.done.Readings, site)
		if err := r.note(); err != nil {
			return err
		}
	}
	return nil
}

// engine begins anew what was cut off.
func (r *restorer) engine(ctx context.Context, s *store.Store, site string) error {
	half, err := filepath.Glob(r.folder.path("series", site, "readings.*"))
	if err != nil {
		return err
	}
	for _, path := range half {
		if err := os.Remove(path); err != nil {
			return unwritable(path, err)
		}
	}
	o := series.Options{Dir: r.folder.path("series", site), Catalog: s.Segments(site), MemoryMB: r.cfg.number("memory-mb")}
	return series.Load(ctx, o, func(name string) (series.ImageFile, error) {
		return os.Open(r.folder.path(restoringFolder, filepath.FromSlash(backup.ImageFile(site, name))))
	})
}

// secrets opens what the passphrase opens.
func (r *restorer) secrets(context.Context) error {
	sealed, err := fs.ReadFile(r.files, backup.SecretsFile)
	if errors.Is(err, fs.ErrNotExist) || r.passphrase == "" {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := backup.Unseal(r.passphrase, sealed)
	if err != nil {
		return err
	}
	for _, s := range list {
		if !slices.Contains(secretFiles, s.Name) {
			continue
		}
		path := r.folder.path(s.Name)
		if err := create(path, func(f *os.File) error { _, err := f.Write(s.Data); return err }); err != nil {
			return err
		}
		if err := os.Chmod(path, 0o600); err != nil {
			return unwritable(path, err)
		}
	}
	return nil
}

// finish walks every chain to where it stood at the cut, puts on record that
// this is a restored copy, and lets the folder be served.
func (r *restorer) finish(ctx context.Context) (err error) {
	s, err := store.Open(ctx, r.cfg.databaseDSN())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.Now = r.cli.now
	for _, site := range slices.Sorted(maps.Keys(r.m.Heads)) {
		head, err := s.VerifyLedger(ctx, site)
		if err != nil {
			return err
		}
		if want := r.m.Heads[site]; site != access.Platform || head.Seq <= want.Seq { // the note of a restore that was cut off here is one more
			if err := ledger.Expect(site, head, want); err != nil {
				return err
			}
		}
	}
	body, err := ledger.Body(map[string]any{"made": r.m.Made, "by": r.m.By, "manifest_sha256": r.done.Manifest})
	if err != nil {
		return err
	}
	if _, err := s.Append(ctx, ledger.Draft{Actor: r.cfg.text("actor"), Site: access.Platform, Kind: ledger.BackupRestore, Subject: r.m.ID, Body: body}); err != nil {
		return err
	}
	if err := os.RemoveAll(r.folder.path(restoringFolder)); err != nil {
		return unwritable(r.folder.path(restoringFolder), err)
	}
	if err := os.Remove(r.folder.path(restoringFile)); err != nil {
		return unwritable(r.folder.path(restoringFile), err)
	}
	return nil
}
