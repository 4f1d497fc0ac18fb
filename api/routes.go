package api

import (
	"lingtan/access"
	"lingtan/alarm"
	"lingtan/inventory"
	"lingtan/lang"
	"lingtan/source"
)

const (
	get  = "GET"
	put  = "PUT"
	post = "POST"
	del  = "DELETE"
)

// routes is the whole surface: method, path, what a caller must be allowed to
// do, whose data it opens. What is not here is not served; a row without an
// action does not start.
func (s *server) routes() []route {
	toml := media{types: []string{"application/toml"}}
	csv := media{types: []string{"text/csv"}}
	var all []route
	for _, rows := range [][]route{
		s.accountRoutes(),
		s.peopleRoutes(),
		s.siteRoutes(toml),
		s.dataRoutes(),
		s.importRoutes(),
		s.filingRoutes(),
		s.monthRoutes(),
		s.gridRoutes(),
		s.evidenceRoutes(),
		s.workbookRoutes(),
		s.packageRoutes(),
		s.knowledgeRoutes(toml, csv),
		s.inventoryRoutes(),
		s.bookRoutes(),
		s.auditRoutes(),
		s.verificationRoutes(),
		s.backupRoutes(),
		s.deviceRoutes(toml),
		s.alarmRoutes(),
		s.boardRoutes(),
		s.prometheusRoutes(),
	} {
		all = append(all, rows...)
	}
	return all
}

func (s *server) siteRoutes(toml media) []route {
	return group(lang.T("矿点", "sites"),
		at(get, "/sites", access.ReadSite, anywhere, "list-sites", lang.T("列出矿点", "list sites"), handle(s.listSites)),
		at(get, "/sites/{site}", access.ReadSite, within, "get-site", lang.T("矿点说明", "describe a site"), handle(s.getSite)),
		at(get, "/sites/{site}/file", access.ReadSite, bySite, "get-site-file", lang.T("取矿点文件", "get a site's file"), handle(s.getSiteFile), giving(toml)),
		at(put, "/sites/{site}/file", access.WriteSite, bySite, "put-site-file", lang.T("检查并采用矿点文件", "check and adopt a site's file"), handle(s.putSite), taking(maxFile, toml)),
		at(get, "/sites/{site}/plan", access.ReadSite, bySite, "get-plan", lang.T("监测计划:谁用什么测什么,检定何时到期", "the monitoring plan: who measures what, and when calibrations run out"), handle(s.getPlan)),
		at(get, "/sites/{site}/versions", access.ReadSite, bySite, "list-site-versions", lang.T("矿点文件的历史", "list versions of a site's file"), handle(s.listSiteVersions)),
		at(post, "/site-check", access.ReadSite, anywhere, "check-site-file", lang.T("只检查矿点文件", "check a site's file and keep nothing"), handle(s.checkSite), taking(maxFile, toml)),
	)
}

func (s *server) dataRoutes() []route {
	return group(lang.T("读数", "readings"),
		at(get, "/sites/{site}/points", access.ReadReadings, bySite, "list-points", lang.T("测点及最新值", "list points with their latest value"), handle(s.listPoints)),
		at(post, "/sites/{site}/readings", access.WriteReadings, bySite, "post-readings", lang.T("提交一批读数", "send a batch of readings"), handle(s.postReadings), taking(maxReadings, media{[]string{"application/json"}, Batch{}})),
		at(get, "/sites/{site}/readings", access.ReadReadings, bySite, "list-readings", lang.T("原始读数", "list raw readings"), handle(s.listReadings)),
		at(get, "/sites/{site}/live", access.ReadWall, within, "get-live", lang.T("此刻:各测点与各节点", "the mine now: points and nodes"), handle(s.getLive)),
		at(get, "/sites/{site}/stream", access.ReadWall, within, "get-stream", lang.T("实时事件流(SSE)", "stream of events, server-sent"), handle(s.getStream), patient(endless), giving(media{types: []string{eventStream}})),
		at(get, "/sites/{site}/amounts", access.ReadReadings, bySite, "list-amounts", lang.T("按时、日、月、年的累计量", "amounts by hour, day, month or year"), handle(s.listAmounts)),
		at(get, "/sites/{site}/export", access.ReadReadings, bySite, "export-readings", lang.T("导出读数或小时量(Parquet)", "export readings or hours as Parquet"), handle(s.exportReadings), patient(stream), giving(media{types: []string{parquetType}})),
		at(get, "/sites/{site}/imports", access.ReadReadings, bySite, "list-imports", lang.T("文件导入记录", "list imports of files"), handle(s.listImports)),
		at(get, "/sites/{site}/clashes", access.ReadReadings, bySite, "list-clashes", lang.T("同一时刻的不同读数", "list readings that contradict each other"), handle(s.listClashes)),
		at(get, "/sites/{site}/counter-events", access.ReadReadings, bySite, "list-counter-events", lang.T("计数器的复位、跳变与毛刺", "list what counters did that no rule explains"), handle(s.listEvents)),
	)
}

func (s *server) importRoutes() []route {
	const one = "/sites/{site}/imports/{id}"
	form := media{[]string{"multipart/form-data"}, ImportForm{}}
	return group(lang.T("导入", "imports"),
		at(post, "/sites/{site}/import-suggestion", access.WriteReadings, bySite, "suggest-mapping", lang.T("由文件开头推荐映射", "a mapping to begin with, from the beginning of a file"), handle(s.suggestMapping), patient(stream), taking(maxUpload, media{[]string{"multipart/form-data"}, SuggestForm{}})),
		at(post, "/sites/{site}/import-preview", access.WriteReadings, bySite, "preview-import", lang.T("试读文件,不写入", "understand all of a file and write nothing"), handle(s.previewImport), patient(stream), taking(maxUpload, form)),
		at(post, "/sites/{site}/imports", access.WriteReadings, bySite, "start-import", lang.T("开始导入", "begin an import"), handle(s.startImport), patient(stream), taking(maxUpload, form), created),
		at(get, one, access.ReadReadings, bySite, "get-import", lang.T("导入的进度与结果", "how far an import is, and what it did"), handle(s.getImport)),
		at(del, one, access.WriteReadings, bySite, "cancel-import", lang.T("中止导入,已落盘的保留", "end an import early; what is durable stays"), handle(s.cancelImport)),
		at(get, one+"/errors", access.ReadReadings, bySite, "get-import-errors", lang.T("未能理解的行(CSV)", "rows that were not understood, as CSV"), handle(s.getRejects), giving(media{types: []string{"text/csv"}})),
	)
}

func (s *server) filingRoutes() []route {
	return group(lang.T("填报", "filings"),
		at(put, "/sites/{site}/filings/{id}", access.WriteFiling, bySite, "put-filing", lang.T("填报一个值", "file a value"), handle(s.putFiling)),
		at(get, "/sites/{site}/filings", access.ReadFilings, bySite, "list-filings", lang.T("列出填报值", "list filed values"), handle(s.listFilings)),
		at(get, "/sites/{site}/months", access.ReadFilings, bySite, "list-months", lang.T("各月状态", "list months with their state"), handle(s.listMonths)),
	)
}

func (s *server) knowledgeRoutes(toml, csv media) []route {
	return append(group(lang.T("因子", "factors"),
		at(get, "/factors", access.ReadFactors, anywhere, "list-factors", lang.T("查找因子", "search factors"), handle(s.listFactors)),
		at(get, "/factors/lookup", access.ReadFactors, anywhere, "find-factor", lang.T("按数据年份取因子", "look a factor up as of a data year"), handle(s.findFactor)),
		at(get, "/factor-sets", access.ReadFactors, anywhere, "list-factor-sets", lang.T("因子表", "list tables of factors"), handle(s.listSets)),
		at(post, "/factor-sets/compare", access.ReadFactors, anywhere, "compare-factors", lang.T("与在用的因子表比较", "compare a table with the one in use"), handle(s.compareFactors), taking(maxFactorCSV, csv)),
		at(put, "/factor-sets/{set}/{version}", access.WriteFactors, platform, "adopt-factors", lang.T("采用因子表", "adopt a table of factors"), handle(s.adoptFactors), taking(maxFactorCSV, csv)),
		at(get, "/gwps", access.ReadFactors, anywhere, "list-gwps", lang.T("GWP 取值", "list GWP sets"), handle(s.listGWPs)),
	), group(lang.T("标准", "standards"),
		at(get, "/editions", access.ReadFactors, anywhere, "list-editions", lang.T("标准版本", "list editions of standards"), handle(s.listEditions)),
		at(get, "/editions/{edition}", access.ReadFactors, anywhere, "get-edition", lang.T("活动类别、字段与选项", "kinds, fields and choices of an edition"), handle(s.getEdition)),
		at(post, "/calc", access.ReadFactors, anywhere, "calculate", lang.T("计算一个算例文件", "compute a calculation file"), handle(s.calculate), taking(maxBody, toml)),
	)...)
}

func (s *server) inventoryRoutes() []route {
	const one = "/sites/{site}/inventories/{id}"
	anInventory := media{[]string{"application/json"}, inventory.Inventory{}}
	papers := media{types: []string{kinds["docx"], kinds["xlsx"], "application/json", "text/csv"}}
	zip := media{types: []string{"application/zip"}}
	return append(group(lang.T("清单", "inventories"),
		at(get, "/sites/{site}/inventories", access.ReadInventory, bySite, "list-inventories", lang.T("列出清单", "list inventories"), handle(s.listInventories)),
		at(post, "/sites/{site}/inventories", access.CloseInventory, bySite, "close", lang.T("关账", "close a month or a year"), handle(s.closeInventory), patient(compute), created),
		at(post, "/sites/{site}/inventories/preview", access.ReadFilings, bySite, "preview", lang.T("试算,不保存", "compute and keep nothing"), handle(s.preview), patient(compute)),
		at(post, "/sites/{site}/inventories/restate", access.CloseInventory, bySite, "restate", lang.T("重述", "restate a closed period"), handle(s.restate), patient(compute), created),
		at(get, "/sites/{site}/inventories/compare", access.ReadInventory, bySite, "compare-inventories", lang.T("两个版本之差,按原因、排放源与数值", "the way from one version to another: by cause, source and value"), handle(s.compareInventories), patient(compute), giving(media{[]string{"application/json"}, inventory.Comparison{}})),
		at(post, "/sites/{site}/factor-impact", access.ReadInventory, bySite, "factor-impact", lang.T("换因子表、GWP 或标准后各清单会是多少,逐行给出", "what each inventory would be under other factors, GWP or edition, line by line"), handle(s.factorImpact), patient(compute), large(maxFactorCSV), giving(media{[]string{lines}, Imagined{}})),
		at(get, one, access.ReadInventory, bySite, "get-inventory", lang.T("整份清单", "get an inventory"), handle(s.getInventory), giving(anInventory)),
		at(get, one+"/summary", access.ReadInventory, bySite, "get-summary", lang.T("清单概要:合计、区间、发现", "an inventory's totals, intervals and findings"), handle(s.getSummary)),
		at(get, one+"/lines", access.ReadInventory, bySite, "list-lines", lang.T("清单的行", "list lines"), handle(s.listLines)),
		at(get, one+"/card", access.ReadInventory, bySite, "get-card", lang.T("计算卡:公式、因子、输入、证据", "calculation card: steps, factors, inputs, evidence"), handle(s.getCard)),
		at(post, one+"/rerun", access.ReadInventory, bySite, "rerun", lang.T("用冻结的输入重算并比对哈希", "compute again from the frozen inputs and compare"), handle(s.rerun), patient(compute)),
	), group(lang.T("报告", "reports"),
		at(get, "/report-forms", access.ReadReport, anywhere, "list-report-forms", lang.T("报告格式", "list report forms"), handle(s.listForms)),
		at(get, one+"/report", access.ReadReport, bySite, "get-report", lang.T("下载报告", "download a report"), handle(s.getReport), giving(papers)),
		at(get, one+"/bundle", access.ExportBundle, bySite, "get-bundle", lang.T("下载证据包", "download the evidence bundle"), handle(s.getBundle), patient(stream), giving(zip)),
	)...)
}

func (s *server) bookRoutes() []route {
	return group(lang.T("账本", "ledger"),
		at(get, "/sites/{site}/ledger", access.ReadLedger, bySite, "list-entries", lang.T("账本条目", "list entries"), handle(s.listEntries)),
		at(get, "/sites/{site}/ledger/verify", access.ReadLedger, bySite, "verify-ledger", lang.T("验证哈希链", "verify the chain"), handle(s.verifyLedger), patient(compute)),
		at(get, "/ledger", access.ReadLedger, platform, "list-platform-entries", lang.T("平台账本条目", "list entries of the platform"), handle(s.listPlatformEntries)),
		at(get, "/sites/{site}/certificates", access.ReadInventory, bySite, "list-certificates", lang.T("已用的绿证", "list certificates in use"), handle(s.listCertificates)),
	)
}

func (s *server) deviceRoutes(toml media) []route {
	const one = "/sites/{site}/devices/{device}"
	posted := media{types: []string{"application/json", "text/plain", "application/x-protobuf"}}
	return group(lang.T("设备", "devices"),
		at(get, "/sites/{site}/devices", access.ReadReadings, bySite, "list-devices", lang.T("设备及其健康状况", "list devices with their health"), handle(s.listDevices)),
		at(get, one+"/file", access.ReadSite, bySite, "get-device-file", lang.T("取设备文件", "get a device's file"), handle(s.getDeviceFile), giving(toml)),
		at(put, one+"/file", access.WriteSite, bySite, "put-device-file", lang.T("检查并采用设备文件", "check and adopt a device's file"), handle(s.putDevice), taking(source.MaxDevice, toml)),
		at(del, one, access.WriteSite, bySite, "remove-device", lang.T("撤下设备,其读数保留", "take a device away; its readings stay"), handle(s.removeDevice), nothing),
		at(post, "/sites/{site}/device-check/{device}", access.ReadSite, bySite, "check-device-file", lang.T("只检查设备文件", "check a device's file and keep nothing"), handle(s.checkDevice), taking(source.MaxDevice, toml)),
		at(post, one+"/write", access.WriteReadings, bySite, "post-device", lang.T("设备提交(push、lineprotocol、remotewrite)", "a device's post: push, lineprotocol or remotewrite"), handle(s.postDevice), taking(maxPost, posted), nothing),
		at(get, "/sites/{site}/unmapped", access.ReadReadings, bySite, "list-unmapped", lang.T("尚未映射的通道", "list channels that are no point yet"), handle(s.listUnmapped)),
		at(get, "/sites/{site}/refused", access.ReadDiagnostics, bySite, "list-refused", lang.T("一天内未能理解的报文", "list messages of a day that were not understood"), handle(s.listRefused)),
		at(get, "/metrics", access.ReadDiagnostics, platform, "metrics", lang.T("运行指标(Prometheus 格式)", "metrics in Prometheus' text format"), handle(s.getMetrics), bare, giving(media{types: []string{"text/plain"}})),
	)
}

func (s *server) alarmRoutes() []route {
	act := func(name string, title lang.Text, kind alarm.Kind) route {
		return at(post, "/sites/{site}/alarms/{id}/"+name, access.AcknowledgeAlarm, bySite, name+"-alarm", title, handle(s.actOnAlarm(kind)))
	}
	return group(lang.T("报警", "alarms"),
		at(get, "/sites/{site}/alarms", access.ReadAlarms, bySite, "list-alarms", lang.T("报警,新的在前", "list alarms, newest first"), handle(s.listAlarms)),
		act("acknowledge", lang.T("确认报警", "acknowledge an alarm"), alarm.Acknowledge),
		act("clear", lang.T("手动解除已确认的报警", "clear an acknowledged alarm by hand"), alarm.Clear),
		act("shelve", lang.T("搁置报警", "shelve an alarm"), alarm.Shelve),
	)
}
