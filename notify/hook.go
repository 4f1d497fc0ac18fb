package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
)

// hookTimeout is for one request, its answer included.
const hookTimeout = 10 * time.Second

// Hook posts messages to web addresses. The zero Hook trusts what the machine
// trusts.
type Hook struct {
	Roots *x509.CertPool // of the mine's own authority; nil is the machine's
}

// payload is the body of a webhook: one message, or the several of a digest.
type payload struct {
	Schema   string          `json:"schema"`
	ID       string          `json:"id"` // the same when it is sent again
	Mine     lang.Text       `json:"mine,omitzero"`
	Title    string          `json:"title"` // in the channel's language
	Text     string          `json:"text"`
	Messages []alarm.Message `json:"messages"`
}

const schema = "lingtan.alarm/1"

// post sends one body. Whoever receives it checks its signature: the HMAC-SHA256,
// under the channel's secret, of the timestamp, a dot and the body. The
// timestamp keeps an old message from being sent once more by a stranger.
func (h Hook) post(ctx context.Context, to Address, batch []alarm.Message, now time.Time) error {
	if to.URL == "" {
		return fault.Invalid.Say(lang.T("通道没有网址", "the channel has no address")).
			Do(lang.T("在矿点文件写 url,或写进程序配置", "write url in the site file, or in the program's configuration"))
	}
	text := textOf(to, batch)
	body, err := json.Marshal(payload{schema, idOf(batch), to.Mine, text.title, text.body, batch})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return bare(err)
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "lingtan")
	req.Header.Set("Lingtan-Id", idOf(batch))
	req.Header.Set("Lingtan-Timestamp", stamp)
	if to.Secret != "" {
		req.Header.Set("Lingtan-Signature", Sign(to.Secret, stamp, body))
	}
	client := h.client()
	defer client.CloseIdleConnections()
	return answered(client.Do(req))
}

// Sign gives the signature of a body, as Lingtan-Signature has it.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp))
	mac.Write([]byte{'.'})
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// client follows no redirect: a message goes where the file says, or nowhere.
func (h Hook) client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:           http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{RootCAs: h.Roots, MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answered takes any 2xx as received.
func answered(r *http.Response, err error) error {
	if err != nil {
		return bare(err)
	}
	defer r.Body.Close()
	const enough = 1 << 16 // of an answer that nobody reads
	if _, err := io.CopyN(io.Discard, r.Body, enough); err != nil && !errors.Is(err, io.EOF) {
		return bare(err)
	}
	switch {
	case r.StatusCode >= http.StatusOK && r.StatusCode < http.StatusMultipleChoices:
		return nil
	case r.StatusCode < http.StatusBadRequest:
		return fmt.Errorf("answered with %d, a redirect, which is not followed", r.StatusCode)
	}
	return fmt.Errorf("answered with %d", r.StatusCode)
}

// bare takes the address off an error: a key may stand in it.
func bare(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// reason tells an error in one line, of a length that a table can show.
func reason(err error) string {
	const longest = 300
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// idOf names what is sent at once: a message by its own id, a digest by those
// of all it holds.
func idOf(batch []alarm.Message) string {
	if len(batch) == 1 {
		return batch[0].ID
	}
	sum := sha256.New()
	for _, m := range batch {
		fmt.Fprintln(sum, m.ID)
	}
	return "digest/" + hex.EncodeToString(sum.Sum(nil)[:16])
}
