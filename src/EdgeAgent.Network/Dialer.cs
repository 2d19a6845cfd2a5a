using System.Net;
using System.Net.Sockets;
using EdgeAgent.Network.Limits;

namespace EdgeAgent.Network;

/// <summary>Opens the TCP connection: resolves the name, tries each address in turn, and says what went wrong.</summary>
/// <remarks>All of the agent's own connections are opened here, so that one proxy serves them all.</remarks>
public static class Dialer
{
    const int PollSliceMs = 50;
    static volatile HttpProxy? s_proxy;

    /// <summary>The proxy of the process; null for none. Set by whoever takes a configuration in force; holds for connections opened
    /// from then on. Any thread.</summary>
    public static HttpProxy? Proxy
    {
        get => s_proxy;
        set => s_proxy = value;
    }

    /// <summary>A connected, non-blocking socket: by way of <see cref="Proxy"/> where there is one and the host is not direct.</summary>
    /// <exception cref="ConnectException">It did not work; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Socket Open(Peer peer, Deadline deadline, CancellationToken cancel) => Open(peer, Proxy, deadline, cancel);

    /// <summary>The same by way of a certain proxy, or none.</summary>
    internal static Socket Open(Peer peer, HttpProxy? proxy, Deadline deadline, CancellationToken cancel)
    {
        if (proxy is null || proxy.IsDirect(peer.Host)) return OpenDirect(peer, deadline, cancel);
        Socket socket;
        try
        {
            socket = OpenDirect(new Peer(proxy.Host, proxy.Port), deadline, cancel);
        }
        catch (ConnectException e)
        {
            throw new ConnectException(e.Failure, $"The proxy is not reached. {e.Message}", e.Retry, 0, e);
        }

        try
        {
            proxy.Tunnel(new PlainTransport(socket), peer, deadline, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same without a proxy, whatever there is.</summary>
    public static Socket OpenDirect(Peer peer, Deadline deadline, CancellationToken cancel)
    {
        var addresses = Resolve(peer, deadline, cancel);
        ConnectException? last = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            // An address that does not answer must leave time for the next.
            var share = new Deadline(TimeSpan.FromMilliseconds(Math.Max(1, deadline.LeftMs / (addresses.Length - i))));
            try
            {
                return Open(addresses[i], peer, share, cancel);
            }
            catch (ConnectException e)
            {
                last = e;
            }
        }
        throw last ?? NotFound(peer, null);
    }

    static IPAddress[] Resolve(Peer peer, Deadline deadline, CancellationToken cancel)
    {
        if (IPAddress.TryParse(peer.Host, out var literal)) return [literal];
        try
        {
            // The resolver cannot be interrupted; the wait for it can.
            var answer = Dns.GetHostAddressesAsync(peer.Host, cancel);
            return answer.WaitAsync(TimeSpan.FromMilliseconds(deadline.LeftMs), cancel).GetAwaiter().GetResult();
        }
        catch (SocketException e)
        {
            throw NotFound(peer, e);
        }
        catch (TimeoutException e)
        {
            throw new ConnectException(ConnectFailure.HostNotFound,
                $"The name server did not answer in time for {peer.Host}. Check the network and its name server.", RetryAdvice.Soon, 0, e);
        }
    }

    static Socket Open(IPAddress address, Peer peer, Deadline deadline, CancellationToken cancel)
    {
        Socket socket;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
        }
        catch (SocketException e)
        {
            throw Explain(e, address, peer);
        }

        try
        {
            Start(socket, new IPEndPoint(address, peer.Port));
            while (!socket.Poll(TimeSpan.FromMilliseconds(Math.Min(PollSliceMs, deadline.LeftMs)), SelectMode.SelectWrite))
            {
                cancel.ThrowIfCancellationRequested();
                if (deadline.LeftMs == 0) throw new SocketException((int)SocketError.TimedOut);
            }
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? socket : throw new SocketException((int)error);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Explain(e, address, peer);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static void Start(Socket socket, EndPoint target)
    {
        try
        {
            socket.Connect(target);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Under way.
        }
    }

    static ConnectException NotFound(Peer peer, Exception? inner) => new(ConnectFailure.HostNotFound,
        $"The host name {peer.Host} has no address. Check its spelling and the gateway's name server.", RetryAdvice.Soon, 0, inner);

    static ConnectException Explain(SocketException e, IPAddress address, Peer peer)
    {
        var where = peer.Host == address.ToString() ? peer.Where : $"{peer.Where} ({address})";
        var (failure, sentence) = e.SocketErrorCode switch
        {
            SocketError.ConnectionRefused =>
                (ConnectFailure.Refused, $"Nothing listens on {where}. Check the port and that the server runs."),
            SocketError.TimedOut => (ConnectFailure.TimedOut, $"No answer from {where}. Check the address and any firewall on the way."),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
                (ConnectFailure.Unreachable, $"There is no way to {where}. Check the gateway's network."),
            _ when OpenFiles.AreSpent(e) => (ConnectFailure.Unreachable, OpenFiles.Sentence($"No connection to {where} can be opened")),
            _ => (ConnectFailure.Unreachable, $"{where} could not be reached: {e.Message}."),
        };
        return new ConnectException(failure, sentence, RetryAdvice.Soon, 0, e);
    }
}
