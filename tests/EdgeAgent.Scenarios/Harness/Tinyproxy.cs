using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A real HTTP proxy (tinyproxy) on a loopback port that wants a password and opens tunnels to some ports only.</summary>
sealed class Tinyproxy : IDisposable
{
    const string Program = "/usr/bin/tinyproxy";
    readonly string _config;
    Child? _child;

    /// <summary>Starts one that lets <c>gw</c> with <paramref name="password"/> through to these ports.</summary>
    public Tinyproxy(Workspace workspace, string password, params int[] ports)
    {
        Port = Workspace.FreePort();
        _config = workspace.Write("tinyproxy.conf", $"""
            Port {Port}
            Listen 127.0.0.1
            Allow 127.0.0.1
            MaxClients 20
            LogLevel Connect
            BasicAuth gw {password}
            {string.Join('\n', ports.Select(port => $"ConnectPort {port}"))}

            """);
        Start();
    }

    /// <summary>Whether it can be tried here: the program is there, and a name of this machine that is not <c>localhost</c>, which goes
    /// by no proxy.</summary>
    public static bool IsHere => File.Exists(Program) && Resolves(Environment.MachineName);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Its log.</summary>
    public string Log => _child?.Text ?? "";

    /// <summary>Starts it again after <see cref="Kill"/>.</summary>
    public void Start()
    {
        _child = new Child(Program, ["-d", "-c", _config]);
        for (var i = 0; i < 300; i++)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                _child.WaitForMore(100);
            }
        }

        throw new TimeoutException($"tinyproxy does not listen:\n{_child.Text}");
    }

    /// <summary>SIGKILL: its tunnels end with it.</summary>
    public void Kill()
    {
        _child?.Kill();
        _child = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _child?.Dispose();

    static bool Resolves(string name)
    {
        try
        {
            return Dns.GetHostAddresses(name, AddressFamily.InterNetwork).Any(IPAddress.IsLoopback);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
