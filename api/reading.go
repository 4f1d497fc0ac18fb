package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lingtan/reading"
)

// Receipt tells what became of a batch. All of it is durable.
type Receipt struct {
	Accepted    int `json:"accepted" doc:"已落盘并计入 | durable, and counts"`
	Suspect     int `json:"suspect,omitempty" doc:"其中存疑 | of those, doubted"`
	Bad         int `json:"bad" doc:"已落盘,不计入 | durable, does not count"`
	Quarantined int `json:"quarantined" doc:"已落盘,时间在未来 | durable, stamped in the future"`
}

// postReadings takes a batch in: all of it or nothing, and a 200 means that it
// survives a power cut. The same reading again counts once, so a client sends
// a batch until it is answered.
func (s *server) postReadings(ctx context.Context, in *struct {
	OfSite
	RawBody []byte
},
) (*struct{ Body Receipt }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	batch, err := decodeBatch(in.RawBody, func(point string) (reading.ID, bool) {
		if _, measured := mine.Site.Point(point); !measured {
			return 0, false // a gas is derived: nobody sends it
		}
		return mine.Number(point)
	})
	if err != nil {
		return nil, err
	}
	receipt, err := mine.Sink.Accept(ctx, batch)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Receipt }{Receipt(receipt)}, nil
}

// listReadings gives a point's readings as they came, in order, duplicates and
// contradictions included.
func (s *server) listReadings(ctx context.Context, in *struct {
	OfSite
	Stretch
	Point  string `query:"point" required:"true" maxLength:"256" doc:"测点编号 | id of the point"`
	Limit  int    `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
	Cursor string `query:"cursor" maxLength:"64"`
},
) (*Listed[Reading], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	from, to, err := in.between(mine.Site.Calendar)
	if err != nil {
		return nil, err
	}
	id, ok := mine.Number(in.Point)
	if !ok {
		return nil, noPoint(in.Point)
	}
	at, err := parsePlace(in.Cursor, from)
	if err != nil {
		return nil, err
	}
	return scan(ctx, mine.Readings.Series, reading.Query{Series: []reading.ID{id}, From: at.t, To: to}, at, min(in.Limit, maxRaw))
}

// place is where a page of readings ended: an instant, and how many readings
// of that instant the reader has had.
type place struct {
	t   int64
	had int
}

func parsePlace(cursor string, from int64) (place, error) {
	if cursor == "" {
		return place{t: from}, nil
	}
	t, had, found := strings.Cut(cursor, ".")
	ms, err := strconv.ParseInt(t, 10, 64)
	n, bad := strconv.Atoi(had)
	if !found || err != nil || bad != nil || n < 0 || ms < from {
		return place{}, badCursor(cursor)
	}
	return place{ms, n}, nil
}

func (p place) String() string { return fmt.Sprintf("%d.%d", p.t, p.had) }

func scan(ctx context.Context, series reading.Series, q reading.Query, at place, limit int) (*Listed[Reading], error) {
	out := Page[Reading]{Items: []Reading{}}
	skip := at.had
	for r, err := range series.Scan(ctx, q) {
		if err != nil {
			return nil, err
		}
		if skip > 0 && r.T == at.t {
			skip--
			continue
		}
		if len(out.Items) == limit {
			out.Next = at.String()
			break
		}
		if r.T != at.t {
			at = place{t: r.T}
		}
		at.had++
		out.Items = append(out.Items, readingOf(r))
	}
	return &Listed[Reading]{out}, nil
}
