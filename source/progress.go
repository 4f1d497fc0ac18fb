package source

import "time"

const (
	// progressEvery is how many rows pass between two looks at the clock.
	progressEvery = 4096
	progressPause = 200 * time.Millisecond
)

// Progress is told while an import runs.
type Progress struct {
	Phase string // "look" while the file is surveyed, then "import"
	Bytes int64  // read in this phase
	Of    int64
	Rows  int64
	Rate  float64 // rows per second
}

func (r *run) count(n int64) { r.bytes += n }

func (r *run) start(phase string) {
	r.phase, r.bytes, r.rows, r.began = phase, 0, 0, r.Now()
	r.told = r.began
}

func (r *run) progress() {
	if now := r.Now(); now.Sub(r.told) >= progressPause {
		r.told = now
		r.tell()
	}
}

func (r *run) tell() {
	p := Progress{Phase: r.phase, Bytes: r.bytes, Of: r.survey.bytes, Rows: r.rows}
	if spent := r.Now().Sub(r.began).Seconds(); spent > 0 {
		p.Rate = float64(r.rows) / spent
	}
	r.Progress(p)
}
