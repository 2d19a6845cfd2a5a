using EdgeAgent.Cli;
using EdgeAgent.Libraries;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>The manual page and the completions that packages bring.</summary>
public sealed class CommandPagesTests
{
    [Fact]
    public void The_manual_page_has_every_command_and_option_and_no_line_that_roff_takes_for_a_request_by_chance()
    {
        var page = Written(writer => ManPage.Write(CommandList.Root(), writer));
        foreach (var (path, command) in CommandWalk.Walk(CommandList.Root()).Where(each => each.Command.Subcommands.Count == 0))
        {
            Assert.Contains($".SS \"edge-agent {Roff(path)}", page, StringComparison.Ordinal);
            Assert.All(CommandWalk.Options(command), option => Assert.Contains(Roff(option.Name), page, StringComparison.Ordinal));
        }

        string[] requests = [".\\\"", ".TH", ".SH", ".SS", ".TP", ".B ", ".BR ", ".I ", ".RI "];
        var controls = page.Split('\n').Where(line => line.StartsWith('.') || line.StartsWith('\''));
        Assert.All(controls, line => Assert.Contains(requests, request => line.StartsWith(request, StringComparison.Ordinal)));
        Assert.Contains($"\"edge-agent {Product.Version}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_shell_completes_every_command_and_option()
    {
        var bash = Written(writer => Completions.WriteBash(CommandList.Root(), writer));
        var zsh = Written(writer => Completions.WriteZsh(CommandList.Root(), writer));
        var fish = Written(writer => Completions.WriteFish(CommandList.Root(), writer));
        foreach (var (path, command) in CommandWalk.Walk(CommandList.Root()).Where(each => each.Path.Length > 0))
        {
            Assert.Contains($"    ' {path}') words=", bash, StringComparison.Ordinal);
            Assert.Contains($"    ' {path}') found=(", zsh, StringComparison.Ordinal);
            Assert.Contains($" -a {command.Name} -d ", fish, StringComparison.Ordinal);
            foreach (var option in CommandWalk.Options(command))
            {
                Assert.Contains($"{option.Name} ", bash, StringComparison.Ordinal);
                Assert.Contains($"'{option.Name}:", zsh, StringComparison.Ordinal);
                Assert.Contains($" -l {option.Name.TrimStart('-')} ", fish, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Words_that_an_option_takes_are_offered_after_it()
    {
        var bash = Written(writer => Completions.WriteBash(CommandList.Root(), writer));
        var zsh = Written(writer => Completions.WriteZsh(CommandList.Root(), writer));
        var fish = Written(writer => Completions.WriteFish(CommandList.Root(), writer));
        Assert.Contains("    ' run --log') COMPREPLY=($(compgen -W 'auto text json' -- \"$word\"))", bash, StringComparison.Ordinal);
        Assert.Contains("  ' run --log') compadd -- auto text json; return", zsh, StringComparison.Ordinal);
        Assert.Contains("'__fish_seen_subcommand_from run' -l log -x -a 'auto text json'", fish, StringComparison.Ordinal);
    }

    static string Roff(string text) => text.Replace("-", "\\-", StringComparison.Ordinal);

    static string Written(Action<TextWriter> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(writer);
        return writer.ToString();
    }
}
