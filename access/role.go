package access

import "lingtan/lang"

// Role is what a person was made responsible for.
type Role string

// The roles.
const (
	Administrator Role = "administrator"  // people, sites, settings
	Filler        Role = "filler"         // files values, imports readings
	Reviewer      Role = "reviewer"       // of the mine: approves, locks, closes and restates
	GroupReviewer Role = "group-reviewer" // of the group above it: approves once more
	Verifier      Role = "verifier"       // outside the mine: reads all of it, samples, finds, signs
	Manager       Role = "manager"        // answers for the mine, and reads its results and filings
	Climate       Role = "climate"        // prepares projects and loans from what the mine files
	Banker        Role = "banker"         // of a lender: inventories, reports and their evidence
	Dispatcher    Role = "dispatcher"     // the wall of the dispatch hall and nothing else
	Auditor       Role = "auditor"        // reads everything, changes nothing
	Viewer        Role = "viewer"         // looks at results
	Gateway       Role = "gateway"        // a machine: hands readings in and does nothing else
)

// Roles lists every role.
func Roles() []Role {
	return []Role{Administrator, Filler, Reviewer, GroupReviewer, Verifier, Manager, Climate, Banker, Dispatcher, Auditor, Viewer, Gateway}
}

// separate says which roles nobody has together at one mine.
//
//nolint:gochecknoglobals // a table that is read only
var separate = map[Role][]Role{
	Administrator: {Filler, Reviewer, GroupReviewer, Verifier},
	Verifier:      {Filler, Reviewer, GroupReviewer},
}

// words are how a role is told.
type words struct{ title, tells lang.Text }

//nolint:gochecknoglobals // a table that is read only
var wordsOf = map[Role]words{
	Administrator: {lang.T("管理员", "administrator"), lang.T("管理人员、矿点文件与设置;不经手任何数值", "looks after people, site files and settings; touches no figure")},
	Filler:        {lang.T("填报人", "filler"), lang.T("填报数值、上传凭证、导入读数、提交月份", "files values, hands evidence and readings in, submits months")},
	Reviewer:      {lang.T("审核人(矿审)", "reviewer of the mine"), lang.T("审核、退回、锁定月份,关账与重述", "approves, returns and locks months, closes and restates inventories")},
	GroupReviewer: {lang.T("审核人(集团审)", "reviewer of the group"), lang.T("对矿已审核的月份再审", "approves once more what the mine has approved")},
	Verifier:      {lang.T("核查员", "verifier"), lang.T("独立于矿:抽样、提出发现、签署结论,其余只读", "independent of the mine: samples, raises findings, signs; reads the rest")},
	Manager:       {lang.T("负责人", "manager"), lang.T("查看本矿全部结果与填报", "reads the results and the filings of the mine")},
	Climate:       {lang.T("气候投融资专员", "climate finance officer"), lang.T("为项目与贷款查看结果、填报与证据", "reads results, filings and evidence for projects and loans")},
	Banker:        {lang.T("银行", "banker"), lang.T("查看清单、报告与证据包", "reads inventories, reports and their evidence")},
	Dispatcher:    {lang.T("调度员", "dispatcher"), lang.T("只看调度大屏", "the wall of the dispatch hall and nothing else")},
	Auditor:       {lang.T("审计员", "auditor"), lang.T("查看一切,不改任何东西", "reads everything, changes nothing")},
	Viewer:        {lang.T("查看者", "viewer"), lang.T("查看结果", "reads results")},
	Gateway:       {lang.T("网关", "gateway"), lang.T("机器:只提交读数", "a machine: hands readings in and does nothing else")},
}

// Title tells the role to a reader.
func (r Role) Title() lang.Text {
	if w, known := wordsOf[r]; known {
		return w.title
	}
	return lang.Same(string(r))
}

// Tells says what the role is for.
func (r Role) Tells() lang.Text { return wordsOf[r].tells }
