package site

import (
	"math/big"
	"strconv"

	"lingtan/lang"
	"lingtan/quantity"
)

// Amount reads a quantity in whatever unit it is written, "1250 t", or a bare
// number, which has none; ok is false where it is not written or is no quantity.
func (s *Section) Amount(key string) (q quantity.Quantity, ok bool) {
	v, has := s.ask(key)
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		if has {
			s.Wrong(key, lang.T("带单位的文本,如 \"1250 t\"", "a text with its unit, such as \"1250 t\""))
		}
		return quantity.Quantity{}, false
	}
	q, err := quantity.Parse(text)
	if err != nil {
		s.Fail(key, err)
		return quantity.Quantity{}, false
	}
	return q, true
}

// AmountWithin reads an amount written alone or as {value = …, uncertainty = …}.
func (s *Section) AmountWithin(key string) (q quantity.Quantity, uncertainty *big.Rat, ok bool) {
	v, _ := s.ask(key)
	if _, table := v.(map[string]any); !table {
		q, ok = s.Amount(key)
		return q, nil, ok
	}
	t := s.Table(key)
	t.Need("value")
	q, ok = t.Amount("value")
	uncertainty = t.Share("uncertainty")
	t.Close()
	return q, uncertainty, ok
}
