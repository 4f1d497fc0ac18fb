// Package backup owns the copy of a whole platform as it stood at one instant:
// what it holds, in which format, how it is checked offline to the last byte,
// and how its secrets are sealed.
//
// A backup is a tree of files with manifest.json, in a folder or in one sealed
// zip. Nothing in it belongs to one engine: relations are lines of JSON, table by
// table, in the order of their keys; readings are Parquet. It is restored into
// SQLite or PostgreSQL, whichever it came from.
package backup

import (
	"path"
	"strings"
	"time"

	"lingtan/dump"
	"lingtan/lang"
)

// The places in a backup.
const (
	ManifestFile = "manifest.json"
	readmeFile   = "README.txt"
	// SecretsFile holds what only its passphrase opens.
	SecretsFile  = "secrets.sealed"
	relationsDir = "relations/"
	seriesDir    = "series/"
	evidenceDir  = "evidence/"
)

// Format names the layout, so that a later program can tell an older backup.
const Format = family + "1"

const family = "lingtan-backup-"

// Manifest says what a backup holds.
type Manifest struct {
	Format  string    `json:"format"`
	ID      string    `json:"id"`
	Made    time.Time `json:"made"` // the instant of the cut
	By      string    `json:"by"`
	Program string    `json:"program"` // the version that made it
	dump.Relations
	// Arrivals are how many readings each mine had taken in at the cut.
	Arrivals map[string]int64 `json:"arrivals"`
	Without  []lang.Text      `json:"without,omitempty"` // what was left out, and why
	Files    []File           `json:"files"`
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// RelationFile names the file of a table.
func RelationFile(table string) string { return relationsDir + table + ".jsonl" }

// SegmentFile names the file of a sealed month of a mine.
func SegmentFile(site, name string) string { return seriesDir + site + "/segments/" + name }

// ImageFile names a file of what an engine of readings holds besides its
// segments.
func ImageFile(site, name string) string { return seriesDir + site + "/image/" + name }

// EvidenceFile names the file of a piece of evidence, by its hash.
func EvidenceFile(sum string) string {
	return path.Join(strings.TrimSuffix(evidenceDir, "/"), sum[:2], sum[2:4], sum)
}

// Local tells whether a name in a manifest stays within the backup, and so
// within the folder that it is restored to.
func Local(name string) bool {
	return name != "" && path.Clean(name) == name && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") && !strings.ContainsAny(name, "\\:\x00")
}

// Size adds up the bytes of all files.
func (m Manifest) Size() int64 {
	var n int64
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

const readme = `零碳备份 / Lingtan backup

lingtan verify  本备份                  离线核对每个字节与账本            checks every byte and the ledger, offline
lingtan restore 本备份 --data 空文件夹  恢复到空文件夹(SQLite 或 PostgreSQL)  restores into an empty folder

relations/       各表,每行一条 JSON,按主键排序       the tables, a row a line, in the order of their keys
series/          各矿读数:封存月(哈希在账本中)与其余    readings: sealed months, whose hashes stand in the ledger, and the rest
evidence/        证据文件,以其 SHA-256 命名             files of evidence, by their SHA-256
devices/         设备文件                                files of devices
secrets.sealed   密钥与配置,以密码加密(如有)           keys and configuration under a passphrase, if they were asked for
manifest.json    文件清单与 SHA-256,各账本的末端         the files with their SHA-256, the heads of the chains
`
