package testkit

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"lingtan/access"
	"lingtan/fault"
	"lingtan/filing"
	"lingtan/lang"
)

// block makes filings of many cells of June 2024, each row's first value.
func block(n int) []filing.Filing {
	out := make([]filing.Filing, n)
	for i := range out {
		out[i] = coal(fmt.Sprintf("b%d", i), "zhang", fmt.Sprintf("%d t", i), "")
		out[i].Parameter = fmt.Sprintf("p%d", i)
	}
	return out
}

// blockFiled: of a block everything that may be is kept, in one transaction,
// each value with an entry of its own; the rest says why not.
func blockFiled(t *storeTest) {
	ctx, s := t.Context(), t.s
	list := block(60)
	for _, o := range got(s.PutFilings(ctx, "qingling", list))(t) {
		if o.Same || o.Fault != nil {
			t.Fatalf("a first value: %+v", o)
		}
	}
	if head := got(s.VerifyLedger(ctx, "qingling"))(t); head.Seq != 60 {
		t.Errorf("%d entries, want one a value", head.Seq)
	}
	again := block(60)
	again[0].ID = "again" // sent again: the same value by the same hand
	again[1].ID, again[1].By = "other", "zhao"
	again[2] = coal("next", "zhao", "7 t", "b2")
	again[2].Parameter = "p2"
	again[3] = filing.Filing{ID: "gone", Cell: list[3].Cell, How: list[3].How, By: "zhao", At: storeClock, Supersedes: "b3", Withdrawn: true}
	done := got(s.PutFilings(ctx, "qingling", append(again[:4], block(61)[60])))(t)
	var stale filing.Stale
	if !done[0].Same || !errors.As(done[1].Fault, &stale) || fault.KindOf(done[1].Fault) != fault.Conflict || done[2].Fault != nil || done[3].Fault != nil || done[4].Fault != nil {
		t.Errorf("outcomes %+v", done)
	}
	all := got(s.Filings(ctx, "qingling", "2024-06", "2024-06"))(t)
	if len(all) != 63 || len(filing.Current(all)) != 60 || len(filing.Last(all)) != 61 {
		t.Errorf("%d filings, %d stand, %d lines", len(all), len(filing.Current(all)), len(filing.Last(all)))
	}
	if n := got(s.FilingCounts(ctx, "qingling", "2024-01", "2024-12"))(t); !reflect.DeepEqual(n, map[string]int64{"2024-06": 63}) {
		t.Errorf("counts %v", n)
	}
	if _, filed, err := s.Filed(ctx, "qingling", list[3].Source, "p3", "2024-06"); filed || err != nil {
		t.Errorf("what was taken back is filed: %v", err)
	}
	history := got(s.CellHistory(ctx, list[2].Cell))(t)
	if len(history) != 2 || history[0].ID != "next" {
		t.Errorf("history %+v", history)
	}
}

// hastyHands: two hands on one cell; one of them is told.
func hastyHands(t *storeTest) {
	const hands = 8
	var wg sync.WaitGroup
	outcomes := make([]filing.Outcome, hands)
	for h := range hands {
		wg.Go(func() {
			f := coal(fmt.Sprint("h", h), fmt.Sprint("zhang", h), fmt.Sprintf("%d t", h), "")
			done, err := t.s.PutFilings(t.Context(), "qingling", []filing.Filing{f})
			if err != nil {
				t.Error(err)
				return
			}
			outcomes[h] = done[0]
		})
	}
	wg.Wait()
	kept := 0
	for _, o := range outcomes {
		if o.Fault == nil && !o.Same {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d of %d hands filed the same cell", kept, hands)
	}
}

// cellReturned: a cell given back takes a value while its month is submitted,
// the others do not, and nothing is approved before it came.
func cellReturned(t *storeTest) {
	ctx, s := t.Context(), t.s
	for _, o := range got(s.PutFilings(ctx, "qingling", block(2)))(t) {
		must(t, o.Fault)
	}
	zhang := access.Actor{ID: "zhang", Duties: access.As(access.Filler, "qingling")}
	wang := access.Actor{ID: "wang", Duties: access.As(access.Reviewer, "qingling")}
	move := func(who access.Actor, step filing.Step) error {
		_, err := s.MoveMonth(ctx, "qingling", "2024-06", filing.Move{Step: step, Actor: who, At: storeClock.Add(time.Hour)})
		return err
	}
	must(t, move(zhang, filing.Submit))
	back := filing.Remark{ID: "r1", Cell: block(1)[0].Cell, Kind: filing.Returned, Text: "磅单缺页", By: "wang", At: storeClock.Add(2 * time.Hour)}
	month := got(s.ReturnCell(ctx, back, filing.Move{Actor: wang, At: back.At}))(t)
	if month.State != filing.Submitted || !month.ReviewedAt.Equal(back.At) {
		t.Errorf("the month is %+v", month)
	}
	if err := move(wang, filing.Approve); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Tell(err, lang.ZH), "boiler/p0") {
		t.Errorf("approved with a cell given back: %v", err)
	}
	again, closed := coal("again", "zhang", "5 t", "b0"), coal("closed", "zhang", "5 t", "b1")
	again.Parameter, closed.Parameter = "p0", "p1"
	done := got(s.PutFilings(ctx, "qingling", []filing.Filing{again, closed}))(t)
	if done[0].Fault != nil || fault.KindOf(done[1].Fault) != fault.Conflict {
		t.Errorf("outcomes %+v", done)
	}
	must(t, move(wang, filing.Approve))
	steps := got(s.MonthSteps(ctx, "qingling", "2024-06", "2024-06"))(t)
	if len(steps) != 3 || steps[1].Step != filing.Return || steps[1].To != filing.Submitted || steps[2].By != "wang" {
		t.Errorf("steps %+v", steps)
	}
}

// remarksKept: a remark is about what stands when it is made.
func remarksKept(t *storeTest) {
	ctx, s := t.Context(), t.s
	must(t, s.PutFiling(ctx, coal("f1", "zhang", "5 t", "")))
	said := filing.Remark{ID: "r1", Cell: coal("", "", "0 t", "").Cell, Kind: filing.Explained, Rule: "sigma", Text: "停产检修", Evidence: []string{"ab"}, By: "zhang", At: storeClock}
	kept := got(s.PutRemark(ctx, said))(t)
	if kept.Filing != "f1" {
		t.Errorf("it is about %q", kept.Filing)
	}
	if list := got(s.Remarks(ctx, "qingling", "2024-06", "2024-06"))(t); len(list) != 1 || !reflect.DeepEqual(list[0], kept) {
		t.Errorf("remarks %+v, want %+v", list, kept)
	}
	if _, err := s.PutRemark(ctx, said); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the same id twice: %v", err)
	}
}

// remindedOnce: a reminder is given once, told to its channels, and a silent one
// to nobody.
func remindedOnce(t *storeTest) {
	ctx, s := t.Context(), t.s
	r := filing.Reminder{
		Reminded: filing.Reminded{Month: "2024-06", Node: "heating", Step: "remind.3", At: storeClock}, Site: "qingling", To: []string{"desk", "chief"},
		About: lang.T("供热站 2024-06", "Heating 2024-06"), Says: lang.T("还差 3 项", "3 values are missing"),
	}
	silent := r
	silent.Step, silent.Silent = "remind.5", true
	if n := got(s.Remind(ctx, "qingling", []filing.Reminder{silent, r}))(t); n != 1 {
		t.Errorf("%d given, want 1", n)
	}
	if n := got(s.Remind(ctx, "qingling", []filing.Reminder{silent, r}))(t); n != 0 {
		t.Errorf("%d given again", n)
	}
	due := got(s.DueMessages(ctx, storeClock, 10))(t)
	if len(due) != 2 || due[0].Alarm.Says != r.Says || due[0].Alarm.Kind != "deadline" {
		t.Errorf("messages %+v", due)
	}
	if list := got(s.Reminders(ctx, "qingling", "2024-06", "2024-06"))(t); len(list) != 2 || list[0] != r.Reminded {
		t.Errorf("reminders %+v", list)
	}
	if head := got(s.VerifyLedger(ctx, "qingling"))(t); head.Seq != 1 {
		t.Errorf("%d entries, want one of what was told", head.Seq)
	}
}
