using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EdgeAgent.KafkaPeer;

/// <summary>A fixed loopback port in front of a mock broker, whose own port is chosen by the system.</summary>
/// <remarks>Down: the port refuses connections and those there were are cut, as when a broker's process is gone.</remarks>
/// <param name="port">Port to listen on.</param>
/// <param name="targetPort">The mock broker's.</param>
/// <param name="front">What clients have to pass first.</param>
public sealed class Forwarder(int port, int targetPort, Front front)
{
    readonly HashSet<Socket> _open = [];
    Socket? _listener;

    /// <summary>Starts taking connections.</summary>
    public void Up()
    {
        lock (_open)
        {
            if (_listener is not null) return;
            _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen(16);
            _ = AcceptAsync(_listener);
        }
    }

    /// <summary>Refuses connections and cuts those there are.</summary>
    public void Down()
    {
        lock (_open)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var socket in _open) socket.Dispose();
            _open.Clear();
        }
    }

    async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed: the broker is down.
        }
    }

    async Task ServeAsync(Socket client)
    {
        var broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_open)
        {
            _open.Add(client);
            _open.Add(broker);
        }

        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, targetPort);
            await using var brokerSide = new NetworkStream(broker);
            await using var admitted = await front.AdmitAsync(new NetworkStream(client), brokerSide);
            if (admitted is not null) await Task.WhenAny(CopyAsync(admitted, brokerSide), CopyAsync(brokerSide, admitted));
        }
        catch (Exception e) when (IsEnd(e) || e is AuthenticationException or InvalidDataException or ArgumentException)
        {
            // Either side went away, or the client did not pass; the other side follows.
        }

        client.Dispose();
        broker.Dispose();
        lock (_open)
        {
            _open.Remove(client);
            _open.Remove(broker);
        }
    }

    static async Task CopyAsync(Stream from, Stream to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is var n and > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, n));
                await to.FlushAsync();
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // Reported to the waiter by ending.
        }
    }

    static bool IsEnd(Exception e) => e is SocketException or IOException or ObjectDisposedException;
}
