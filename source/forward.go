package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lingtan/fault"
	"lingtan/lang"
)

// The measures of forwarding.
const (
	// DefaultPost is how many readings go in one post: some 100 kB packed, so
	// that a bad mobile link loses seconds when it breaks, and a day's backlog of
	// 5,000 points a minute is sent within minutes.
	DefaultPost = 10_000
	// longestPost is how long the platform may take.
	longestPost = time.Minute
	// asideFile lists the readings that the platform refused, one a line.
	asideFile = "set-aside.jsonl"
	// maxAside is how much is set aside before a person must look.
	maxAside = 64 << 20
)

// Forward sends a spool's readings to the platform, oldest first, each until
// the platform says that it is durable.
//
// A post is named by the place it has in the spool and holds whole records, so
// that the same post sent again has the same name and the same content, and a
// reading that goes twice has the same instant, value and sequence: it counts
// once.
type Forward struct {
	Spool    *Spool
	Platform string // https://carbon.example.com
	Site     string
	Gateway  string                 // its device file on the platform: gateway.toml, protocol push
	Token    func() (string, error) // see [TokenFrom]
	Client   *http.Client
	Most     int // readings of a post; 0 is DefaultPost
	Log      *slog.Logger
}

// TokenFrom reads a token from an environment variable or, where that has no
// name, from a file; anew at every post, so that a new one needs no restart.
func TokenFrom(env, file string) func() (string, error) {
	return secret{env: env, file: file}.value
}

// Run sends until the context ends.
func (f *Forward) Run(ctx context.Context) error {
	pause := firstPause
	for {
		b, err := f.Spool.next(f.most())
		f.Spool.oldest(b)
		if err == nil && len(b.readings) == 0 {
			select {
			case <-f.Spool.grown:
				continue
			case <-ctx.Done():
				return nil
			}
		}
		if err == nil {
			err = f.send(ctx, b)
		}
		if err == nil {
			pause = firstPause
			continue
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end was asked for
		}
		f.Spool.fail(err)
		f.Log.WarnContext(ctx, "readings not sent", "error", err, "pause", pause)
		// With a jitter, so that the gateways of a mine do not all knock at once
		// when the platform is back.
		wait := pause/2 + rand.N(pause) //nolint:gosec // no secret
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
		pause = min(2*pause, longestPause)
	}
}

func (f *Forward) most() int {
	if f.Most > 0 {
		return f.Most
	}
	return DefaultPost
}

// send posts a batch and notes that it was sent.
func (f *Forward) send(ctx context.Context, b spoolBatch) error {
	id := fmt.Sprintf("%s-%d-%d-%d", f.Gateway, b.from.Segment, b.from.Offset, b.to.Offset)
	if err := f.deliver(ctx, id, b.readings); err != nil {
		return err
	}
	if err := f.Spool.pass(b.to, len(b.readings)); err != nil {
		return err
	}
	f.Spool.fail(nil)
	return nil
}

// refusedPost is an answer that says that something of the post itself is
// wrong: sent again it would be refused again.
type refusedPost struct{ why string }

func (r refusedPost) Error() string { return r.why }

// deliver posts readings. Those of a refused post are posted by halves until
// the one is alone that is wrong; it is set aside, for the others wait behind it.
func (f *Forward) deliver(ctx context.Context, id string, rs []spooledReading) error {
	err := f.post(ctx, id, rs)
	var refused refusedPost
	switch {
	case !errors.As(err, &refused):
		return err
	case len(rs) == 1:
		return f.Spool.setAside(rs[0], refused.why)
	}
	half := len(rs) / 2
	if err := f.deliver(ctx, id+"a", rs[:half]); err != nil {
		return err
	}
	return f.deliver(ctx, id+"b", rs[half:])
}

// post makes one request; nil means that the platform has the readings.
func (f *Forward) post(ctx context.Context, id string, rs []spooledReading) error {
	ctx, cancel := context.WithTimeout(ctx, longestPost)
	defer cancel()
	body, err := postBody(id, rs)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("%s/api/v1/sites/%s/devices/%s/write", strings.TrimRight(f.Platform, "/"), url.PathEscape(f.Site), url.PathEscape(f.Gateway))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	token, err := f.Token()
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "gzip")
	req.Header.Set("Authorization", "Bearer "+token)
	client := *f.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return fault.NotFound.Say(lang.T("平台连接不上:%v", "the platform cannot be reached: %v"), err).
			Do(lang.T("读数留在本地,恢复后自动补传", "the readings are kept here and sent when it is back"))
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // what it says helps; that it answered decides
	return replied(resp, said)
}

// replied judges the platform's answer. A page from something in between, as
// mobile networks and hotels put up, is none: it is a redirect, or no JSON.
func replied(resp *http.Response, said []byte) error {
	isJSON := strings.Contains(resp.Header.Get("Content-Type"), "json")
	switch code := resp.StatusCode; code {
	case http.StatusNoContent:
		return nil
	case http.StatusOK, http.StatusCreated, http.StatusAccepted:
		if isJSON {
			return nil
		}
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		if isJSON {
			return refusedPost{fmt.Sprintf("%d: %s", code, said)}
		}
	}
	return fault.Conflict.Say(lang.T("平台答复 %d:%.300s", "the platform answered %d: %.300s"), resp.StatusCode, said).
		Do(lang.T("401、403、404 时核对令牌、站点与网关编号;读数留在本地", "at 401, 403 and 404 check the token, the site and the gateway's id; the readings are kept here"))
}

// postedReading is a reading as the push protocol has it.
type postedReading struct {
	Point string          `json:"point"`
	T     int64           `json:"t"`
	V     json.RawMessage `json:"v"`
	Unit  string          `json:"unit,omitempty"`
	Q     string          `json:"q,omitempty"`
	Why   []string        `json:"why,omitempty"`
	Seq   int64           `json:"seq,omitempty"`
	Recv  int64           `json:"recv"`
}

var qualityNames = [...]string{"", "manual", "suspect", "bad", "quarantined"} //nolint:gochecknoglobals // a constant table, in the order of the qualities

// posted writes a reading for the platform.
func (r spooledReading) posted() postedReading {
	v := strconv.AppendFloat(nil, r.V, 'g', -1, 64)
	if r.V != finite(r.V) {
		v = strconv.AppendQuote(nil, string(v)) // JSON has no number for it
	}
	return postedReading{
		Point: r.point, T: r.T, V: v, Unit: r.unit, Q: qualityNames[min(int(r.Q), len(qualityNames)-1)], Why: r.Why.Names(), Seq: r.Seq, Recv: r.Recv,
	}
}

// postBody packs a post. The same readings make the same bytes.
func postBody(id string, rs []spooledReading) ([]byte, error) {
	all := make([]postedReading, 0, len(rs))
	for _, r := range rs {
		all = append(all, r.posted())
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err := json.NewEncoder(z).Encode(struct {
		ID       string          `json:"id"`
		Readings []postedReading `json:"readings"`
	}{id, all})
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

// fail notes why nothing is sent; nil says that it is again.
func (s *Spool) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.health.Fault = err
}

// setAside keeps a reading that the platform refuses, with what it said, for a
// person to look at.
func (s *Spool) setAside(r spooledReading, why string) error {
	row, err := json.Marshal(struct {
		At      time.Time     `json:"at"`
		Reading postedReading `json:"reading"`
		Why     string        `json:"why"`
	}{s.options.Now().UTC(), r.posted(), why})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(s.options.Dir, asideFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() > maxAside {
		return errors.Join(err, fault.Conflict.Say(lang.T("平台拒收的读数已有 %d MB", "the readings refused by the platform have become %d MB"), maxAside>>20).
			Do(lang.T("查看 %s 中的原因,处理后移走该文件", "look into %s for the reasons, and move it away when they are mended"), asideFile))
	}
	if _, err := file.Write(append(row, '\n')); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.health.SetAside++
	return nil
}
