package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/scan"
	"lingtan/site"
	"lingtan/store/blob"
)

// setting is one thing that can be set, by flag, environment or file.
type setting struct {
	name, fallback string
	about          lang.Text
	secret         bool // holds a password: shown masked
	hidden         bool // is a password: not shown at all
	check          func(string) error
}

// settings lists all there are. The file is lingtan.toml in the data folder,
// or the one named by --config; flags win over the environment, that over the
// file.
var settings = []setting{
	{name: "data", fallback: "data", about: lang.T("数据文件夹", "folder of all data")},
	{name: "addr", fallback: "127.0.0.1:8080", about: lang.T("监听地址", "address to listen on"), check: checkAddr},
	{name: "trusted-proxies", about: lang.T("可信反向代理的地址或网段,逗号分隔;只采信它们的 X-Forwarded-For", "addresses or networks of trusted reverse proxies, by commas; the X-Forwarded-For of no other counts"), check: checkProxies},
	{name: "database", about: lang.T("关系库:空为数据文件夹内的 SQLite,或 postgres://… DSN", "relations: empty is SQLite in the data folder, or a postgres://… DSN"), secret: true, check: checkDSN},
	{name: "lang", fallback: "zh", about: lang.T("语言 zh 或 en", "language, zh or en"), check: checkOneOf("zh", "en")},
	{name: "actor", fallback: "operator", about: lang.T("记入账本的操作人", "who acts, for the ledger"), check: checkName},
	{name: "memory-mb", fallback: "1024", about: lang.T("读数引擎内存上限(MB)", "memory of the readings' engine, MB"), check: checkInt(128, 1<<20)},
	{name: "import-limit-gb", fallback: "4", about: lang.T("导入文件大小上限(GB)", "largest file imported, GB"), check: checkInt(1, 1<<10)},
	{name: "evidence-store", about: lang.T("证据文件存放处:空为数据文件夹,或 s3://KEY:SECRET@主机:9000/桶/前缀", "where files of evidence are kept: empty is the data folder, or s3://KEY:SECRET@host:9000/bucket/prefix"), secret: true, check: blob.CheckS3},
	{name: "evidence-quota-gb", fallback: "50", about: lang.T("每矿证据文件总量上限(GB)", "all files of evidence of one mine, GB"), check: checkInt(1, 1<<16)},
	{name: "virus-scan", about: lang.T("查毒:clamd:/run/clamav/clamd.ctl、clamd://主机:3310 或 command:程序", "virus scanner: clamd:/run/clamav/clamd.ctl, clamd://host:3310 or command:PROGRAM"), check: checkScan},
	{name: "smtp", about: lang.T("发告警邮件的服务器:smtp://用户:密码@主机:587?from=地址(STARTTLS),smtps://…(TLS),smtp+plain://主机(不加密)", "server for alarms by mail: smtp://user:password@host:587?from=address (STARTTLS), smtps://… (TLS), smtp+plain://host (not encrypted)"), secret: true, check: checkSMTP},
	{name: "webhook-secret", about: lang.T("给 webhook 报文签名的密钥", "signs the messages of webhooks"), hidden: true},
	{name: "public-url", about: lang.T("浏览器访问平台的网址(代理之后时填)", "how browsers address the platform, where a proxy stands before it"), check: checkURL},
	{name: "oidc-issuer", about: lang.T("OpenID Connect 身份提供方的网址,空为不用", "the provider of OpenID Connect; empty is none"), check: checkURL},
	{name: "oidc-client", about: lang.T("在身份提供方登记的客户端编号", "the id of the client registered with it")},
	{name: "oidc-secret", about: lang.T("该客户端的密文;可用 lingtan config seal 封存", "that client's secret; lingtan config seal seals it"), hidden: true},
	{name: "oidc-title", about: lang.T("登录页上该提供方的名称", "what the page of sign-in calls the provider")},
	{name: "log-level", fallback: "info", about: lang.T("日志级别", "log level"), check: checkOneOf("debug", "info", "warn", "error")},
}

// settingFlags are the values given on the command line.
type settingFlags struct {
	config string
	set    *pflag.FlagSet
}

func (f *settingFlags) bind(set *pflag.FlagSet, tag lang.Tag) {
	f.set = set
	set.StringVar(&f.config, "config", "", lang.T("配置文件(缺省为数据文件夹内的 lingtan.toml)", "configuration file (default lingtan.toml in the data folder)").In(tag))
	for _, s := range settings {
		set.String(s.name, "", s.about.In(tag)+fallbackNote(s))
	}
}

func fallbackNote(s setting) string {
	if s.fallback == "" {
		return ""
	}
	return fmt.Sprintf(" [%s]", s.fallback)
}

// value is a setting's value and where it came from: a flag, a variable, or a
// file with its row.
type value struct {
	text, origin string
	row          int
}

// from tells the origin in one word.
func (v value) from() string {
	if v.row > 0 {
		return fmt.Sprintf("%s:%d", v.origin, v.row)
	}
	return v.origin
}

const byDefault = "default" // the origin of what nobody set

// config is the settled configuration.
type config struct {
	values map[string]value
	file   string // read, or "" when there is none
}

func (c config) text(name string) string { return c.values[name].text }

func (c config) number(name string) int {
	n, _ := strconv.Atoi(c.text(name)) // checked when read
	return n
}

func (c config) level() slog.Level {
	var l slog.Level
	_ = l.UnmarshalText([]byte(c.text("log-level"))) // checked when read
	return l
}

// databaseDSN is where relations are kept.
func (c config) databaseDSN() string {
	return cmp.Or(c.text("database"), filepath.Join(c.text("data"), "lingtan.db"))
}

// envName is the environment variable of a setting.
func (s setting) envName() string {
	return "LINGTAN_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// place is where a setting's value was read.
func (v value) place(s setting) fault.Place {
	if v.row > 0 {
		return fault.Place{File: v.origin, Row: v.row, Column: "lingtan." + s.name}
	}
	return fault.Place{File: v.origin}
}

// configure settles the configuration; all faults come at once.
func (c *cli) configure() (config, error) {
	out := config{values: map[string]value{}}
	for _, s := range settings {
		out.values[s.name] = value{text: s.fallback, origin: byDefault}
		if v := c.getenv(s.envName()); v != "" {
			out.values[s.name] = value{text: v, origin: s.envName()}
		}
		if f := c.flag.set.Lookup(s.name); f.Changed {
			out.values[s.name] = value{text: f.Value.String(), origin: "--" + s.name}
		}
	}
	faults := []error{c.readFile(&out)}
	if v := out.values["lang"]; v.row > 0 {
		c.tag = lang.Parse(v.text) // what was said before is in the language of flag, environment or locale
	}
	for _, s := range settings {
		v := out.values[s.name]
		if s.check == nil || v.text == "" {
			continue
		}
		if err := s.check(v.text); err != nil {
			faults = append(faults, fault.At(err, v.place(s)))
		}
	}
	return out, errors.Join(faults...)
}

// readFile reads lingtan.toml where nothing stronger has set a value.
func (c *cli) readFile(out *config) error {
	name := cmp.Or(c.flag.config, c.getenv("LINGTAN_CONFIG"))
	asked := name != ""
	if !asked {
		name = filepath.Join(out.text("data"), "lingtan.toml")
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil
	}
	if err != nil {
		return unreadable(name, err)
	}
	doc, err := site.Open(name, data)
	if err != nil {
		return err
	}
	out.file = name
	r := doc.Read()
	r.Unknown("lingtan")
	if s := r.Table("lingtan"); s != nil {
		for _, set := range settings {
			if !s.Has(set.name) {
				continue
			}
			if text := s.Text(set.name); out.values[set.name].origin == byDefault {
				out.values[set.name] = value{text, name, s.Place(set.name).Row}
			}
		}
		s.Close()
	}
	return r.Err()
}

func checkAddr(v string) error {
	if _, port, err := net.SplitHostPort(v); err == nil {
		if n, err := strconv.Atoi(port); err == nil && n >= 0 && n < 1<<16 {
			return nil
		}
	}
	return fault.Invalid.Say(lang.T("地址读到 %q", "address read %q"), v).Do(lang.T("写成 127.0.0.1:8080", "write 127.0.0.1:8080"))
}

func checkDSN(v string) error {
	if !strings.Contains(v, "://") || strings.HasPrefix(v, "sqlite:") {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return fault.Invalid.Say(lang.T("数据库 DSN 不认识", "the database DSN is not understood")).
			Do(lang.T("写成 postgres://用户:密码@主机:5432/库名,或留空用 SQLite", "write postgres://user:password@host:5432/name, or leave it empty for SQLite"))
	}
	return nil
}

func checkOneOf(words ...string) func(string) error {
	return func(v string) error {
		if slices.Contains(words, v) {
			return nil
		}
		return fault.Invalid.Say(lang.T("读到 %q", "read %q"), v).Do(lang.T("可选 %s", "choose one of %s"), strings.Join(words, ", "))
	}
}

func checkInt(low, high int) func(string) error {
	return func(v string) error {
		if n, err := strconv.Atoi(v); err == nil && n >= low && n <= high {
			return nil
		}
		return fault.Invalid.Say(lang.T("读到 %q", "read %q"), v).Do(lang.T("写 %d 到 %d 的整数", "write a whole number from %d to %d"), low, high)
	}
}

func checkScan(v string) error {
	_, err := scan.Parse(v)
	return err
}

var namePattern = regexp.MustCompile(`^[\p{L}\p{N}@._ -]{1,64}$`)

func checkName(v string) error {
	if namePattern.MatchString(v) {
		return nil
	}
	return fault.Invalid.Say(lang.T("姓名读到 %q", "name read %q"), v).Do(lang.T("1 到 64 个字母、数字或 @._-", "1 to 64 letters, digits or @._-"))
}

// mask hides the password of a DSN.
func mask(s setting, v string) string {
	if s.hidden && v != "" {
		return "***"
	}
	if !s.secret || v == "" {
		return v
	}
	u, err := url.Parse(v)
	if err != nil {
		return "***"
	}
	if u.User != nil {
		if _, has := u.User.Password(); has {
			u.User = url.UserPassword(u.User.Username(), "***")
		}
	}
	q := u.Query()
	for key := range q {
		if strings.Contains(strings.ToLower(key), "password") {
			q.Set(key, "***")
		}
	}
	u.RawQuery = q.Encode()
	return strings.ReplaceAll(u.String(), "%2A%2A%2A", "***")
}

func (c *cli) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: c.text(lang.T("核对、显示配置", "check and show the configuration"))}
	return c.group(cmd, c.configSeal(),
		&cobra.Command{
			Use: "check", Short: c.text(lang.T("核对配置,一次列出全部问题", "check the configuration, telling every fault at once")), Args: c.args(),
			RunE: func(*cobra.Command, []string) error {
				cfg, err := c.configure()
				if err != nil {
					return err
				}
				return c.print(map[string]string{"file": cfg.file, "status": "ok"}, func(p *printer) {
					p.line(lang.T("配置无误(文件:%s)", "the configuration is good (file: %s)"), cmp.Or(cfg.file, "-"))
				})
			},
		},
		&cobra.Command{
			Use: "show", Short: c.text(lang.T("显示每项配置及其来源,密码遮盖", "show every setting with its origin, secrets masked")), Args: c.args(),
			RunE: func(*cobra.Command, []string) error {
				cfg, err := c.configure()
				if err != nil {
					return err
				}
				return c.showConfig(cfg)
			},
		})
}

func (c *cli) showConfig(cfg config) error {
	type shown struct {
		Name   string `json:"name"`
		Value  string `json:"value"`
		Origin string `json:"origin"`
	}
	var all []shown
	for _, s := range settings {
		v := cfg.values[s.name]
		all = append(all, shown{s.name, mask(s, v.text), v.from()})
	}
	return c.print(all, func(p *printer) {
		for _, s := range all {
			p.row(s.Name, s.Value, s.Origin)
		}
	})
}
