using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>What an installer is told about a port or a bus that cannot be used: one line each, by the native binary.</summary>
public sealed class PortRefusalTests
{
    const int WrongCommandLine = 64;
    const int NotThere = 69;

    [Fact]
    public void A_port_without_permission_names_the_group()
    {
        using var workspace = new Workspace();
        using var device = Bus(workspace);
        var port = new FileInfo(workspace["bus"]).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        File.SetUnixFileMode(port, UnixFileMode.None);
        string[] listen = ["serial", "listen", port, "--seconds", "1"];

        // To root nothing is forbidden, so the test asks as another user.
        using var child = Environment.UserName == "root"
            ? new Child("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", Repository.Agent, .. listen])
            : new Child(Repository.Agent, listen);
        Assert.Equal(NotThere, child.WaitForEnd());
        Assert.Contains("this user may not open it; it belongs to group tty", child.Text, StringComparison.Ordinal);
        Assert.Single(child.Lines);
    }

    [Fact]
    public void What_is_wrong_with_a_port_a_unit_or_a_rate_is_told_in_one_line()
    {
        using var workspace = new Workspace();
        using var device = Bus(workspace);
        var bus = workspace["bus"];
        Told(NotThere, "does not exist", "modbus", "read", workspace["nothing"]);
        Told(NotThere, "is not a serial port", "serial", "listen", "/dev/null");
        Told(WrongCommandLine, "unit ids are 1 to 247", "modbus", "read", bus, "--unit", "0");
        Told(WrongCommandLine, "unit ids are 1 to 247", "modbus", "read", bus, "--unit", "248");
        Told(WrongCommandLine, "a whole number from 0 to 65535, such as --address 72: a data sheet's 40001 is --table holding --address 0",
            "modbus", "read", bus, "--address", "65536");
        Told(1, "unit 7, ReadHoldingRegisters 5 to 5: no answer",
            "modbus", "read", bus, "--unit", "7", "--address", "5", "--timeout-ms", "20");
        Told(1, "cannot be written", "modbus", "write", bus, "1", "--table", "input");
        Told(1, "70000 does not fit U16", "modbus", "write", bus, "70000");
        Told(WrongCommandLine, "--baud: `0` was given. Expected a whole number from 50 to 12000000, such as --baud 9600.", "modbus", "read",
            bus, "--baud", "0");
        Told(WrongCommandLine, "--parity: `x` was given. Expected one of none, even, odd, mark, space, such as --parity none.", "serial",
            "listen", bus, "--parity", "x");
    }

    static Child Bus(Workspace workspace)
    {
        var device = new Child(Repository.Agent, ["simulate", "modbus", "--profile", "eastron-sdm120", "--link", workspace["bus"]]);
        device.WaitFor(l => l == workspace["bus"], "the simulated bus");
        return device;
    }

    static void Told(int expected, string words, params string[] arguments)
    {
        var (code, text) = Agent.Command(arguments);
        Assert.True(code == expected && text.Contains(words, StringComparison.Ordinal) && !text.Contains('\n'),
            $"{string.Join(' ', arguments)} → {code}: {text}");
    }
}
