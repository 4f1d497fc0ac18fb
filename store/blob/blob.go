// Package blob owns the bytes of files that are kept by their SHA-256, in a
// folder of this machine or in a bucket that speaks S3: once each, durable
// before anything speaks of them, and hashed again whenever they are read.
package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/ledger"
)

// key is where a hash is kept: two levels of 256 folders, so that none of them
// holds more than some hundred files when there are millions.
func key(sum string) (string, error) {
	if _, err := ledger.ParseHash(sum); err != nil {
		return "", err
	}
	return path.Join(sum[:2], sum[2:4], sum), nil
}

// hashing tells whether what passed through it is what was asked for.
type hashing struct {
	in  io.Reader
	sum string
}

// to copies everything, at most one byte more than most, and compares.
func (h hashing) to(out io.Writer, most int64) (int64, error) {
	sum := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(out, sum), io.LimitReader(h.in, most+1), make([]byte, 1<<20))
	if err != nil {
		return n, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != h.sum {
		return n, changed(h.sum)
	}
	return n, nil
}

func changed(sum string) error {
	return fault.Conflict.Say(lang.T("证据文件 %.16s… 已被改动:存储的内容与其 SHA-256 不符", "the evidence file %.16s… was changed: what is stored does not hash to it"), sum).
		Do(lang.T("由备份恢复,或把原件再上传一次", "restore it from a backup, or hand the original in again"))
}

func gone(sum string) error {
	return fault.NotFound.Say(lang.T("存储中没有证据文件 %.16s…", "the store has no evidence file %.16s…"), sum).
		Do(lang.T("由备份恢复,或把原件再上传一次", "restore it from a backup, or hand the original in again"))
}
