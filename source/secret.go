package source

import (
	"os"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/site"
)

// secret is where a password is kept: never in the device's file itself, which
// people copy, show and put on record.
type secret struct {
	env, file string
}

// readSecret reads key_env, the name of an environment variable, or key_file.
func readSecret(s *site.Section, key string) secret { //nolint:unparam // a key is named where it is read
	if s.Has(key) {
		s.Fail(key, fault.Invalid.Say(lang.T("密码不写在设备文件里", "a password is not written into a device's file")).
			Do(lang.T("用 %s_env 写环境变量名,或用 %s_file 写文件名", "name an environment variable by %s_env, or a file by %s_file"), key, key))
	}
	return secret{env: s.Text(key + "_env"), file: s.Text(key + "_file")}
}

// value fetches the password; "" where none is named.
func (s secret) value() (string, error) {
	switch {
	case s.env != "":
		v, ok := os.LookupEnv(s.env) //nolint:forbidigo // only whoever reads the device's file knows the name of the variable
		if !ok {
			return "", fault.Invalid.Say(lang.T("没有环境变量 %s", "there is no environment variable %s"), s.env).
				Do(lang.T("在启动平台的服务单元里设置它", "set it where the platform is started"))
		}
		return v, nil
	case s.file != "":
		b, err := os.ReadFile(s.file)
		if err != nil {
			return "", fault.Invalid.Say(lang.T("密码文件不可读:%v", "the file of the password cannot be read: %v"), err).
				Do(lang.T("检查路径与权限", "check its path and its permissions"))
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	return "", nil
}
