package store

import (
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"lingtan/fault"
	"lingtan/lang"
)

// engine is what differs between the databases, beside the triggers.
type engine struct {
	name string
	lock string // taken by a migration, so that two programs do not both begin one
}

//nolint:gochecknoglobals // constants
var (
	sqlite   = engine{name: "sqlite"} // _txlock=immediate is lock enough
	postgres = engine{name: "postgres", lock: `SELECT pg_advisory_xact_lock(5423140127)`}
)

// maxConnections to one PostgreSQL: it is shared with others.
const maxConnections = 16

func connect(dsn string) (*Store, error) {
	scheme, rest, has := strings.Cut(dsn, ":")
	switch {
	case has && (scheme == "postgres" || scheme == "postgresql"):
		return connectPostgres(dsn)
	case has && scheme == "sqlite":
		return connectSQLite(rest)
	case dsn == "" || strings.Contains(dsn, "://"):
		return nil, fault.Invalid.Say(lang.T("数据库地址的类型 %q 不认识", "unknown kind of database address %q"), scheme).
			Do(lang.T("写成文件路径、sqlite:路径 或 postgres://用户:密码@主机:端口/库名",
				"write a path, sqlite:path or postgres://user:password@host:port/name"))
	}
	return connectSQLite(dsn)
}

// connectSQLite: FULL, because NORMAL loses an acknowledged commit at a power
// cut; recursive_triggers, because without it REPLACE walks past the triggers
// that keep the book append-only.
func connectSQLite(path string) (*Store, error) {
	if path == "" {
		return nil, fault.Invalid.Say(lang.T("没有写数据库文件的路径", "no path of a database file"))
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fault.Invalid.Errorf("database path %s: %w", path, err)
	}
	address := "file:" + (&url.URL{Path: filepath.ToSlash(full)}).EscapedPath() + "?_txlock=immediate" +
		"&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)"
	writer, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, fault.Invalid.Errorf("open %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", address+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fault.Invalid.Errorf("open %s: %w", path, err), writer.Close())
	}
	reader.SetMaxOpenConns(max(4, runtime.NumCPU()))
	return &Store{engine: sqlite, name: path, writer: writer, reader: reader}, nil
}

func connectPostgres(dsn string) (*Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// What pgx says may quote the address, and with it the password.
		return nil, fault.Invalid.Say(lang.T("PostgreSQL 地址写得不对", "the PostgreSQL address is not well formed")).
			Do(lang.T("写成 postgres://用户:密码@主机:端口/库名,密码中的特殊字符用 %%XX", "write postgres://user:password@host:port/name, special characters of the password as %%XX"))
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	name := (&url.URL{Scheme: "postgres", User: url.User(config.User), Host: host(config), Path: "/" + config.Database}).String()
	return &Store{engine: postgres, name: name, writer: db, reader: db}, nil
}
