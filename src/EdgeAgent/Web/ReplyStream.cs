using System.Net.Sockets;
using EdgeAgent.Network;

namespace EdgeAgent.Web;

/// <summary>The open end of an answer without a length. The connection's thread.</summary>
sealed class ReplyStream(Socket socket, SocketStream raw, Stream stream, TimeSpan within)
{
    /// <summary>Whether the client has gone or the server wants the connection to end.</summary>
    public bool IsGone => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;

    /// <summary>Sends <paramref name="bytes"/>.</summary>
    /// <exception cref="IOException">The client has gone, or did not take them in time.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        raw.WritesEnd = new Deadline(within);
        stream.Write(bytes);
        stream.Flush();
    }
}
