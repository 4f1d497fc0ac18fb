package source

import (
	"encoding/json"

	"lingtan/reading"
)

// define keeps what CDDY says of a mapped point, and tells at once where its
// unit cannot be that of the point.
func (p *post1201) define(row row1201) error {
	code := row["point"]
	target, mapped := p.targetOf(code)
	if !mapped {
		p.passed++
		return nil
	}
	d := row.definition()
	note, err := json.Marshal(d)
	if err != nil {
		return err
	}
	p.definitions[code] = d
	p.marks = append(p.marks, reading.Mark{Key: "define/" + code, Note: string(note)})
	_, err = p.convert(0, d.Unit, target)
	return err
}

// targetOf finds a mapped channel of a point.
func (p *post1201) targetOf(code string) (target1201, bool) {
	for _, c := range p.line.Device.Channels {
		if codeOf(c.Name) == code {
			t, ok := p.targets[c.Name]
			return t, ok
		}
	}
	return target1201{}, false
}
