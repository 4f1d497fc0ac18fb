package api

import (
	"context"
	"sync"

	"lingtan/evidence"
	"lingtan/form"
)

// memories are what the desks of the mines keep between two requests.
type memories struct {
	mu sync.Mutex
	of map[string]*form.Memory
}

func newMemories() *memories { return &memories{of: map[string]*form.Memory{}} }

func (m *memories) at(site string) *form.Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of[site] == nil {
		m.of[site] = form.NewMemory()
	}
	return m.of[site]
}

// desk is where the forms of a mine are worked on.
func (s *server) desk(ctx context.Context, site string) (*form.Desk, *Mine, error) {
	mine, err := s.Mine(ctx, site)
	if err != nil {
		return nil, nil, err
	}
	return &form.Desk{
		Site: mine.Site, Plan: mine.Plan, Meters: mine.Readings.Series, Series: mine.Number, Book: s.Store, Papers: s.papers,
		Memory: s.memories.at(site), Now: s.Now,
	}, mine, nil
}

// papers tells files of evidence as cells show them.
func (s *server) papers(ctx context.Context, site string, sha256 []string) (map[string]form.Paper, error) {
	if len(sha256) == 0 {
		return nil, nil
	}
	var files []evidence.File
	var err error
	if len(sha256) > fewFiles {
		files, err = s.Store.AllEvidence(ctx, site)
	} else {
		files, err = s.Store.EvidenceFiles(ctx, site, sha256)
	}
	if err != nil {
		return nil, err
	}
	out := make(map[string]form.Paper, len(files))
	for _, f := range files {
		out[f.SHA256] = paperOf(f)
	}
	return out, nil
}

// fewFiles is how many files are asked for one by one; of more, all of the
// mine's are read at once.
const fewFiles = 20

func paperOf(f evidence.File) form.Paper {
	return form.Paper{SHA256: f.SHA256, Name: f.Name, Type: f.Type, Size: f.Size, Kind: string(f.Kind)}
}
