using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.KafkaPeer;

/// <summary>A fixed loopback port in front of a mock broker, whose own port is chosen by the system.</summary>
/// <remarks>Down: the port refuses connections and those there were are cut, as when a broker's process is gone.</remarks>
public sealed class Forwarder(int port, int targetPort)
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
            await Task.WhenAny(CopyAsync(client, broker), CopyAsync(broker, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Either side went away; the other follows.
        }

        client.Dispose();
        broker.Dispose();
        lock (_open)
        {
            _open.Remove(client);
            _open.Remove(broker);
        }
    }

    static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var n and > 0)
                for (var sent = 0; sent < n;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, n - sent));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reported to the waiter by ending.
        }
    }
}
