package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
)

// The archive's comment is "sha256:" and the hex of the hash; a placeholder of
// the same length is written first and replaced as the last bytes go out.
const (
	sealPrefix = "sha256:"
	sealLength = len(sealPrefix) + 2*sha256.Size
)

var placeholder = sealPrefix + strings.Repeat("0", 2*sha256.Size) //nolint:gochecknoglobals // constant

// sealer hashes what passes and holds back the last bytes, which are the
// comment, until Close replaces them.
type sealer struct {
	out  io.Writer
	sum  hash.Hash
	tail []byte
}

func newSealer(out io.Writer) *sealer { return &sealer{out: out, sum: sha256.New()} }

func (s *sealer) Write(p []byte) (int, error) {
	s.tail = append(s.tail, p...)
	if n := len(s.tail) - sealLength; n > 0 {
		s.sum.Write(s.tail[:n]) // a hash never fails
		if _, err := s.out.Write(s.tail[:n]); err != nil {
			return 0, err
		}
		s.tail = append(s.tail[:0], s.tail[n:]...)
	}
	return len(p), nil
}

// Close writes the seal in the placeholder's stead.
func (s *sealer) Close() error {
	if string(s.tail) != placeholder {
		return fault.Internal.Errorf("bundle: the archive does not end with its comment")
	}
	_, err := fmt.Fprintf(s.out, "%s%s", sealPrefix, hex.EncodeToString(s.sum.Sum(nil)))
	return err
}

// checkSeal hashes a bundle but its seal and compares.
func checkSeal(r io.ReaderAt, size int64) error {
	broken := fault.Conflict.Say(lang.T("压缩包的封印不符:有字节被改动", "the archive's seal does not hold: a byte was changed"))
	if size <= int64(sealLength) {
		return fault.Invalid.Say(lang.T("不是证据包(%d 字节)", "not an evidence bundle (%d bytes)"), size)
	}
	body := size - int64(sealLength)
	seal := make([]byte, sealLength)
	if _, err := r.ReadAt(seal, body); err != nil {
		return fmt.Errorf("read the seal: %w", err)
	}
	if !bytes.HasPrefix(seal, []byte(sealPrefix)) {
		return fault.Invalid.Say(lang.T("不是证据包,或末尾被截断、改动", "not an evidence bundle, or its end was cut or changed"))
	}
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, io.NewSectionReader(r, 0, body), make([]byte, 1<<20)); err != nil {
		return fmt.Errorf("hash the bundle: %w", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != string(seal[len(sealPrefix):]) {
		return broken
	}
	return nil
}
