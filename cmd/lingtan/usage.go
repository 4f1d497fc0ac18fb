package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lingtan/fault"
	"lingtan/lang"
)

// misused is a fault of the command line; it ends with where to read on.
func misused(cmd *cobra.Command, text lang.Text, args ...any) error {
	return &usageError{fault.Invalid.Say(text, args...).Do(lang.T("见 %s --help", "see %s --help"), cmd.CommandPath())}
}

// args checks the number of arguments and says in the reader's language what
// they are. A name in brackets may be left out, one with … may be repeated.
func (c *cli) args(names ...string) cobra.PositionalArgs {
	least, most := 0, len(names)
	for _, name := range names {
		if !strings.HasPrefix(name, "[") {
			least++
		}
		if strings.HasSuffix(name, "…") {
			most = 1 << 10
		}
	}
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) >= least && len(args) <= most:
			return nil
		case len(names) == 0:
			return misused(cmd, lang.T("不接受参数,读到 %q", "no argument is taken, read %q"), args[0])
		}
		return misused(cmd, lang.T("参数应为 %s,读到 %d 个", "the arguments are %s, read %d"), strings.Join(names, " "), len(args))
	}
}

// group makes a command that only holds others: by itself it prints its help,
// and a word it does not know is told with the nearest one that it does.
func (c *cli) group(cmd *cobra.Command, members ...*cobra.Command) *cobra.Command {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return misused(cmd, lang.T("没有命令 %q,是否指 %s", "there is no command %q; did you mean %s"), args[0], strings.Join(near, ", "))
		}
		return misused(cmd, lang.T("没有命令 %q", "there is no command %q"), args[0])
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(members...)
	return cmd
}

// badFlag says what is wrong with a flag; the library says it in English alone.
func badFlag(cmd *cobra.Command, err error) error {
	switch e := err.(type) { //nolint:errorlint // the library hands them over bare
	case *pflag.NotExistError:
		return misused(cmd, lang.T("没有选项 %s", "there is no flag %s"), dashed(e.GetSpecifiedName()))
	case *pflag.ValueRequiredError:
		return misused(cmd, lang.T("选项 %s 缺少值", "the flag %s needs a value"), dashed(e.GetSpecifiedName()))
	case *pflag.InvalidValueError:
		return misused(cmd, lang.T("选项 --%s 读到 %q,应为 %s", "the flag --%s read %q, expected %s"), e.GetFlag().Name, e.GetValue(), e.GetFlag().Value.Type())
	}
	return misused(cmd, lang.Same("%s"), err.Error())
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// speak gives the root the reader's language where the library would put its
// own English: the usage, the help and the completion.
func (c *cli) speak(root *cobra.Command) {
	root.SetFlagErrorFunc(badFlag)
	root.SetUsageFunc(c.usage)
	root.PersistentFlags().BoolP("help", "h", false, c.text(lang.T("说明", "help")))
	root.Version = version()
	root.Flags().Bool("version", false, c.text(lang.T("程序版本", "the program's version")))
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetHelpCommand(&cobra.Command{
		Use: "help [COMMAND]", Short: c.text(lang.T("某个命令的说明", "help about a command")),
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return root.Args(root, args)
			}
			return cmd.Help()
		},
	})
	root.InitDefaultCompletionCmd("completion")
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			c.completion(cmd)
		}
	}
}

func (c *cli) completion(cmd *cobra.Command) {
	shells := cmd.Commands()
	c.group(cmd)
	cmd.Short = c.text(lang.T("命令行补全脚本", "a shell's completion script"))
	cmd.Long = cmd.Short
	for _, shell := range shells {
		shell.Short = lang.T("%s 的补全脚本", "the completion script of %s").Format(shell.Name()).In(c.tag)
		shell.Long = shell.Short + c.text(lang.T(";载入:", "; load it with: ")) + loading[shell.Name()]
		if f := shell.Flags().Lookup("no-descriptions"); f != nil {
			f.Usage = c.text(lang.T("不带命令的说明", "without the commands' descriptions"))
		}
	}
}

// loading is how each shell takes its completion in.
var loading = map[string]string{
	"bash":       "source <(lingtan completion bash)",
	"zsh":        "source <(lingtan completion zsh)",
	"fish":       "lingtan completion fish | source",
	"powershell": "lingtan completion powershell | Out-String | Invoke-Expression",
}

// usage prints how a command is used.
func (c *cli) usage(cmd *cobra.Command) error {
	var b strings.Builder
	section := func(title lang.Text) { fmt.Fprintf(&b, "\n%s\n", c.text(title)) }
	b.WriteString(c.text(lang.T("用法:", "Usage:")) + "\n")
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s\n", cmd.CommandPath()+c.text(lang.T(" 命令", " COMMAND")))
		section(lang.T("命令:", "Commands:"))
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(&b, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	} else {
		fmt.Fprintf(&b, "  %s\n", strings.Replace(cmd.UseLine(), "[flags]", c.text(lang.T("[选项]", "[flags]")), 1))
	}
	if cmd.HasAvailableLocalFlags() {
		section(lang.T("选项:", "Flags:"))
		b.WriteString(c.flags(cmd.LocalFlags()))
	}
	if cmd.HasAvailableInheritedFlags() {
		section(lang.T("通用选项:", "Flags of every command:"))
		b.WriteString(c.flags(cmd.InheritedFlags()))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s\n", lang.T("某个命令的说明:%s 命令 --help", "About a command: %s COMMAND --help").Format(cmd.CommandPath()).In(c.tag))
	}
	_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
	return err
}

// flags lists flags; the one English word the library puts in is translated.
func (c *cli) flags(set *pflag.FlagSet) string {
	return strings.ReplaceAll(set.FlagUsages(), "(default ", c.text(lang.T("(缺省 ", "(default ")))
}
