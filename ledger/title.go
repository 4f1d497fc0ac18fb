package ledger

import (
	"maps"
	"slices"

	"lingtan/lang"
)

// titles tell the product's kinds of act to a reader.
//
//nolint:gochecknoglobals // a table that is read only
var titles = map[string]lang.Text{
	InventoryClose:      lang.T("清单关账", "inventory closed"),
	InventoryRestate:    lang.T("清单重述", "inventory restated"),
	SegmentSeal:         lang.T("读数封存", "readings sealed"),
	FilingPut:           lang.T("填报数值", "value filed"),
	FilingMove:          lang.T("填报月流转", "month moved"),
	"filing.explain":    lang.T("说明填报", "finding explained"),
	"filing.return":     lang.T("退回单元格", "cell given back"),
	"filing.comment":    lang.T("批注填报", "cell commented"),
	"filing.remind":     lang.T("填报提醒", "reminded of a form"),
	FactorAdopt:         lang.T("采用因子表", "factors adopted"),
	ClashSettle:         lang.T("读数争议裁定", "contradiction settled"),
	SitePut:             lang.T("采用矿点文件", "site file adopted"),
	ActorPut:            lang.T("人员与权限", "person or rights changed"),
	TokenCreate:         lang.T("签发令牌", "token issued"),
	TokenRevoke:         lang.T("吊销令牌", "token revoked"),
	SessionBegin:        lang.T("登录", "signed in"),
	SessionEnd:          lang.T("会话结束", "session ended"),
	SessionsEnd:         lang.T("结束全部会话", "all sessions ended"),
	PasswordPut:         lang.T("更换密码", "password changed"),
	PasswordOnce:        lang.T("给一次性密码", "one-time password given"),
	TOTPOn:              lang.T("启用动态验证码", "second factor turned on"),
	TOTPOff:             lang.T("停用动态验证码", "second factor turned off"),
	RecoverySpend:       lang.T("使用恢复码", "recovery code used"),
	SettingPut:          lang.T("修改设置", "setting changed"),
	ImportStart:         lang.T("开始导入", "import begun"),
	ImportFinish:        lang.T("导入结束", "import ended"),
	DeviceAdopt:         lang.T("采用设备文件", "device file adopted"),
	DeviceRemove:        lang.T("撤下设备", "device removed"),
	"evidence.put":      lang.T("上传证据", "evidence handed in"),
	"evidence.scan":     lang.T("证据查毒", "evidence scanned"),
	"evidence.refuse":   lang.T("拒收证据", "evidence refused"),
	BackupMake:          lang.T("备份", "backup made"),
	BackupRestore:       lang.T("由备份恢复", "restored from a backup"),
	SampleDraw:          lang.T("核查抽样", "sample drawn"),
	OpinionSign:         lang.T("签署核查意见", "opinion signed"),
	"finding.raise":     lang.T("提出核查发现", "finding raised"),
	"finding.answer":    lang.T("答复核查发现", "finding answered"),
	"finding.close":     lang.T("关闭核查发现", "finding closed"),
	"finding.reopen":    lang.T("重开核查发现", "finding reopened"),
	"alarm.raise":       lang.T("报警发生", "alarm raised"),
	"alarm.reraise":     lang.T("再次报警", "alarm raised again"),
	"alarm.acknowledge": lang.T("确认报警", "alarm acknowledged"),
	"alarm.escalate":    lang.T("报警升级", "alarm escalated"),
	"alarm.clear":       lang.T("解除报警", "alarm cleared"),
	"alarm.shelve":      lang.T("搁置报警", "alarm shelved"),
	"alarm.unshelve":    lang.T("报警搁置到期", "alarm shelved no longer"),
	"alarm.untold":      lang.T("报警未能送达", "alarm could not be told"),
}

// Title tells a kind of act to a reader; one that is not the product's own is
// told by its name.
func Title(kind string) lang.Text {
	if t, known := titles[kind]; known {
		return t
	}
	return lang.Same(kind)
}

// Kinds lists the kinds that have a title, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(titles)) }
