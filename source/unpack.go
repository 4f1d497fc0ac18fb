package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	// expansion is how much larger than the largest post its content may be:
	// readings compress to a tenth, and what compresses to a thousandth is none.
	expansion = 16
	// maxPosted is how many readings one post may hold, an hour of a mine's
	// thousand fastest points.
	maxPosted = 100_000
)

// unpack undoes a post's compression (Content-Encoding: gzip or zstd), and
// gives up where the content becomes larger than it may be.
func unpack(p Post, d *Device) ([]byte, error) {
	most := int64(d.MaxFrame) * expansion
	var r io.Reader
	switch encoding := strings.ToLower(p.Header("Content-Encoding")); encoding {
	case "", "identity":
		return p.Body, nil
	case "gzip":
		z, err := gzip.NewReader(bytes.NewReader(p.Body))
		if err != nil {
			return nil, broken(encoding, err)
		}
		r = z
	case "zstd":
		z, err := zstd.NewReader(bytes.NewReader(p.Body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(uint64(most)))
		if err != nil {
			return nil, broken(encoding, err)
		}
		defer z.Close()
		r = z
	default:
		return nil, fault.Invalid.Say(lang.T("不支持的压缩 %.20q", "compression %.20q is not understood"), encoding).
			Do(lang.T("用 gzip 或 zstd,或不压缩", "use gzip or zstd, or none"))
	}
	content, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case int64(len(content)) > most, errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, oversized(most)
	case err != nil:
		return nil, broken(p.Header("Content-Encoding"), err)
	}
	return content, nil
}

// unsnap undoes a snappy block, whose first bytes say how long its content is.
func unsnap(body []byte, d *Device) ([]byte, error) {
	n, err := snappy.DecodedLen(body)
	if err != nil {
		return nil, broken("snappy", err)
	}
	if most := int64(d.MaxFrame) * expansion; int64(n) > most || int64(n) > 64*int64(len(body)) {
		return nil, oversized(min(most, 64*int64(len(body)))) // a snappy copy of 64 bytes takes two
	}
	content, err := snappy.Decode(nil, body)
	if err != nil {
		return nil, broken("snappy", err)
	}
	return content, nil
}

func broken(encoding string, err error) error {
	return fault.Invalid.Say(lang.T("压缩内容(%.20s)损坏:%v", "the content compressed by %.20s is damaged: %v"), encoding, err).
		Do(lang.T("重新提交", "post it again"))
}

func oversized(most int64) error {
	return fault.Invalid.Say(lang.T("解压后超过 %d 字节", "more than %d bytes when unpacked"), most).
		Do(lang.T("分批提交", "post it in parts"))
}
