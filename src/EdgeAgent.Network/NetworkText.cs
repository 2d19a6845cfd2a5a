using System.Net.Sockets;

namespace EdgeAgent.Network;

/// <summary>Socket errors as sentences.</summary>
static class NetworkText
{
    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionReset => "The server or something on the way reset the connection.",
        SocketError.ConnectionAborted or SocketError.Shutdown => "The connection was cut.",
        SocketError.TimedOut => "The server's machine no longer answers.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
            "There is no way to the server's network.",
        _ => $"The network failed: {error}.",
    };
}
