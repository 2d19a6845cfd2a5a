using System.Net.Sockets;
using System.Text;
using EdgeAgent.Supervision;

namespace EdgeAgent.Tests.Supervision;

/// <summary>The service manager's end of the notify socket.</summary>
sealed class NotifySocket : IDisposable
{
    readonly TempDirectory _directory = new();
    readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    public NotifySocket(bool isAbstract = false)
    {
        Address = isAbstract ? "@edge-agent-test-" + Guid.NewGuid().ToString("N") : Path.Combine(_directory.Path, "notify");
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + Address[1..] : Address));
    }

    /// <summary>As <c>$NOTIFY_SOCKET</c> names it.</summary>
    public string Address { get; }

    /// <summary>All that lies there now, a text a datagram.</summary>
    public List<string> Take()
    {
        List<string> all = [];
        var buffer = new byte[4096];
        while (_socket.Available > 0) all.Add(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
        return all;
    }

    /// <summary>A manager that finds this socket among its variables.</summary>
    public ServiceManager Manager(string? watchdogUs = null, string? watchdogPid = null) => new(name => name switch
    {
        "NOTIFY_SOCKET" => Address,
        "WATCHDOG_USEC" => watchdogUs,
        "WATCHDOG_PID" => watchdogPid,
        _ => null,
    });

    public void Dispose()
    {
        _socket.Dispose();
        _directory.Dispose();
    }
}
