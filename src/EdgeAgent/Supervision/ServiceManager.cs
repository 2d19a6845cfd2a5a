using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EdgeAgent.Native.Processes;

namespace EdgeAgent.Supervision;

/// <summary>Says to systemd how the agent is: datagrams of <c>NAME=value</c> lines to the socket that it named.</summary>
/// <remarks>
/// Source: sd_notify(3), sd_watchdog_enabled(3). <c>$NOTIFY_SOCKET</c> is a path, or <c>@</c> and a name in the abstract namespace. Without
/// it nothing is said to anyone. Never waits: what the socket does not take now is for the caller to say again. One thread at a time.
/// </remarks>
sealed class ServiceManager : IDisposable
{
    readonly Socket? _socket;
    readonly UnixDomainSocketEndPoint? _address;

    /// <summary>A manager that reads its variables by <paramref name="variable"/>.</summary>
    public ServiceManager(Func<string, string?> variable)
    {
        var (address, watchdog, process) = (variable("NOTIFY_SOCKET"), variable("WATCHDOG_USEC"), variable("WATCHDOG_PID"));
        if (address is not { Length: > 1 } || address[0] is not ('/' or '@')) return;
        try
        {
            _address = new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        }
        catch (Exception e) when (e is ArgumentException or SocketException)
        {
            return;
        }

        var isOurs = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (isOurs && long.TryParse(watchdog, NumberStyles.None, CultureInfo.InvariantCulture, out var us) && us > 0)
            Watchdog = TimeSpan.FromMicroseconds(Math.Min(us, TimeSpan.MaxValue.Ticks / 10));
    }

    /// <summary>The one that started this process; its variables are taken away from what this process starts.</summary>
    public static ServiceManager OfThisProcess() => new(ProcessVariables.Take);

    /// <summary>Whether anybody listens.</summary>
    public bool IsThere => _socket is not null;

    /// <summary>The time within which it wants to hear from us, over and over; null when it does not (<c>WatchdogSec=</c>).</summary>
    public TimeSpan? Watchdog { get; }

    /// <summary>Says <paramref name="lines"/>, in one datagram.</summary>
    /// <returns>False when it has to be said again.</returns>
    public bool TrySay(string lines)
    {
        if (_socket is null) return true;
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(lines), _address!);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();
}
