package rule

import (
	"math"
	"math/big"

	"lingtan/lang"
	"lingtan/quantity"
)

// covered is the share of a month from which its meter is taken for the whole.
const covered = 0.95

// enough is how many months a deviation is judged by, of the last 24: half of
// them, else two odd months make a rule.
const (
	sigmaMonths = 24
	enough      = 12
)

// near is how close two floats are for the exact numbers to be asked.
const near = 1e-6

// beyond tells whether two amounts differ by more than a share of the second.
// Where the floats leave no doubt the exact numbers are not asked: a grid has
// thousands of cells.
func beyond(a, b Amount, share *big.Rat) bool {
	limit, _ := share.Float64()
	off, room := math.Abs(a.Float-b.Float), limit*math.Abs(b.Float)
	if math.Abs(off-room) > near*(off+room) {
		return off > room
	}
	return exactly(a.Quantity, b.Quantity, share)
}

func exactly(a, b quantity.Quantity, share *big.Rat) bool {
	diff := new(big.Rat).Sub(a.Rat(), b.Rat())
	limit := new(big.Rat).Mul(share, b.Rat())
	return diff.Abs(diff).Cmp(limit.Abs(limit)) > 0
}

// change tells a difference as a share: "+32.4 %".
func change(a, b Amount) string {
	if b.Float == 0 {
		return "∞"
	}
	sign := ""
	share := (a.Float - b.Float) / math.Abs(b.Float) * 100
	if share > 0 {
		sign = "+"
	}
	r := new(big.Rat).SetFloat64(share)
	if r == nil {
		return "∞"
	}
	return sign + r.FloatString(1) + " %"
}

func changeMonth(c cell) (lang.Text, lang.Text, bool) {
	return c.changed(1, lang.T("较上月(%s)%s", "%[2]s against the month before (%[1]s)"))
}

func changeYear(c cell) (lang.Text, lang.Text, bool) {
	return c.changed(12, lang.T("较上年同月(%s)%s", "%[2]s against the same month of last year (%[1]s)"))
}

// changed compares with an earlier month. What was nothing and is something
// has no share, and is told.
func (c cell) changed(back Month, text lang.Text) (lang.Text, lang.Text, bool) {
	was, ok := c.Amount(c.row.ID(), c.month-back)
	if !ok || !beyond(c.now, was, c.limit) {
		return lang.Text{}, lang.Text{}, false
	}
	return text.Format(c.told(was.Quantity), change(c.now, was)),
		lang.T("核对单位与小数点,再说明变化的原因", "check the unit and the decimal point, then say why it changed"), true
}

// told prints an amount of the row for a reader.
func (c cell) told(q quantity.Quantity) lang.Text {
	return lang.T(q.Text(c.row.Places(), lang.ZH), q.Text(c.row.Places(), lang.EN))
}

// sigma finds what lies further from the mean of the last 24 months than so
// many of their standard deviations.
func sigma(c cell) (lang.Text, lang.Text, bool) {
	var n, sum, squares float64
	for i := range Month(sigmaMonths) {
		if a, ok := c.Amount(c.row.ID(), c.month-1-i); ok {
			n++
			sum += a.Float
			squares += a.Float * a.Float
		}
	}
	if n < enough {
		return lang.Text{}, lang.Text{}, false
	}
	mean := sum / n
	deviation := math.Sqrt(max(0, (squares-n*mean*mean)/(n-1)))
	limit, _ := c.limit.Float64()
	if deviation < 1e-9*math.Abs(mean) || math.Abs(c.now.Float-mean) <= limit*deviation {
		return lang.Text{}, lang.Text{}, false
	}
	unit := c.row.Unit
	return lang.T("偏离近 %d 个月均值 %s 达 %s 倍标准差", "%[3]s standard deviations away from the mean of the last %[1]d months, %[2]s").
			Format(int(n), c.told(float(mean, unit)), float((c.now.Float-mean)/deviation, quantity.One).Fixed(1)),
		lang.T("核对数值,再说明原因", "check the value, then say why"), true
}

// float is a number for a reader; statistics are not accounting.
func float(v float64, u quantity.Unit) quantity.Quantity {
	q, err := quantity.FromFloat(v, u)
	if err != nil {
		return quantity.Int(0, u)
	}
	return q
}

// against compares with the meter beside the cell, where it covers the month.
func against(c cell) (lang.Text, lang.Text, bool) {
	b, ok := c.Beside(c.row.ID(), c.month)
	if !ok || b.Coverage < covered {
		return lang.Text{}, lang.Text{}, false
	}
	meter := Amount{b.Quantity, b.Quantity.Float()}
	if !beyond(c.now, meter, c.limit) {
		return lang.Text{}, lang.Text{}, false
	}
	return lang.T("与表计 %s 相差 %s", "%[2]s against the meter, %[1]s").Format(c.told(b.Quantity), change(c.now, meter)),
		lang.T("核对单据期间与表计倍率,再说明差异", "check the period of the document and the ratio of the meter, then say why they differ"), true
}

// repeated finds a value that is to the digit that of the month before: often
// a copy, seldom a coincidence. Nothing is the same as nothing.
func repeated(c cell) (lang.Text, lang.Text, bool) {
	was, ok := c.Amount(c.row.ID(), c.month-1)
	if !ok || c.now.Float != was.Float || c.now.IsZero() || !was.Equal(c.now.Quantity) {
		return lang.Text{}, lang.Text{}, false
	}
	return lang.T("与上月完全相同", "the very value of the month before"), lang.T("核对是否抄录", "see that it was not copied"), true
}
