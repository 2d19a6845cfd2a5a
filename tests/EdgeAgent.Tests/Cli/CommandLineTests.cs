using System.CommandLine;
using EdgeAgent.Cli;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>Wrong command lines of every command: what was seen, what was expected, an example, exit code 64,
/// and no word of the language it is written in.</summary>
public sealed class CommandLineTests
{
    const int Wrong = 64;

    public static TheoryData<string> Commands => [.. All(CommandList.Root(), "").Select(c => c.Path)];

    /// <summary>Every option that takes a value and every argument, with something it cannot take.</summary>
    public static TheoryData<string, string, string> Garbage
    {
        get
        {
            TheoryData<string, string, string> rows = [];
            foreach (var (path, command) in All(CommandList.Root(), ""))
            {
                foreach (var option in command.Options.Where(o => o is IExpecting))
                    foreach (var value in IsText(option) ? [""] : new[] { "", "x", "1,5", "nan", "99999999999999999999", "1e999" })
                        rows.Add(path, option.Name, value);
                foreach (var argument in command.Arguments) rows.Add(path, $"<{argument.Name}>", "");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public void A_value_that_cannot_be_is_answered_with_what_was_expected(string path, string name, string value)
    {
        var command = All(CommandList.Root(), "").First(c => c.Path == path).Command;
        List<string> line = [.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        line.AddRange(command.Arguments.Select(a => name == $"<{a.Name}>" ? value : Example(a)));
        foreach (var option in command.Options.Where(o => o.Required && o.Name != name)) line.AddRange([option.Name, "something"]);
        if (name[0] == '-') line.AddRange([name, value]);

        var said = Said(line);
        var symbol = (IExpecting)command.Options.Concat<Symbol>(command.Arguments).First(s => s.Name == name.Trim('<', '>'));
        Assert.Equal($"edge-agent {path}: {name}: `{value}` was given. Expected {symbol.Expected}.{Environment.NewLine}", said);
        Assert.Contains("such as ", symbol.Expected, StringComparison.Ordinal);
        AssertPlain(said);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_option_that_is_not_there_is_named(string path)
    {
        var said = Said([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--frobnicate"]);
        Assert.Contains("there is no option `--frobnicate`.", said, StringComparison.Ordinal);
        AssertPlain(said);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_option_without_its_value_says_which_value(string path)
    {
        var command = All(CommandList.Root(), "").First(c => c.Path == path).Command;
        foreach (var option in command.Options.Where(o => o is IExpecting))
        {
            var said = Said([.. path.Split(' '), .. command.Arguments.Select(Example), option.Name]);
            Assert.Contains($"{option.Name} has no value. Expected {((IExpecting)option).Expected}.", said, StringComparison.Ordinal);
            AssertPlain(said);
        }
    }

    [Fact]
    public void Every_option_with_a_value_and_every_argument_says_what_it_expects()
    {
        foreach (var (path, command) in All(CommandList.Root(), ""))
            foreach (var symbol in command.Options.Where(o => o.ValueType != typeof(bool)).Concat<Symbol>(command.Arguments))
                Assert.True(symbol is IExpecting || symbol.Name is "--help" or "--version", $"{path} {symbol.Name}");
    }

    [Theory]
    [InlineData("", "edge-agent: a command is missing. Expected one of these:")]
    [InlineData("modbus", "edge-agent modbus: a command is missing. Expected one of these:")]
    [InlineData("statsu", "edge-agent: there is no command `statsu`. Did you mean `status`? Expected one of these:")]
    [InlineData(
        "run", "edge-agent run: <config> is missing. Expected the path of a configuration file, such as /etc/edge-agent/config.yaml.")]
    [InlineData("run a.yaml b.yaml", "edge-agent run: `b.yaml` is one word too many.")]
    [InlineData("run a.yaml --verbos", "edge-agent run: there is no option `--verbos`. Did you mean `--verbose`?")]
    [InlineData("run --verbos a.yaml", "edge-agent run: there is no option `--verbos`. Did you mean `--verbose`?")]
    [InlineData("status --jsn", "edge-agent status: there is no option `--jsn`. Did you mean `--json`?")]
    [InlineData("replay a.yaml", "edge-agent replay: --input is missing. Expected a file of JSON lines, such as --input recorded.jsonl.")]
    [InlineData("modbus read bus --unit 1 --unit 2", "edge-agent modbus read: --unit is given 2 times: `1`, `2`. Give it once.")]
    [InlineData("modbus read plc:99999", "edge-agent modbus read: <bus>: `plc:99999` was given. "
        + "Expected the path of a serial port or host:port, such as /dev/ttyUSB0 or 192.168.1.20:502.")]
    [InlineData("simulate modbus --profile p --unit 1 --unit 300",
        "edge-agent simulate modbus: --unit: `300` was given. Expected a whole number from 1 to 247, such as --unit 17.")]
    [InlineData("tap --label device", "edge-agent tap: --label: `device` was given. Expected name=value, such as --label device=press-1.")]
    [InlineData("serial listen p --parity evn --baud fast",
        "edge-agent serial listen: --baud: `fast` was given. Expected a whole number from 50 to 12000000, such as --baud 9600.")]
    public void A_command_line_that_is_none_says_why(string line, string first)
    {
        var said = Said(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(first, said.Split(Environment.NewLine)[0]);
        AssertPlain(said);
    }

    // What the argument itself names as a value.
    static string Example(Argument argument) => ((IExpecting)argument).Expected.Split("such as ")[^1].Split(' ')[0];

    static bool IsText(Option option) => option is ValueOption<string?> or ValueOption<string[]>;

    static string Said(IReadOnlyList<string> line)
    {
        Assert.True(CommandLine.IsWrong(CommandList.Root().Parse([.. line])));
        var error = new StringWriter();
        Assert.Equal(Wrong, CommandLine.Run([.. line], error));
        return error.ToString();
    }

    static void AssertPlain(string said)
    {
        foreach (var word in (string[])["System", "Int32", "Int64", "Double", "Boolean", "EdgeAgent.", "Exception", "argument"])
            Assert.DoesNotContain(word, said, StringComparison.Ordinal);
    }

    static IEnumerable<(string Path, Command Command)> All(Command command, string path)
    {
        if (path.Length > 0) yield return (path, command);
        foreach (var sub in command.Subcommands)
            foreach (var found in All(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}")) yield return found;
    }
}
