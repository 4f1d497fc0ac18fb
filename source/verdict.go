package source

import (
	"maps"
	"slices"
	"strings"

	"lingtan/reading"
	"lingtan/site"
)

// verdict is what a sender says of its own value.
type verdict struct {
	q   reading.Quality
	why reading.Reason
}

// words tell what a sender's words of quality mean.
type words map[string]verdict

// usualWords are understood without being listed, in any case of letters. 192
// is OPC's good. A word that is not among them is not guessed at: its value is
// kept as doubtful.
var usualWords = words{ //nolint:gochecknoglobals // a constant table
	"good": {}, "ok": {}, "normal": {}, "valid": {}, "true": {}, "192": {}, "正常": {}, "有效": {},
	"alarm": {why: reading.DeviceAlarm}, "报警": {why: reading.DeviceAlarm},
	"manual": {reading.Manual, reading.TypedIn}, "人工": {reading.Manual, reading.TypedIn},
	"suspect": {reading.Suspect, reading.Uncertain}, "uncertain": {reading.Suspect, reading.Uncertain}, "可疑": {reading.Suspect, reading.Uncertain},
	"bad": {reading.Bad, reading.Uncertain}, "invalid": {reading.Bad, reading.Uncertain}, "false": {reading.Bad, reading.Uncertain}, "无效": {reading.Bad, reading.Uncertain},
	"fault": {reading.Bad, reading.DeviceFault}, "error": {reading.Bad, reading.DeviceFault}, "故障": {reading.Bad, reading.DeviceFault},
	"calibrating": {reading.Bad, reading.Calibrating}, "calibration": {reading.Bad, reading.Calibrating}, "标校": {reading.Bad, reading.Calibrating},
	"maintenance": {reading.Bad, reading.Maintenance}, "维护": {reading.Bad, reading.Maintenance},
	"stopped": {reading.Bad, reading.Stopped}, "off": {reading.Bad, reading.Stopped}, "停运": {reading.Bad, reading.Stopped},
	"overrange": {reading.Bad, reading.OverScale}, "over_scale": {reading.Bad, reading.OverScale}, "超量程": {reading.Bad, reading.OverScale},
	"offline": {reading.Bad, reading.LinkLost}, "link_lost": {reading.Bad, reading.LinkLost}, "通信中断": {reading.Bad, reading.LinkLost},
	"quarantined": {reading.Quarantined, reading.ClockAhead},
}

// doubtful is the verdict of a word nobody explained.
var doubtful = verdict{reading.Suspect, reading.Uncertain} //nolint:gochecknoglobals // a constant

// of tells what a word means; no word means nothing bad.
func (w words) of(word string) verdict {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == "" {
		return verdict{}
	}
	if v, ok := w[word]; ok {
		return v
	}
	return doubtful
}

// readWords reads a table of words, {good = ["1"], bad = ["0"]}, beside the
// usual ones.
func readWords(s *site.Section) words {
	if s == nil {
		return usualWords
	}
	defer s.Close()
	out := maps.Clone(usualWords)
	for _, quality := range slices.Sorted(maps.Keys(qualityWords)) {
		v := usualWords[quality]
		for _, word := range s.Texts(quality) {
			out[strings.ToLower(strings.TrimSpace(word))] = v
		}
	}
	return out
}
