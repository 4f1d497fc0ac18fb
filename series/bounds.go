package series

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
)

// checkBounds refuses what an hour could lie across.
func checkBounds(bounds []int64) error {
	if len(bounds) < 2 || !slices.IsSorted(bounds) {
		return fault.Invalid.Say(lang.T("汇总至少要两个递增的时间界限", "totals need two or more ascending bounds"))
	}
	for _, b := range bounds {
		if b%reading.HourMS != 0 {
			return fault.Invalid.Say(lang.T("汇总界限 %d 不在整点上", "the bound %d is not on a full hour"), b).
				Do(lang.T("小时是最小的汇总单位", "the hour is the smallest unit of a total"))
		}
	}
	return nil
}

// hourSpan tells the hours that begin within the query.
func hourSpan(q reading.Query) (from, to int64) {
	return reading.HourOf(q.From + reading.HourMS - 1), reading.HourOf(q.To + reading.HourMS - 1)
}

// whereHours asks for the hours that begin within the query.
func whereHours(q reading.Query) string {
	from, to := hourSpan(q)
	return fmt.Sprintf("hour >= %d AND hour < %d", from, to) + whereSeries(q.Series)
}

// grow adds an hour to ascending spans.
func grow(spans []reading.Span, id reading.ID, hour int64) []reading.Span {
	if n := len(spans); n > 0 && spans[n-1].Series == id && spans[n-1].To == hour {
		spans[n-1].To++
		return spans
	}
	return append(spans, reading.Span{Series: id, From: hour, To: hour + 1})
}

func whereSeries(ids []reading.ID) string {
	if ids == nil {
		return ""
	}
	if len(ids) == 0 {
		return " AND false"
	}
	lo, hi := ids[0], ids[0]
	list := make([]string, len(ids))
	for i, id := range ids {
		lo, hi, list[i] = min(lo, id), max(hi, id), strconv.FormatInt(int64(id), 10)
	}
	if int64(hi-lo)+1 == int64(len(ids)) {
		return fmt.Sprintf(" AND series BETWEEN %d AND %d", lo, hi)
	}
	return fmt.Sprintf(" AND series BETWEEN %d AND %d AND series IN (%s)", lo, hi, strings.Join(list, ","))
}

// epoch keeps SQL's integer division, which cuts towards zero, rounding down:
// 10^12 hours are added before and taken off after.
const epoch = 1_000_000_000_000
