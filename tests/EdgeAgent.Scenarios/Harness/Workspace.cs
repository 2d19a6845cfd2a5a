using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A folder of one scenario on a real disk, removed at its end.</summary>
sealed class Workspace : IDisposable
{
    const int FirstPort = 20_000;
    const int Ports = 12_000;
    const int PortStep = 4;
    static int _portSteps = Environment.ProcessId * 64;

    /// <summary>Whether the folder stays when the scenario is over.</summary>
    public bool IsKept { get; set; }

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateDirectory(
        System.IO.Path.Combine(Repository.Root, "artifacts", "scenarios", Guid.NewGuid().ToString("n")[..12])).FullName;

    /// <summary>A path inside.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>The first of four TCP ports of the loopback that are free now and that nobody is given again soon.</summary>
    /// <remarks>Below the range the kernel takes ports of outgoing connections from,
    /// which would take them before the peer listens.</remarks>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Add(ref _portSteps, PortStep) % Ports);
            try
            {
                for (var i = 0; i < PortStep; i++)
                {
                    using var listener = new TcpListener(IPAddress.Loopback, port + i);
                    listener.Start();
                }

                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsKept) return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A socket of a process that is just ending; the folder is under artifacts/, which nobody keeps.
        }
    }
}
