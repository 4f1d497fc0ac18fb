package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

func changed(name string) *fault.Fault {
	return fault.Conflict.Say(lang.T("%s 已被改动", "%s was changed"), name).
		Do(lang.T("向出具方索取原件", "ask the issuer for the original"))
}

// checkFiles hashes every file against the manifest and names those that differ.
func (v *verifier) checkFiles() (lang.Text, error) {
	if len(v.archive.File) > maxFiles {
		return lang.Text{}, fault.Invalid.Say(lang.T("文件多于 %d 个", "more than %d files"), maxFiles)
	}
	data, err := v.text(manifestFile)
	if err != nil {
		return lang.Text{}, err
	}
	if err := json.Unmarshal(data, &v.manifest); err != nil || v.manifest.Format != format && v.manifest.Format != monthFormat {
		return lang.Text{}, changed(manifestFile)
	}
	var faults []error
	for _, f := range v.manifest.Files {
		if err := v.hash(f); err != nil {
			faults = append(faults, err)
		}
	}
	for _, f := range v.archive.File {
		known := f.Name == manifestFile || slices.ContainsFunc(v.manifest.Files, func(m File) bool { return m.Name == f.Name })
		if !known {
			faults = append(faults, fault.Conflict.Say(lang.T("%s 不在文件清单中", "%s is not in the manifest"), f.Name))
		}
	}
	return lang.T("%d 个文件的 SHA-256 相符", "the SHA-256 of %d files agree").Format(len(v.manifest.Files)), errors.Join(faults...)
}

func (v *verifier) hash(f File) error {
	in, err := v.archive.Open(f.Name)
	if err != nil {
		return changed(f.Name)
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(in, maxReadings))
	if err != nil || n != f.Bytes || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return changed(f.Name)
	}
	return nil
}

// text unpacks a text file, once.
func (v *verifier) text(name string) ([]byte, error) {
	if data, ok := v.texts[name]; ok {
		return data, nil
	}
	in, err := v.archive.Open(name)
	if err != nil {
		return nil, fault.Invalid.Say(lang.T("包内没有 %s", "the bundle has no %s"), name)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxText))
	if err != nil {
		return nil, changed(name)
	}
	v.texts[name] = data
	return data, nil
}

func (v *verifier) json(name string, into any) error {
	data, err := v.text(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return changed(name)
	}
	return nil
}
