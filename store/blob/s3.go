package blob

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"lingtan/evidence"
	"lingtan/fault"
	"lingtan/lang"
)

// S3 keeps files in a bucket. Nothing is ever removed from it: what a bucket
// may forget is for its own rules of retention.
type S3 struct {
	client         *minio.Client
	bucket, prefix string
	spool          string // folder of files that are being read
}

var _ evidence.Blobs = (*S3)(nil)

// tries is how often a request is sent before the server counts as away.
const tries = 3

// address is what a setting says: s3://KEY:SECRET@host:9000/bucket/prefix.
type address struct {
	host, bucket, prefix, key, secret, region string
	plain                                     bool // s3+http: without TLS
}

// CheckS3 refuses an address that OpenS3 would not understand.
func CheckS3(setting string) error {
	_, err := parseS3(setting)
	return err
}

func parseS3(setting string) (address, error) {
	u, err := url.Parse(setting)
	wrong := fault.Invalid.Say(lang.T("S3 地址写得不对", "the S3 address is not well formed")). // no cause: it may quote the secret
												Do(lang.T("写成 s3://KEY:SECRET@host:9000/桶/前缀?region=…;不加密写 s3+http://", "write s3://KEY:SECRET@host:9000/bucket/prefix?region=…; s3+http:// is not encrypted"))
	if err != nil || u.Scheme != "s3" && u.Scheme != "s3+http" || u.Host == "" || u.User == nil {
		return address{}, wrong
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	secret, has := u.User.Password()
	if bucket == "" || !has || u.User.Username() == "" {
		return address{}, wrong
	}
	return address{
		host: u.Host, bucket: bucket, prefix: prefix, key: u.User.Username(), secret: secret, region: u.Query().Get("region"), plain: u.Scheme == "s3+http",
	}, nil
}

// OpenS3 opens a bucket that is there. Files are read into spool first.
func OpenS3(ctx context.Context, setting, spool string) (*S3, error) {
	a, err := parseS3(setting)
	if err != nil {
		return nil, err
	}
	client, err := minio.New(a.host, &minio.Options{
		Creds: credentials.NewStaticV4(a.key, a.secret, ""), Secure: !a.plain, Region: a.region, MaxRetries: tries, BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, away(a, err)
	}
	there, err := client.BucketExists(ctx, a.bucket)
	switch {
	case err != nil:
		return nil, away(a, err)
	case !there:
		return nil, fault.NotFound.Say(lang.T("%s 上没有桶 %s", "there is no bucket %[2]s at %[1]s"), a.host, a.bucket).
			Do(lang.T("先建好桶,并给这个密钥读写权限", "make the bucket first, and let this key read and write it"))
	}
	return &S3{client: client, bucket: a.bucket, prefix: a.prefix, spool: spool}, os.MkdirAll(spool, 0o700)
}

func away(a address, err error) error {
	return fault.Conflict.Say(lang.T("S3 存储 %s/%s 用不了:%s", "the S3 store %s/%s cannot be used: %s"), a.host, a.bucket, err).
		Do(lang.T("核对地址、密钥与网络", "check the address, the key and the network"))
}

func (s *S3) object(sum string) (string, error) {
	k, err := key(sum)
	return path.Join(s.prefix, k), err
}

// Put keeps a file. One that is there is read through, and sent anew when it
// was damaged.
func (s *S3) Put(ctx context.Context, sum string, r io.Reader, size int64) error {
	name, err := s.object(sum)
	if err != nil {
		return err
	}
	if in, err := s.Open(ctx, sum); err == nil {
		return in.Close()
	}
	_, err = s.client.PutObject(ctx, s.bucket, name, r, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: true, // one request: there all at once or not at all
	})
	return err
}

// Open reads a file into the spool, compares its hash, and gives it. The
// spooled file has no name any more and goes with its last reader.
func (s *S3) Open(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	name, err := s.object(sum)
	if err != nil {
		return nil, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer object.Close()
	out, err := os.CreateTemp(s.spool, "*")
	if err != nil {
		return nil, err
	}
	_, err = hashing{object, sum}.to(out, evidence.MaxSize)
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		err = gone(sum)
	}
	if err = errors.Join(err, os.Remove(out.Name())); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}
