package access

import (
	"slices"

	"lingtan/fault"
	"lingtan/lang"
)

// Action is what somebody wants to do.
type Action string

// The actions, in the order of the work.
const (
	ReadSite         Action = "site.read"
	WriteSite        Action = "site.write"
	ReadReadings     Action = "readings.read"
	WriteReadings    Action = "readings.write"
	SettleClash      Action = "clash.settle"
	ReadFilings      Action = "filing.read"
	WriteFiling      Action = "filing.write"
	SubmitMonth      Action = "month.submit"
	ReviewMonth      Action = "month.review"
	LockMonth        Action = "month.lock"
	ReopenMonth      Action = "month.reopen"
	ReadInventory    Action = "inventory.read"
	CloseInventory   Action = "inventory.close"
	ReadReport       Action = "report.read"
	ReadFactors      Action = "factor.read"
	WriteFactors     Action = "factor.write" // a site's own measured factors, or another table
	ReadAlarms       Action = "alarm.read"
	AcknowledgeAlarm Action = "alarm.acknowledge" // and clear, and shelve
	ReadLedger       Action = "ledger.read"
	ExportBundle     Action = "bundle.export"
	ManageActors     Action = "actor.manage"
	ManageTokens     Action = "token.manage"
	ReadSettings     Action = "setting.read"
	WriteSettings    Action = "setting.write"
	ReadDiagnostics  Action = "diagnostics.read"
)

// allowed is the whole rule. The administrator keeps people and machines and
// touches no figure, so that one person can not both admit and file; what is
// not written here nobody may do.
//
//nolint:gochecknoglobals // a table that is read only
var allowed = map[Action][]Role{
	ReadSite:         {Administrator, Reviewer, Filler, Verifier, Viewer, Gateway}, // a gateway fetches its points' units
	WriteSite:        {Administrator},
	ReadReadings:     {Administrator, Reviewer, Filler, Verifier, Viewer},
	WriteReadings:    {Filler, Gateway},
	SettleClash:      {Reviewer},
	ReadFilings:      {Administrator, Reviewer, Filler, Verifier},
	WriteFiling:      {Filler},
	SubmitMonth:      {Filler},
	ReviewMonth:      {Reviewer},
	LockMonth:        {Reviewer},
	ReopenMonth:      {Reviewer},
	ReadInventory:    {Administrator, Reviewer, Filler, Verifier, Viewer},
	CloseInventory:   {Reviewer},
	ReadReport:       {Administrator, Reviewer, Filler, Verifier, Viewer},
	ReadFactors:      {Administrator, Reviewer, Filler, Verifier, Viewer},
	WriteFactors:     {Reviewer},
	ReadAlarms:       {Administrator, Reviewer, Filler, Verifier, Viewer},
	AcknowledgeAlarm: {Reviewer, Filler},
	ReadLedger:       {Administrator, Reviewer, Verifier},
	ExportBundle:     {Administrator, Reviewer, Verifier},
	ManageActors:     {Administrator},
	ManageTokens:     {Administrator},
	ReadSettings:     {Administrator},
	WriteSettings:    {Administrator},
	ReadDiagnostics:  {Administrator},
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

// May tells whether an actor may do something at a site; Platform asks for what
// belongs to no mine. The refusal does not tell whether the site exists.
func May(a Actor, action Action, site string) error {
	if slices.Contains(allowed[action], a.Role) && a.Reaches(site) {
		return nil
	}
	return refused(a, action, site)
}

// MayAnywhere tells whether an actor may do something at one of their sites at
// least: for what all mines share, as the library of factors.
func MayAnywhere(a Actor, action Action) error {
	if slices.Contains(allowed[action], a.Role) && len(a.Sites) > 0 {
		return nil
	}
	return refused(a, action, AllSites)
}

func refused(a Actor, action Action, site string) error {
	return fault.Forbidden.Say(lang.T("%s(%s)无权在 %q 执行 %s", "%s (%s) may not, at %q, do %s"), a.ID, a.Role.Title(), site, string(action)).
		Do(lang.T("请管理员授予相应角色和站点", "ask an administrator for a role and a site that allow it"))
}
