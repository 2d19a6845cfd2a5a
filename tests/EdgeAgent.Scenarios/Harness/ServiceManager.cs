using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>The side of systemd: hears what the agent says over its notify socket.</summary>
sealed class ServiceManager : IDisposable
{
    readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    readonly List<string> _said = [];
    readonly Thread _thread;

    public ServiceManager(Workspace workspace)
    {
        var path = Path.Combine(workspace.Path, "notify");
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "4000000" };
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What it gives the agent: a ping each two seconds is expected.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>How often something was said that has <paramref name="text"/> in it.</summary>
    public int Count(string text)
    {
        lock (_said) return _said.Count(said => said.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Waits until that was said <paramref name="times"/> times.</summary>
    public void WaitFor(string text, int times = 1)
    {
        lock (_said)
        {
            var until = System.Environment.TickCount64 + 180_000;
            while (Count(text) < times)
                if (!Monitor.Wait(_said, 1000) && System.Environment.TickCount64 > until)
                    throw new TimeoutException($"`{text}` was not said {times} times: {string.Join(" | ", _said)}");
        }
    }

    public void Dispose() => _socket.Dispose();

    void Run()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var said = Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
                lock (_said)
                {
                    _said.Add(said);
                    Monitor.PulseAll(_said);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }
}
