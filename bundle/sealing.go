package bundle

import "io"

// Sealing gives a writer for another sort of archive that is sealed as a bundle
// is: a zip whose comment is Placeholder, which Close turns into the SHA-256 of
// every byte before it.
func Sealing(w io.Writer) io.WriteCloser { return newSealer(w) }

// Placeholder is the comment that a seal replaces.
func Placeholder() string { return placeholder }

// CheckSeal tells whether every byte of a sealed archive is as it was.
func CheckSeal(r io.ReaderAt, size int64) error { return checkSeal(r, size) }
