package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lingtan/fault"
	"lingtan/lang"
)

const (
	// handedAtOnce and handedAMinute are for a month's papers dropped in one go,
	// and then again and again.
	handedAtOnce  = 120
	handedAMinute = 60
	maxPaced      = 10_000 // people remembered; beyond, all begin anew
)

// pace lets each person do something so often.
type pace struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

// take counts one time, or says that it is too often.
func (p *pace) take(who string, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil || len(p.of) > maxPaced {
		p.of = map[string]*rate.Limiter{}
	}
	l := p.of[who]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(handedAMinute)/60, handedAtOnce)
		p.of[who] = l
	}
	if l.AllowN(now, 1) {
		return nil
	}
	return errHasty
}

// errHasty sends somebody away who hands in more than people do.
var errHasty error = fault.Conflict.Say(lang.T("上传太快", "files come too fast")).Do(lang.T("一分钟后继续", "go on in a minute"))
