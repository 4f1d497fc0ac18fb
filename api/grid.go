package api

import (
	"context"

	"lingtan/access"
	"lingtan/form"
	"lingtan/lang"
)

func (s *server) gridRoutes() []route {
	const cell = "/sites/{site}/cells/{source}/{parameter}/{month}"
	return group(lang.T("填报表", "forms"),
		at(get, "/sites/{site}/forms", access.ReadFilings, within, "list-forms", lang.T("一年各月、各组织的填报表", "the forms of a year, by month and unit"), handle(s.listMonthForms)),
		at(get, "/sites/{site}/grid", access.ReadFilings, within, "get-grid", lang.T("填报表格:各行、各月、每格的值与校验", "the grid: rows, months, and every cell with what the rules find"), handle(s.getGrid)),
		at(put, cell, access.WriteFiling, within, "put-cell", lang.T("填一格;空值为撤回", "file a cell; an empty value takes it back"), handle(s.putCell)),
		at(get, cell+"/history", access.ReadFilings, within, "get-cell-history", lang.T("一格的全部填报", "everything ever filed for a cell"), handle(s.getHistory)),
		at(post, cell+"/explain", access.WriteFiling, within, "explain-cell", lang.T("说明一条校验发现", "give the reason for what a rule found"), handle(s.explainCell)),
		at(post, cell+"/comments", access.CommentFiling, within, "comment-cell", lang.T("对一格发表意见", "comment on a cell"), handle(s.commentCell)),
		at(post, cell+"/return", access.ReturnMonth, bySite, "return-cell", lang.T("退回一格,其他格不变", "give one cell back; the others stay"), handle(s.returnCell)),
		at(post, "/sites/{site}/cells", access.WriteFiling, within, "post-cells", lang.T("一次填多格", "file many cells at once"), handle(s.postCells), large(maxBlock), patient(paste)),
		at(post, "/sites/{site}/cells/check", access.WriteFiling, within, "check-cells", lang.T("只校验,不保存", "check cells and keep nothing"), handle(s.checkCells), large(maxBlock), patient(paste)),
		at(post, "/sites/{site}/presence", access.ReadFilings, within, "post-presence", lang.T("我在哪一格;谁在哪一格", "which cell I am in, and who is in which"), handle(s.postPresence)),
	)
}

func (s *server) getGrid(ctx context.Context, in *struct {
	OfSite
	From string `query:"from" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"首月,如 2026-01 | first month"`
	To   string `query:"to" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"末月(含),至多 36 个月 | last month, included; at most 36"`
	Node string `query:"node" maxLength:"64" doc:"只要该组织及其下级 | this unit and all below it"`
},
) (*struct{ Body form.Grid }, error) {
	desk, _, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	g, err := desk.Grid(ctx, form.Ask{From: in.From, To: in.To, Node: in.Node, Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	return &struct{ Body form.Grid }{g}, nil
}

func (s *server) listMonthForms(ctx context.Context, in *struct {
	OfSite
	Year int `query:"year" required:"true" minimum:"2000" maximum:"2100"`
},
) (*struct{ Body []form.Form }, error) {
	desk, _, err := s.desk(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	list, err := desk.Forms(ctx, actorOf(ctx), in.Year)
	if err != nil {
		return nil, err
	}
	return &struct{ Body []form.Form }{list}, nil
}
