package simulate

import (
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// devices are the demonstration's device files, to be copied by whoever writes
// one.
//
//go:embed devices/*.toml
var devices embed.FS

// homeMark stands in a device's file for the instruments' own folder, where
// passwords lie and text files are dropped.
const homeMark = "{home}"

// passwordFile is the gateway's, in that folder.
const passwordFile = "gateway.password"

// dropFolder is the folder that a device's text files are dropped into.
var dropFolder = regexp.MustCompile(`(?m)^folder = "(.+)"`)

// local is an address of this machine in a device's file.
var local = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// Install puts the demonstration's device files into the platform's folder of
// devices where they are not there yet, and gives those that name a port which
// somebody else has another one. home is the instruments' own folder, to which
// their files lead. It is to be called before the platform and the simulator
// take their ports.
func Install(folder, home string) error {
	entries, err := devices.ReadDir("devices")
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	home, err = filepath.Abs(home)
	if err == nil {
		err = errors.Join(os.MkdirAll(folder, 0o750), os.MkdirAll(home, 0o750))
	}
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	faults := []error{password(filepath.Join(home, passwordFile))}
	for _, e := range entries {
		faults = append(faults, install(filepath.Join(folder, e.Name()), home, e.Name()))
	}
	return errors.Join(faults...)
}

// password makes a password where there is none.
func password(name string) error {
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	if err := os.WriteFile(name, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	return nil
}

func install(name, home, device string) error {
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("simulate: %w", err)
	}
	text := string(old)
	if err != nil {
		fresh, err := devices.ReadFile(path.Join("devices", device))
		if err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		text = strings.ReplaceAll(string(fresh), homeMark, filepath.ToSlash(home))
	}
	if at := dropFolder.FindStringSubmatch(text); at != nil {
		if err := os.MkdirAll(filepath.FromSlash(at[1]), 0o750); err != nil { //nolint:gosec // the platform watches this very folder
			return fmt.Errorf("simulate: %w", err)
		}
	}
	if text, err = elsewhere(text); err != nil {
		return err
	}
	if text == string(old) {
		return nil
	}
	if err := os.WriteFile(name+".part", []byte(text), 0o600); err != nil { //nolint:gosec // one of our own names, in the platform's folder
		return fmt.Errorf("simulate: %w", err)
	}
	return os.Rename(name+".part", name)
}

// elsewhere moves an address that is taken to a free port.
func elsewhere(text string) (string, error) {
	address := local.FindString(text)
	if address == "" {
		return text, nil
	}
	l, err := net.Listen("tcp", address) //nolint:noctx // it is closed at once
	if err == nil {
		return text, l.Close()
	}
	free, err := freeAddress()
	return strings.ReplaceAll(text, address, free), err
}
