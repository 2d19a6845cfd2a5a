using System.Net;
using System.Net.Sockets;
using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A Modbus slave nobody here wrote (pymodbus or libmodbus), behind a bridge that spoils what it answers.</summary>
/// <remarks>RTU: agent – pty – bridge – socat's pair of ptys – slave. TCP: agent – bridge – slave.
/// Registers follow the rule in <see cref="Word"/>.</remarks>
sealed class ForeignSlave : IDisposable
{
    readonly List<Child> _children = [];
    readonly List<IDisposable> _open = [];
    readonly Thread _thread;
    volatile bool _ended;

    /// <summary>Starts <paramref name="peer"/> on a serial line that ends at <paramref name="plug"/>.</summary>
    public ForeignSlave(Workspace workspace, string peer, Plug plug)
    {
        var (near, far) = (workspace["near"], workspace["far"]);
        _children.Add(new Child("/usr/bin/socat", [$"pty,raw,echo=0,link={near}", $"pty,raw,echo=0,link={far}"]));
        Until(() => File.Exists(near) && File.Exists(far), "socat's pair");
        _children.Add(new Child("/usr/bin/python3", [Script(peer), "rtu", far]));
        _thread = new Thread(() => BridgeLine(plug, near)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Starts <paramref name="peer"/> behind <see cref="Port"/>.</summary>
    public ForeignSlave(string peer)
    {
        var target = Workspace.FreePort();
        _children.Add(new Child("/usr/bin/python3", [Script(peer), "tcp", $"{target}"]));
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _open.Add(listener);
        _thread = new Thread(() => BridgePort(listener, target)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where TCP clients connect.</summary>
    public int Port { get; }

    /// <summary>What is made of an answer: pieces to send one after the other. Called on the bridge's thread.</summary>
    public Func<byte[], IEnumerable<byte[]>> Spoil { get; set; } = answer => [answer];

    /// <summary>Answers that passed.</summary>
    public int Answers { get; private set; }

    /// <summary>What a register of a slave holds; a bit is the third of its register.</summary>
    public static ushort Word(int unit, int table, int address) => (ushort)(address * 40503 + unit * 7919 + table * 104729);

    /// <summary>Skips where the peers are not installed (scripts/setup does it on Debian).</summary>
    public static void SkipUnlessInstalled() =>
        Assert.SkipUnless(File.Exists("/usr/bin/socat") && Directory.Exists("/usr/lib/python3/dist-packages/pymodbus"),
            "needs socat, python3-pymodbus and libmodbus5");

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        foreach (var open in _open) open.Dispose();
        foreach (var child in _children) child.Dispose();
        _thread.Join();
    }

    static string Script(string peer) =>
        Path.Combine(Repository.Root, "tests", "EdgeAgent.Tests", "Sources", "Modbus", "peers", $"{peer}_slave.py");

    void BridgeLine(Plug plug, string near)
    {
        using var port = SerialPort.Open(new SerialLineSettings { Path = near, Baud = 115200 });
        var buffer = new byte[600];
        try
        {
            while (!_ended)
            {
                if (plug.Read(buffer, 5) is > 0 and var asked) port.Write(buffer.AsSpan(0, asked));
                var n = port.Read(buffer, 1_000_000);
                if (n <= 0) continue;

                // An answer ends with 20 ms of silence.
                for (int more; (more = port.Read(buffer.AsSpan(n), 20_000_000)) > 0;) n += more;
                Answers++;
                foreach (var piece in Spoil(buffer[..n])) plug.Send(piece);
            }
        }
        catch (SerialException) when (_ended)
        {
            // The pair went with the scenario.
        }
    }

    void BridgePort(TcpListener listener, int target)
    {
        var buffer = new byte[600];
        while (!_ended)
        {
            try
            {
                using var client = listener.AcceptSocket();
                using var slave = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                Until(() => TryConnect(slave, target), "the slave's port");
                client.NoDelay = true;
                while (client.Receive(buffer) is > 0 and var asked)
                {
                    slave.Send(buffer.AsSpan(0, asked));
                    var n = slave.Receive(buffer);
                    Answers++;
                    foreach (var piece in Spoil(buffer[..n]))
                    {
                        client.Send(piece);
                        Thread.Yield();
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // A cut that was asked for, or the end of the scenario.
            }
        }
    }

    static bool TryConnect(Socket socket, int port)
    {
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static void Until(Func<bool> reached, string what)
    {
        if (!SpinWait.SpinUntil(reached, 30_000)) throw new TimeoutException($"{what} is not there after 30 s");
    }
}
