package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lingtan/board"
	"lingtan/testkit"
)

// TestBoards: January is closed, February has nothing; the board tells the
// inventory's total, opens to its lines and cards, and says what is missing.
func TestBoards(t *testing.T) {
	h := build(t, testkit.SQLite(t)).closed()
	const mine = sites + "/" + own
	var o board.Overview
	read := func(into any, path string) {
		t.Helper()
		if err := json.Unmarshal([]byte(h.must(call{who: "viewer@" + own, method: "GET", path: mine + path})), into); err != nil {
			t.Fatal(err)
		}
	}
	read(&o, "/boards/overview?from=2024-01&to=2024-02")
	// 744 h × 2 × 80 kWh × 0.6634 kg and 100 000 t × 2.01 kg × 21.
	if o.Total.Value == nil || *o.Total.Value != "4299.971136" || o.Months[0].From != board.FromClosed || o.Months[0].Inventory != own+".2024-01.cn-coal-2014.v1" {
		t.Errorf("the board tells %v of %s %s", o.Total.Value, o.Months[0].From, o.Months[0].Inventory)
	}
	if strings.Join(o.Quality.Missing, " ") != "2024-02" || o.Months[1].Total.Value != nil || o.Months[1].Total.Missing.EN == "" || o.Tally.Closed != 1 {
		t.Errorf("of February: missing %v, %+v", o.Quality.Missing, o.Months[1].Total)
	}
	var lines board.Lines
	read(&lines, "/working/2024-01..2024-02/lines?scope=1")
	if len(lines.Items) != 1 || lines.Sum != "4221" || len(lines.Origins) != 2 || lines.Origins[1].From != board.FromNothing {
		t.Fatalf("lines of scope 1: %+v", lines)
	}
	var card board.Card
	read(&card, "/working/2024-01/card?line="+strings.ReplaceAll(lines.Items[0].ID, "/", "%2F"))
	if card.From != board.FromClosed || card.Inventory == "" || len(card.Card.Line.Steps) == 0 || len(card.Card.Inputs) != 1 {
		t.Errorf("card: %+v", card)
	}
	var wall board.Wall
	read(&wall, "/boards/wall?node=mine")
	if wall.To != "2024-03" || wall.LiveNode != "site:"+own || len(wall.Section) == 0 || wall.Supply.Day != "2024-03-05" {
		t.Errorf("wall to %s, of %s, supply of %s", wall.To, wall.LiveNode, wall.Supply.Day)
	}
}

// TestBoardsRefuse: what is asked for wrongly is told by its parameter.
func TestBoardsRefuse(t *testing.T) {
	h := build(t, testkit.SQLite(t))
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/boards/overview?from=2024-13":                {http.StatusUnprocessableEntity, `"column":"from"`},
		"/boards/overview?node=moon":                   {http.StatusUnprocessableEntity, "there is no unit or source"},
		"/boards/overview?gwp=AR9":                     {http.StatusUnprocessableEntity, "unknown GWP set"},
		"/boards/overview?edition=none":                {http.StatusNotFound, "unknown edition"},
		"/boards/overview?from=2010-01&to=2024-01":     {http.StatusUnprocessableEntity, "expected 1 to 24"},
		"/boards/wall?from=2024-01":                    {http.StatusUnprocessableEntity, "from"},
		"/working/someday/lines":                       {http.StatusUnprocessableEntity, "period"},
		"/working/2024-01/card":                        {http.StatusUnprocessableEntity, "line"},
		"/working/2024-01/card?line=nowhere%2F2024:ch": {http.StatusNotFound, "has no line"},
	} {
		if w := h.do(call{who: "viewer@" + own, method: "GET", path: sites + "/" + own + path}); w.Code != want.status || !strings.Contains(w.Body.String(), want.says) {
			t.Errorf("GET %s = %d %s, want %d with %s", path, w.Code, w.Body, want.status, want.says)
		}
	}
}
