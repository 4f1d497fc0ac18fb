package standard

import (
	"strconv"
	"strings"

	"lingtan/activity"
	"lingtan/fault"
	"lingtan/lang"
)

// checkCertificates refuses a certificate used twice, and one whose power was
// generated in another year: one certificate serves one user, one site and one
// period.
func checkCertificates(acts []activity.Activity) []error {
	var faults []error
	used := map[string]string{}
	for _, a := range acts {
		if a.Kind != "electricity" {
			continue
		}
		for id := range strings.FieldsFuncSeq(a.Attrs["certificate_ids"], func(r rune) bool { return r == ',' || r == '\uff0c' }) {
			id = strings.TrimSpace(id)
			if first, twice := used[id]; twice && id != "" {
				faults = append(faults, fault.Conflict.Say(lang.T("绿证 %s 已由 %s 使用", "certificate %s is used by %s already"), id, first).
					Do(lang.T("一张绿证只能使用一次,删去其中一处", "a certificate counts once; remove one of its uses")).At(within(a, "certificate_ids")))
				continue
			}
			used[id] = a.ID
		}
		if vintage, told := a.Attrs["certificate_year"]; told && vintage != strconv.Itoa(year(a)) {
			faults = append(faults, fault.Invalid.Say(lang.T("绿证生产年读到 %q,应为 %d", "year of the certificates read %q, expected %d"), vintage, year(a)).
				Do(lang.T("核算期以外的绿证不得使用", "certificates of another period do not count")).At(within(a, "certificate_year")))
		}
	}
	return faults
}
