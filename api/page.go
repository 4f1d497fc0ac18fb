package api

import (
	"slices"
	"strconv"

	"lingtan/fault"
	"lingtan/lang"
)

// Page is a part of a list. Next asks for what follows; empty is the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"下一页的 cursor,空为最后一页 | the cursor of the next page, empty at the end"`
}

// Listed is the answer of a list.
type Listed[T any] struct{ Body Page[T] }

// Paged asks for a part of a list.
type Paged struct {
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"至多几行 | at most so many rows"`
	Cursor string `query:"cursor" maxLength:"512" doc:"上一页的 next | next of the page before"`
}

// Languaged asks for a language beside the browser's; the handler around all
// routes reads it.
type Languaged struct {
	Lang string `query:"lang" enum:"zh,en" doc:"语言;缺省按 Accept-Language | the language, otherwise Accept-Language"`
}

// slice gives the part of a whole list behind the row that the cursor names. A
// row that has gone since does not lose the reader's place silently.
func slice[T any](list []T, p Paged, key func(T) string) (*Listed[T], error) {
	start := 0
	if p.Cursor != "" {
		i := slices.IndexFunc(list, func(v T) bool { return key(v) == p.Cursor })
		if i < 0 {
			return nil, badCursor(p.Cursor)
		}
		start = i + 1
	}
	end := min(start+p.limit(), len(list))
	out := Page[T]{Items: append([]T{}, list[start:end]...)}
	if end < len(list) {
		out.Next = key(list[end-1])
	}
	return &Listed[T]{out}, nil
}

// numbered gives a part of a list that never changes: the cursor is a place.
func numbered[T any](list []T, p Paged) (*Listed[T], error) {
	start := 0
	if p.Cursor != "" {
		n, err := strconv.Atoi(p.Cursor)
		if err != nil || n < 0 || n > len(list) {
			return nil, badCursor(p.Cursor)
		}
		start = n
	}
	end := min(start+p.limit(), len(list))
	out := Page[T]{Items: append([]T{}, list[start:end]...)}
	if end < len(list) {
		out.Next = strconv.Itoa(end)
	}
	return &Listed[T]{out}, nil
}

// follow makes a page of rows that were asked for behind a key: a full page
// may have a next one.
func follow[T any](rows []T, p Paged, key func(T) string) *Listed[T] {
	out := Page[T]{Items: append([]T{}, rows...)}
	if len(rows) == p.limit() {
		out.Next = key(rows[len(rows)-1])
	}
	return &Listed[T]{out}
}

func (p Paged) limit() int {
	if p.Limit <= 0 {
		return pageRows
	}
	return min(p.Limit, maxRows)
}

func badCursor(cursor string) error {
	return fault.Invalid.Say(lang.T("游标 %.40q 无效", "the cursor %.40q is not one"), cursor).
		Do(lang.T("用上一页的 next,或不带 cursor 从头开始", "use next of the page before, or begin without a cursor")).
		At(fault.Place{Column: "cursor"})
}
