package access

import "slices"

// Action is what somebody wants to do.
type Action string

// The actions, in the order of the work.
const (
	OwnAccount       Action = "account.own" // one's own password, sessions and tokens: of everybody who is signed in
	ReadSite         Action = "site.read"
	WriteSite        Action = "site.write"
	ReadWall         Action = "wall.read" // the wall and the mine as it stands now
	ReadReadings     Action = "readings.read"
	WriteReadings    Action = "readings.write"
	SettleClash      Action = "clash.settle"
	ReadFilings      Action = "filing.read"
	WriteFiling      Action = "filing.write"   // values, their reasons and their evidence
	CommentFiling    Action = "filing.comment" // what people say to each other about a cell
	SubmitMonth      Action = "month.submit"
	ReviewMonth      Action = "month.review"        // 矿审
	GroupReviewMonth Action = "month.group-approve" // 集团审
	VerifyMonth      Action = "month.verify"        // 核查
	ReturnMonth      Action = "month.return"        // a month, or single cells of it: by whoever reviews it
	LockMonth        Action = "month.lock"
	ReopenMonth      Action = "month.reopen"
	ReadInventory    Action = "inventory.read"
	CloseInventory   Action = "inventory.close"
	ReadReport       Action = "report.read"
	ExportBundle     Action = "bundle.export"
	ReadSamples      Action = "sample.read"
	DrawSample       Action = "sample.draw"
	ReadFindings     Action = "finding.read"
	WriteFinding     Action = "finding.write" // raise, close and reopen
	AnswerFinding    Action = "finding.answer"
	SignOpinion      Action = "opinion.sign"
	ReadFactors      Action = "factor.read"
	WriteFactors     Action = "factor.write" // a site's own measured factors, or another table
	ReadAlarms       Action = "alarm.read"
	AcknowledgeAlarm Action = "alarm.acknowledge" // and clear, and shelve
	ReadLedger       Action = "ledger.read"
	ReadAudit        Action = "audit.read" // who did what, from where
	ReadPeople       Action = "person.read"
	WritePeople      Action = "person.write"
	ManageTokens     Action = "token.manage"
	ReadSettings     Action = "setting.read"
	WriteSettings    Action = "setting.write"
	ReadDiagnostics  Action = "diagnostics.read"
	MakeBackup       Action = "backup.make" // a copy of everything
)

// allowed is the whole rule. The administrator keeps people and machines and
// touches no figure, so that one person can not both admit and file; what is
// not written here nobody may do.
//
//nolint:gochecknoglobals // a table that is read only
var allowed = map[Action][]Role{
	OwnAccount:       Roles(),
	ReadSite:         Roles(), // a gateway fetches its points' units
	WriteSite:        {Administrator},
	ReadWall:         {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Dispatcher, Auditor, Viewer},
	ReadReadings:     {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Auditor, Viewer},
	WriteReadings:    {Filler, Gateway},
	SettleClash:      {Reviewer},
	ReadFilings:      {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Auditor},
	WriteFiling:      {Filler},
	CommentFiling:    {Filler, Reviewer, GroupReviewer, Verifier},
	SubmitMonth:      {Filler},
	ReviewMonth:      {Reviewer},
	GroupReviewMonth: {GroupReviewer},
	VerifyMonth:      {Verifier},
	ReturnMonth:      {Reviewer, GroupReviewer, Verifier},
	LockMonth:        {Reviewer, GroupReviewer},
	ReopenMonth:      {Reviewer, GroupReviewer},
	ReadInventory:    {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Banker, Auditor, Viewer},
	CloseInventory:   {Reviewer},
	ReadReport:       {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Banker, Auditor, Viewer},
	ExportBundle:     {Administrator, Reviewer, GroupReviewer, Verifier, Manager, Climate, Banker, Auditor},
	ReadSamples:      {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Auditor},
	DrawSample:       {Verifier},
	ReadFindings:     {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Auditor},
	WriteFinding:     {Verifier},
	AnswerFinding:    {Filler, Reviewer, GroupReviewer},
	SignOpinion:      {Verifier},
	ReadFactors:      {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Banker, Auditor, Viewer},
	WriteFactors:     {Reviewer},
	ReadAlarms:       {Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Dispatcher, Auditor, Viewer},
	AcknowledgeAlarm: {Filler, Reviewer},
	ReadLedger:       {Administrator, Reviewer, GroupReviewer, Verifier, Auditor},
	ReadAudit:        {Administrator, Reviewer, GroupReviewer, Verifier, Auditor},
	ReadPeople:       {Administrator, Auditor},
	WritePeople:      {Administrator},
	ManageTokens:     {Administrator},
	ReadSettings:     {Administrator, Auditor},
	WriteSettings:    {Administrator},
	ReadDiagnostics:  {Administrator, Auditor},
	MakeBackup:       {Administrator},
}

// Actions lists every action the table knows, sorted.
func Actions() []Action {
	out := make([]Action, 0, len(allowed))
	for a := range allowed {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// ActionsOf lists what a role allows, sorted.
func ActionsOf(r Role) []Action {
	return slices.DeleteFunc(Actions(), func(a Action) bool { return !slices.Contains(allowed[a], r) })
}
