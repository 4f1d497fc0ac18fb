package store

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"lingtan/fault"
	"lingtan/lang"
)

func host(c *pgx.ConnConfig) string { return net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))) }

// tell gives a driver's error the kind that somebody can act on. What already
// has one, and what nobody expected, passes as it is.
func (s *Store) tell(err error) error {
	var known *fault.Fault
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound.Say(lang.T("没有找到:%v", "not found: %v"), err)
	case strings.Contains(err.Error(), "append only: "):
		return fault.Conflict.Say(lang.T("数据库 %s 只许追加:%v", "database %s is append-only: %v"), s.name, err)
	}
	var lite *driver.Error
	if errors.As(err, &lite) {
		return s.tellSQLite(lite.Code(), err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return s.tellPostgres(pg.Code, err)
	}
	return err
}

func (s *Store) tellSQLite(code int, err error) error {
	switch code & 0xff { // the low byte is the kind, the rest its detail
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return s.busy(err)
	case lib.SQLITE_FULL, lib.SQLITE_IOERR:
		return s.noRoom(err)
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return fault.Conflict.Say(lang.T("数据库文件 %s 打不开或不可写:%v", "database file %s can not be opened or written: %v"), s.name, err).
			Do(lang.T("检查文件夹是否存在、本用户可否写入", "see that its folder exists and that this user may write there"))
	case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
		return fault.Invalid.Say(lang.T("文件 %s 不是完好的 SQLite 数据库:%v", "file %s is not a sound SQLite database: %v"), s.name, err).
			Do(lang.T("核对路径,或从备份恢复", "check the path, or restore a backup"))
	case lib.SQLITE_CONSTRAINT:
		if code == lib.SQLITE_CONSTRAINT_UNIQUE || code == lib.SQLITE_CONSTRAINT_PRIMARYKEY {
			return twice(err)
		}
	}
	return err
}

func (s *Store) tellPostgres(code string, err error) error {
	switch code {
	case "23505": // unique_violation
		return twice(err)
	case "55P03", "40001", "40P01": // lock_not_available, serialization_failure, deadlock_detected
		return s.busy(err)
	case "53100": // disk_full
		return s.noRoom(err)
	}
	return err
}

func twice(err error) error {
	return fault.Conflict.Say(lang.T("已经存在:%v", "exists already: %v"), err)
}

func (s *Store) busy(err error) error {
	return fault.Conflict.Say(lang.T("数据库 %s 正被另一个程序占用:%v", "database %s is in use by another program: %v"), s.name, err).
		Do(lang.T("关闭另一个程序,或稍后再试", "close the other program, or try again later"))
}

func (s *Store) noRoom(err error) error {
	return fault.Internal.Say(lang.T("数据库 %s 写不进磁盘,什么也没有改动:%v", "database %s can not be written to its disk, nothing was changed: %v"), s.name, err).
		Do(lang.T("腾出磁盘空间后再试", "make room on the disk and try again"))
}

// opening tells why a database could not be opened. No message of the driver
// for PostgreSQL goes out from here whole: it is about an address with a
// password in it.
func (s *Store) opening(err error) error {
	var pg *pgconn.PgError
	var refused *pgconn.ConnectError
	switch {
	case errors.As(err, &pg) && strings.HasPrefix(pg.Code, "28"): // invalid_authorization_specification
		return fault.Forbidden.Say(lang.T("数据库 %s 不接受此用户或密码", "database %s refuses this user or password"), s.name).
			Do(lang.T("核对地址里的用户和密码", "check the user and the password of the address"))
	case errors.As(err, &pg) && pg.Code == "3D000": // invalid_catalog_name
		return fault.NotFound.Say(lang.T("数据库 %s 不存在", "database %s does not exist"), s.name).
			Do(lang.T("先用 createdb 建库", "make it first, with createdb"))
	case errors.As(err, &refused):
		return fault.Conflict.Say(lang.T("连不上数据库 %s", "database %s can not be reached"), s.name).
			Do(lang.T("看它是否在运行,主机、端口和 sslmode 是否正确", "see that it runs, and that host, port and sslmode are right"))
	}
	return s.tell(err)
}
