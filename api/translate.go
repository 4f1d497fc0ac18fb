package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/fault"
	"lingtan/lang"
)

// translate makes a Problem of what huma finds in a request by itself. The
// library has one variable for its errors; we keep our hands off it, and turn
// them where they are about to be written.
func (s *server) translate(c huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	visit := visitOf(c.Context())
	a := shapes[m.Status]
	if a.code == "" {
		a = answers[fault.Internal]
	}
	p := &Problem{Type: "about:blank", Title: a.title.In(visit.tag), Status: m.Status, Code: a.code, ID: visit.id}
	p.Detail = told(m.Detail).In(visit.tag)
	for i, e := range m.Errors {
		if i == maxTold {
			break
		}
		text := told(e.Message).In(visit.tag)
		p.Errors = append(p.Errors, Complaint{Code: a.code, Place: fault.Place{Column: e.Location}, Text: text})
	}
	if len(p.Errors) > 0 {
		p.Detail = p.Errors[0].Place.Column + ": " + p.Errors[0].Text
	}
	return p, nil
}

// shapes tells the statuses that huma gives by itself.
//
//nolint:gochecknoglobals // a table that is read only
var shapes = map[int]answer{
	http.StatusBadRequest:            {code: fault.Invalid.String(), title: lang.T("请求读不懂", "the request can not be read")},
	http.StatusRequestTimeout:        {code: "timeout", title: lang.T("请求发送过慢", "the request came too slowly")},
	http.StatusNotAcceptable:         {code: "not_acceptable", title: lang.T("没有所要的格式", "there is no such format")},
	http.StatusRequestEntityTooLarge: {code: "too_large", title: lang.T("请求过大", "the request is too large")},
	http.StatusUnsupportedMediaType:  {code: "unsupported", title: lang.T("不支持的内容类型", "unsupported content type")},
	http.StatusUnprocessableEntity:   {code: fault.Invalid.String(), title: lang.T("输入有误", "the input is wrong")},
}

// wordings are the beginnings of huma's sentences, longest first where one
// begins another; what follows is a number or a name and stays.
//
//nolint:gochecknoglobals // a table that is read only
var wordings = [][2]string{
	{"validation failed", "校验不通过"},
	{"request body is too large limit=", "请求正文过大,上限 "},
	{"request body read timeout", "读取请求正文超时"},
	{"cannot read request body", "读不到请求正文"},
	{"request body is required", "缺少请求正文"},
	{"unable to marshal response", "没有所要的格式"},
	{"unknown content type: ", "未知的内容类型 "},
	{"unknown query parameter", "未知的查询参数"},
	{"required query parameter is missing", "缺少查询参数"},
	{"required path parameter is missing", "缺少路径参数"},
	{"required header parameter is missing", "缺少请求头"},
	{"unexpected property", "未知的字段"},
	{"expected required property ", "缺少必填字段 "},
	{"expected string to be RFC 3339 date-time", "须为 RFC 3339 时间,如 2024-06-01T08:00:00+08:00"},
	{"expected string to match pattern ", "须符合格式 "},
	{"expected string", "须为文本"},
	{"expected boolean", "须为 true 或 false"},
	{"expected integer", "须为整数"},
	{"expected number >= ", "须不小于 "},
	{"expected number <= ", "须不大于 "},
	{"expected number", "须为数字"},
	{"expected length >= ", "长度须不小于 "},
	{"expected length <= ", "长度须不大于 "},
	{"expected array length >= ", "项数须不少于 "},
	{"expected array length <= ", "项数须不多于 "},
	{"expected array", "须为数组"},
	{"expected object", "须为对象"},
	{"expected value to be one of ", "须为下列之一:"},
	{"invalid integer", "须为整数"},
	{"invalid boolean", "须为 true 或 false"},
	{"unexpected end of JSON input", "JSON 不完整"},
	{"invalid character ", "JSON 有误,多余的字符 "},
}

// told tells one of huma's sentences in both languages; one that it learnt
// since stays English.
func told(sentence string) lang.Text {
	for _, w := range wordings {
		if rest, ok := strings.CutPrefix(sentence, w[0]); ok {
			return lang.T(w[1]+rest, sentence)
		}
	}
	return lang.Same(sentence)
}
