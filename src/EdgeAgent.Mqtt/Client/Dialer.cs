using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Opens the TCP connection: resolves the name, tries each address in turn, and says what went wrong.</summary>
static class Dialer
{
    const int PollSliceMs = 50;

    /// <summary>A connected, non-blocking socket. Throws <see cref="MqttConnectException"/> or, when cancelled, <see cref="OperationCanceledException"/>.</summary>
    public static Socket Open(MqttClientOptions options, Deadline deadline, CancellationToken cancel)
    {
        var addresses = Resolve(options, deadline, cancel);
        MqttConnectException? last = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            // An address that does not answer must leave time for the next.
            var share = new Deadline(TimeSpan.FromMilliseconds(Math.Max(1, deadline.LeftMs / (addresses.Length - i))));
            try
            {
                return Open(addresses[i], options, share, cancel);
            }
            catch (MqttConnectException e)
            {
                last = e;
            }
        }
        throw last ?? NotFound(options, null);
    }

    static IPAddress[] Resolve(MqttClientOptions options, Deadline deadline, CancellationToken cancel)
    {
        if (IPAddress.TryParse(options.Host, out var literal)) return [literal];
        try
        {
            // The resolver cannot be interrupted; the wait for it can.
            return Dns.GetHostAddressesAsync(options.Host, cancel).WaitAsync(TimeSpan.FromMilliseconds(deadline.LeftMs), cancel).GetAwaiter().GetResult();
        }
        catch (SocketException e)
        {
            throw NotFound(options, e);
        }
        catch (TimeoutException e)
        {
            throw new MqttConnectException(MqttConnectFailure.HostNotFound, $"The name server did not answer in time for {options.Host}. Check the network and its name server.", RetryAdvice.Soon, 0, e);
        }
    }

    static Socket Open(IPAddress address, MqttClientOptions options, Deadline deadline, CancellationToken cancel)
    {
        Socket socket;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
        }
        catch (SocketException e)
        {
            throw Explain(e, address, options);
        }

        try
        {
            Start(socket, new IPEndPoint(address, options.Port));
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
            throw Explain(e, address, options);
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

    static MqttConnectException NotFound(MqttClientOptions options, Exception? inner) => new(MqttConnectFailure.HostNotFound,
        $"The host name {options.Host} has no address. Check its spelling and the gateway's name server.", RetryAdvice.Soon, 0, inner);

    static MqttConnectException Explain(SocketException e, IPAddress address, MqttClientOptions options)
    {
        var where = options.Host == address.ToString() ? $"{options.Host}:{options.Port}" : $"{options.Host}:{options.Port} ({address})";
        return e.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new(MqttConnectFailure.Refused, $"Nothing listens on {where}. Check the port and that the server runs.", RetryAdvice.Soon, 0, e),
            SocketError.TimedOut => new(MqttConnectFailure.TimedOut, $"No answer from {where}. Check the address and any firewall on the way.", RetryAdvice.Soon, 0, e),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => new(MqttConnectFailure.Unreachable,
                $"There is no way to {where}. Check the gateway's network.", RetryAdvice.Soon, 0, e),
            _ when OpenFiles.AreSpent(e) => new(MqttConnectFailure.Unreachable, OpenFiles.Sentence($"No connection to {where} can be opened"), RetryAdvice.Soon, 0, e),
            _ => new(MqttConnectFailure.Unreachable, $"{where} could not be reached: {e.Message}.", RetryAdvice.Soon, 0, e),
        };
    }
}
