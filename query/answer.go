package query

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
)

// Answer is an answer in Prometheus' JSON. It is written once, and then closed.
type Answer struct {
	data            func(w *pen)
	warnings, infos []string
	done            func()
}

// plain answers with what encoding/json writes.
func plain(data any) *Answer { return &Answer{data: func(w *pen) { w.json(data) }} }

// mostTold is how many warnings are told.
const mostTold = 10

// valueAnswer answers with the value of an expression; 0 limits nothing.
func valueAnswer(res *promql.Result, expr string, limit int, done func()) *Answer {
	a := &Answer{done: done}
	a.warnings, a.infos = res.Warnings.AsStrings(expr, mostTold, mostTold)
	switch v := res.Value.(type) {
	case promql.Matrix:
		v = upTo(a, v, limit)
		a.data = func(w *pen) { w.matrix(v) }
	case promql.Vector:
		v = upTo(a, v, limit)
		a.data = func(w *pen) { w.vector(v) }
	case promql.Scalar:
		a.data = func(w *pen) {
			w.text(`{"resultType":"scalar","result":`)
			w.point(v.T, v.V)
			w.text("}")
		}
	case promql.String:
		a.data = func(w *pen) {
			w.text(`{"resultType":"string","result":[`)
			w.instant(v.T)
			w.text(",")
			w.json(v.V)
			w.text("]}")
		}
	}
	return a
}

// upTo cuts results off, and says so.
func upTo[S ~[]E, E any](a *Answer, all S, limit int) S {
	if limit <= 0 || len(all) <= limit {
		return all
	}
	a.warnings = append(a.warnings, "results truncated due to limit")
	return all[:limit]
}

// Write writes the answer and lets go of what it holds.
func (a *Answer) Write(to io.Writer) error {
	if a.done != nil {
		defer a.done()
	}
	w := &pen{Writer: bufio.NewWriterSize(to, 32<<10)}
	w.text(`{"status":"success","data":`)
	a.data(w)
	for _, list := range []struct {
		name string
		said []string
	}{{"warnings", a.warnings}, {"infos", a.infos}} {
		if len(list.said) > 0 {
			w.text(`,"` + list.name + `":`)
			w.json(list.said)
		}
	}
	w.text("}\n")
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// Refuse writes an error as Prometheus does.
func Refuse(to io.Writer, kind Kind, text string) error {
	return json.NewEncoder(to).Encode(struct {
		Status string `json:"status"`
		Kind   Kind   `json:"errorType"`
		Text   string `json:"error"`
	}{"error", kind, text})
}

// pen writes JSON. Its faults are told by Flush.
type pen struct {
	*bufio.Writer
	buf []byte
}

func (w *pen) text(s string) { _, _ = w.WriteString(s) }

func (w *pen) json(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and lists of them
	}
	_, _ = w.Write(b)
}

func (w *pen) matrix(m promql.Matrix) {
	w.text(`{"resultType":"matrix","result":[`)
	for i, s := range m {
		w.next(i)
		w.text(`{"metric":`)
		w.labels(s.Metric)
		w.text(`,"values":[`)
		for k, p := range s.Floats {
			w.next(k)
			w.point(p.T, p.F)
		}
		w.text("]}")
	}
	w.text("]}")
}

func (w *pen) vector(v promql.Vector) {
	w.text(`{"resultType":"vector","result":[`)
	for i, s := range v {
		w.next(i)
		w.text(`{"metric":`)
		w.labels(s.Metric)
		w.text(`,"value":`)
		w.point(s.T, s.F)
		w.text("}")
	}
	w.text("]}")
}

// next separates what follows from what came before.
func (w *pen) next(i int) {
	if i > 0 {
		_ = w.WriteByte(',')
	}
}

func (w *pen) labels(l labels.Labels) { w.json(l.Map()) }

func (w *pen) point(t int64, v float64) {
	_ = w.WriteByte('[')
	w.instant(t)
	w.text(`,"`)
	form := byte('f')
	if abs := math.Abs(v); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		form = 'e'
	}
	w.buf = strconv.AppendFloat(w.buf[:0], v, form, -1, 64)
	_, _ = w.Write(w.buf)
	w.text(`"]`)
}

// instant writes ms as seconds, exactly.
func (w *pen) instant(ms int64) {
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	w.buf = append(w.buf[:0], sign...)
	w.buf = strconv.AppendInt(w.buf, ms/1000, 10)
	if rest := ms % 1000; rest != 0 {
		w.buf = fmt.Appendf(w.buf, ".%03d", rest)
	}
	_, _ = w.Write(w.buf)
}
