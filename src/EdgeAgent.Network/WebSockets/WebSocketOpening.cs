using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Network.WebSockets;

/// <summary>Opens a WebSocket over a connection that is up, RFC 6455 §4.1.</summary>
public static class WebSocketOpening
{
    const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // §1.3

    /// <summary>The transport over <paramref name="inner"/> once the server has agreed.</summary>
    /// <param name="inner">The connection, TLS done; the transport's from then on.</param>
    /// <param name="peer">The server.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="protocol">The subprotocol, such as <c>mqtt</c>; the server has to speak it.</param>
    /// <param name="deadline">End of all of it.</param>
    /// <param name="cancel">Ends it earlier.</param>
    /// <exception cref="ConnectException">It did not work; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ITransport Run(ITransport inner, Peer peer, string target, string protocol, Deadline deadline, CancellationToken cancel)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var host = peer.Port == (peer.Tls is null ? 80 : 443) ? peer.Authority[..peer.Authority.LastIndexOf(':')] : peer.Authority;
        var answer = HttpHead.Ask(inner, Request(host, target, key, protocol), peer.Where, deadline, cancel);
        if (answer.Status != 101) throw Refused(answer, peer, target);
        if (!answer.Lists("Upgrade", "websocket") || !answer.Lists("Connection", "Upgrade")
            || answer.Find("Sec-WebSocket-Accept") != Accept(key) || answer.Find("Sec-WebSocket-Extensions") is { Length: > 0 })
            throw new ConnectException(ConnectFailure.OtherProtocol,
                $"{peer.Where} agrees to a WebSocket, but not as RFC 6455 wants it. Check what answers there.", RetryAdvice.Slowly);
        return answer.Find("Sec-WebSocket-Protocol") == protocol ? new WebSocketTransport(inner, new FrameWriter())
            : throw new ConnectException(ConnectFailure.OtherProtocol,
                $"{peer.Where} opens a WebSocket, but not for `{protocol}` at the path {Shown(target)}. Check the path in the URL.",
                RetryAdvice.Slowly);
    }

    /// <summary>The request.</summary>
    internal static string Request(string host, string target, string key, string protocol) =>
        $"GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n";

    /// <summary>What the server has to answer to a key.</summary>
#pragma warning disable CA5350 // §4.2.2 asks for SHA-1; it protects nothing
    internal static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350

    static ConnectException Refused(HttpHead answer, Peer peer, string target) => answer.Status switch
    {
        401 or 403 =>
            Rejected($"{peer.Where} does not let us open a WebSocket ({answer.Said}). Check who may at the path {Shown(target)}."),
        404 => Rejected($"{peer.Where} has no WebSocket at the path {Shown(target)} ({answer.Said}). Put the one it has into the URL."),
        >= 300 and < 400 =>
            Rejected($"{peer.Where} sends us elsewhere ({answer.Said}), which is not followed. Put the final address into the URL."),
        >= 500 => new(ConnectFailure.Rejected, $"{peer.Where} cannot open a WebSocket now ({answer.Said}).", RetryAdvice.Soon),
        _ => Rejected($"{peer.Where} answers, but opens no WebSocket ({answer.Said}). Check the port and the path {Shown(target)}."),
    };

    static ConnectException Rejected(string sentence) => new(ConnectFailure.Rejected, sentence, RetryAdvice.Slowly);

    // What follows the path may be a secret.
    static string Shown(string target) => target.IndexOf('?') is >= 0 and var query ? target[..query] : target;
}
