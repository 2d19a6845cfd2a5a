using System.Runtime.InteropServices;
using EdgeAgent.Native.Processes;
using EdgeAgent.Supervision;
using Xunit;

namespace EdgeAgent.Tests.Supervision;

/// <summary>Datagrams to the service manager, by path and by abstract name.</summary>
public sealed partial class ServiceManagerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_said_arrives_whole_and_in_order(bool isAbstract)
    {
        using var socket = new NotifySocket(isAbstract);
        using var manager = socket.Manager();
        Assert.True(manager.IsThere);
        Assert.True(manager.TrySay("READY=1\nSTATUS=gut: 20 °C"));
        Assert.True(manager.TrySay("STOPPING=1"));
        Assert.Equal(["READY=1\nSTATUS=gut: 20 °C", "STOPPING=1"], socket.Take());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("vsock:2:1234")]
    [InlineData("relative")]
    public void Without_a_socket_everything_is_said_to_nobody(string? address)
    {
        using var manager = new ServiceManager(name => name == "NOTIFY_SOCKET" ? address : "30000000");
        Assert.False(manager.IsThere);
        Assert.Null(manager.Watchdog);
        Assert.True(manager.TrySay("READY=1"));
    }

    [Fact]
    public void What_a_full_socket_does_not_take_has_to_be_said_again()
    {
        using var socket = new NotifySocket();
        using var manager = socket.Manager();
        var said = 0;
        while (manager.TrySay("STATUS=x")) Assert.InRange(++said, 0, 1_000_000);
        Assert.Equal(said, socket.Take().Count);
        Assert.True(manager.TrySay("STATUS=x"));
    }

    [Fact]
    public void The_watchdog_is_for_the_process_it_names()
    {
        using var socket = new NotifySocket();
        Assert.Equal(TimeSpan.FromSeconds(30), socket.Manager("30000000").Watchdog);
        Assert.Equal(TimeSpan.FromSeconds(30), socket.Manager("30000000", $"{Environment.ProcessId}").Watchdog);
        Assert.Null(socket.Manager("30000000", "1").Watchdog);
        Assert.Null(socket.Manager("0").Watchdog);
        Assert.Null(socket.Manager("soon").Watchdog);
    }

    [Fact]
    public void Variables_that_were_taken_are_seen_by_nothing_started_from_here()
    {
        var name = "EDGE_AGENT_TEST_" + Guid.NewGuid().ToString("N");
        Assert.Equal(0, SetEnv(name, "secret", 1));
        Environment.SetEnvironmentVariable(name, "secret");
        Assert.Equal("secret", ProcessVariables.Take(name));
        Assert.Null(ProcessVariables.Take(name));
        Assert.Null(Environment.GetEnvironmentVariable(name));
        Assert.Equal(0, GetEnv(name));
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
