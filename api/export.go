package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/export"
	"lingtan/fault"
	"lingtan/lang"
)

// parquetType is registered with IANA for files of Apache Parquet.
const parquetType = "application/vnd.apache.parquet"

// exportReadings streams a stretch of points as a Parquet file. What fails
// after the first byte cuts the connection, as for the bundle.
func (s *server) exportReadings(ctx context.Context, in *struct {
	OfSite
	Stretch
	Points []string `query:"point,explode" required:"true" minItems:"1" maxItems:"50" doc:"测点编号,可重复 | ids of points, repeated"`
	Of     string   `query:"of" default:"readings" enum:"readings,settled,hours" doc:"全部读数、每一时刻计入的读数、小时量 | all readings, the one that counts of every instant, or amounts of hours"`
},
) (*Streamed, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	from, to, err := in.between(mine.Site.Calendar)
	if err != nil {
		return nil, err
	}
	if days := (to - from) / day.Milliseconds(); days > maxExport {
		return nil, fault.Invalid.Say(lang.T("一次至多导出 %d 天,要求了 %d 天", "at most %d days at once, %d were asked for"), maxExport, days).
			Do(lang.T("分段导出,或在服务器上用 lingtan export", "export it in parts, or use lingtan export on the server")).At(fault.Place{Column: "to"})
	}
	if err := mine.Inventories.Refresh(ctx); err != nil {
		return nil, err
	}
	r := export.Request{What: export.What(in.Of), Points: in.Points, From: from, To: to}
	of := export.Mine{Site: mine.Site, Number: mine.Number, Series: mine.Readings.Series}
	return &Streamed{func(c huma.Context) {
		out := &late{c: c, name: r.Name(in.Site), kind: parquetType}
		if _, err := of.Write(ctx, out, r, nil); err != nil {
			if out.begun {
				visitOf(ctx).err = fmt.Errorf("export of %s: %w", in.Site, err)
				panic(http.ErrAbortHandler)
			}
			refuse(c, problemOf(ctx, err))
		}
	}}, nil
}
