package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

// maxDepth bounds how deep a body may nest.
const maxDepth = 64

// Body gives a value's canonical JSON, for a draft.
func Body(v any) (json.RawMessage, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Canonical(raw)
}

// Canonical rewrites JSON so that equal content has equal bytes: no white
// space, keys sorted by their bytes, characters as they are where JSON allows
// it. Numbers keep their digits, because 1.10 in a filing is not 1.1. A key
// given twice is refused: two readers would read two things.
func Canonical(raw json.RawMessage) (json.RawMessage, error) {
	if len(raw) == 0 {
		return json.RawMessage("{}"), nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var out bytes.Buffer
	if err := canonicalValue(dec, &out, 0); err != nil {
		return nil, badBody(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, badBody(errors.New("more than one value"))
	}
	return out.Bytes(), nil
}

func badBody(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fault.Invalid.Say(lang.T("账目正文不是合格的 JSON:%v", "body is not proper JSON: %v"), err).At(fault.Place{Column: "body"})
}

func canonicalValue(dec *json.Decoder, out *bytes.Buffer, depth int) error {
	if depth > maxDepth {
		return errors.New("nested too deep")
	}
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return canonicalObject(dec, out, depth)
	case json.Delim('['):
		return canonicalArray(dec, out, depth)
	}
	return writeScalar(out, token)
}

func canonicalArray(dec *json.Decoder, out *bytes.Buffer, depth int) error {
	out.WriteByte('[')
	for i := 0; dec.More(); i++ {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := canonicalValue(dec, out, depth+1); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	_, err := dec.Token()
	return err
}

func canonicalObject(dec *json.Decoder, out *bytes.Buffer, depth int) error {
	fields := map[string][]byte{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // the decoder lets nothing else pass as a key
		if _, twice := fields[name]; twice {
			return errors.New("key " + name + " is given twice")
		}
		var value bytes.Buffer
		if err := canonicalValue(dec, &value, depth+1); err != nil {
			return err
		}
		fields[name] = value.Bytes()
	}
	out.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeScalar(out, name); err != nil {
			return err
		}
		out.WriteByte(':')
		out.Write(fields[name])
	}
	out.WriteByte('}')
	_, err := dec.Token()
	return err
}

func writeScalar(out *bytes.Buffer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1) // the encoder's newline
	return nil
}
