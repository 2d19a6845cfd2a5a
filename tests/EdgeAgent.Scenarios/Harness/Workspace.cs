using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A folder of one scenario on a real disk, removed at its end.</summary>
sealed class Workspace : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(Repository.Root, "artifacts", "scenarios", Guid.NewGuid().ToString("n")[..12])).FullName;

    /// <summary>A path inside.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>A TCP port of the loopback that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
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
