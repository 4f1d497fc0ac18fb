package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/lang"
)

// Backups copy the whole platform while it goes on.
type Backups func(ctx context.Context, w io.Writer, ask BackupAsk) error

// BackupAsk is who asks for a backup, and how.
type BackupAsk struct {
	By         string
	Passphrase string // seals the keys and the configuration into it; without one they are left out
}

func (s *server) backupRoutes() []route {
	zip := media{types: []string{"application/zip"}}
	return group(lang.T("备份", "backup"),
		at(post, "/backup", access.MakeBackup, platform, "make-backup", lang.T("备份整个平台(运行中),一个封印的压缩包", "back the whole platform up while it runs, as one sealed archive"), handle(s.makeBackup), patient(endless), giving(zip)),
	)
}

// makeBackup streams a backup. One is made at a time: each holds the database as
// it stood at its beginning.
func (s *server) makeBackup(ctx context.Context, in *struct {
	Languaged
	Body struct {
		Passphrase string `json:"passphrase,omitempty" maxLength:"1000" doc:"用它加密密钥与配置一并备份;缺省不含密钥 | seals keys and configuration into it; left out without one"`
	}
},
) (*Streamed, error) {
	ask := BackupAsk{By: actorOf(ctx).ID, Passphrase: in.Body.Passphrase}
	visitOf(ctx).leave() // a request that takes an hour keeps no other out
	return &Streamed{func(c huma.Context) {
		select {
		case s.backing <- struct{}{}:
			defer s.backing.leave()
		default:
			refuse(c, problemOf(ctx, errBacking))
			return
		}
		name := "lingtan-" + s.Now().UTC().Format("20060102T150405Z") + ".zip"
		late := &late{c: c, name: name, kind: "application/zip"}
		out := bufio.NewWriterSize(steady{late}, 1<<20)
		err := s.Backup(ctx, out, ask)
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			s.cut(ctx, late, fmt.Errorf("backup: %w", err))
		}
	}}, nil
}

var errBacking error = fault.Conflict.Say(lang.T("正在做另一份备份", "another backup is being made")).
	Do(lang.T("等它做完", "wait until it is done"))

// steady gives every piece of a long answer a time of its own.
type steady struct{ out *late }

func (s steady) Write(p []byte) (int, error) {
	if w, ok := s.out.c.BodyWriter().(http.ResponseWriter); ok {
		deadline := time.Now().Add(bodyWait) //nolint:forbidigo // a connection goes by the machine's own clock
		if err := http.NewResponseController(w).SetWriteDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return 0, err
		}
	}
	return s.out.Write(p)
}
