package api

import (
	"context"
	"net/http"
	"time"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// Everything that comes from outside has a limit here.
const (
	maxHeader    = 32 << 10 // a token and a browser's own headers need 2 KiB
	maxBody      = 1 << 20  // of an ordinary request: a close or a filing needs 10 KiB
	maxFile      = site.MaxFile
	maxReadings  = 32 << 20 // bytes of a batch: maxBatch rows of 300 bytes
	maxBatch     = 100_000  // rows of a batch: one commit stays under 200 ms
	maxPost      = 64 << 20 // bytes of a device's post; its own file sets less
	maxFactorCSV = 8 << 20  // the library has 557 rows in 120 KiB

	pageRows   = 100   // of a list, unless asked otherwise
	maxRows    = 1_000 // of one page
	maxRaw     = 10_000
	maxPoints  = 50     // of one question for amounts
	maxAmounts = 20_000 // rows of one answer: two years of hours of one point
	maxExport  = 366    // days of one file: 50 points of them at 15 s are 105 million rows
	maxTold    = 100    // faults told at once; a thousandth wrong row says nothing new

	maxRunning     = 64       // requests at once: more wait, and then are sent away
	maxComputing   = 2        // requests at once that work for seconds: as many as cores
	maxInventories = 64 << 20 // bytes of decoded inventories kept at hand
	maxDocuments   = 64 << 20 // bytes of encoded reports kept at hand

	headerWait = 5 * time.Second // slow headers hold a connection open for nothing
	bodyWait   = time.Minute
	idleWait   = 2 * time.Minute
	turnWait   = 2 * time.Second // for one's turn, before being sent away
)

// The longest that a request may work.
const (
	quick   = 10 * time.Second
	compute = 2 * time.Minute
	panel   = 70 * time.Second // query.Usual has a timeout of its own, which tells what to do
	stream  = 10 * time.Minute
	endless = 24 * time.Hour // of a listener, who comes back by itself
)

// Server gives a server with the limits that lie outside a handler: sizes and
// patience on the connection. The caller sets its address, or serves a listener.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerWait, ReadTimeout: headerWait + bodyWait, IdleTimeout: idleWait,
		WriteTimeout: stream + bodyWait, MaxHeaderBytes: maxHeader,
	}
}

// gate lets so many in at once as it has room for.
type gate chan struct{}

// errBusy sends somebody away for whom there was no turn.
var errBusy error = fault.Internal.Say(lang.T("服务繁忙", "the server is busy")).Do(lang.T("稍后重试", "try again shortly"))

// enter waits for room; who is let in leaves again.
func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	default:
	}
	turn := time.NewTimer(turnWait)
	defer turn.Stop()
	select {
	case g <- struct{}{}:
		return nil
	case <-turn.C:
		return errBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g }
