package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"
)

// maxFileName is how long a name a file keeps, in bytes.
const maxFileName = 120

// Handed is a file that somebody handed in. It lies in a folder of its own,
// under the name its sender knows, for as long as it is needed.
type Handed struct {
	Path   string // "" until the file is there
	Told   string // what its sender calls it
	Size   int64  // bytes
	folder string
}

// NewHanded makes the folder of a file to come, inside dir.
func NewHanded(dir string) (Handed, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Handed{}, fmt.Errorf("take a file in: %w", err)
	}
	folder, err := os.MkdirTemp(dir, "upload-")
	if err != nil {
		return Handed{}, fmt.Errorf("take a file in: %w", err)
	}
	return Handed{folder: folder}, nil
}

// Save writes the file as it comes rather than holding it in memory, at most
// one byte more than most, and tells how many were written.
func (h *Handed) Save(told string, from io.Reader, most int64) (int64, error) {
	h.Path, h.Told = filepath.Join(h.folder, fileName(told)), told
	out, err := os.OpenFile(h.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("take a file in: %w", err)
	}
	n, err := io.Copy(out, io.LimitReader(from, most+1))
	if err = errors.Join(err, out.Close()); err != nil {
		return n, fmt.Errorf("take a file in: %w", err)
	}
	h.Size = n
	return n, nil
}

// Open opens the file for reading here and there.
func (h *Handed) Open() (*os.File, error) { return os.Open(h.Path) }

// Remove takes the file away with its folder.
func (h *Handed) Remove() error {
	if h.folder == "" {
		return nil
	}
	return os.RemoveAll(h.folder)
}

// fileName makes a name that lies in its folder of what a browser calls the file.
func fileName(told string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:`, r) {
			return '_'
		}
		return r
	}, path.Base(strings.ReplaceAll(told, `\`, "/")))
	if len(name) > maxFileName {
		name = strings.ToValidUTF8(name[len(name)-maxFileName:], "")
	}
	if strings.Trim(name, "._ ") == "" {
		return "upload"
	}
	return strings.TrimLeft(name, ".")
}
