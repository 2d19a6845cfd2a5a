using System.Text;

namespace EdgeAgent.Network;

/// <summary>An HTTP proxy that opens tunnels (CONNECT, RFC 9110 §9.3.6) for connections of any protocol.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsDirect">Whether a host is reached without it.</param>
public sealed record HttpProxy(string Host, int Port, Func<string, bool> IsDirect)
{
    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password; nothing without a user name.</summary>
    public string? Password { get; init; }

    /// <summary>Asks for a tunnel to <paramref name="target"/> over a connection to this proxy.</summary>
    /// <remarks>The target's name is resolved by the proxy.</remarks>
    /// <exception cref="ConnectException">There is none; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal void Tunnel(ITransport transport, Peer target, Deadline deadline, CancellationToken cancel)
    {
        var where = target.Authority;
        var request = new StringBuilder($"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n");
        if (Username is not null)
            request.Append("Proxy-Authorization: Basic ")
                .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"))).Append("\r\n");
        request.Append("\r\n");
        var who = $"The proxy {new Peer(Host, Port).Where}";
        var answer = HttpHead.Ask(transport, request.ToString(), who, deadline, cancel);
        if (answer.Status is < 200 or > 299) throw Refused(answer, who, target.Where);
    }

    ConnectException Refused(HttpHead answer, string who, string where) => answer.Status switch
    {
        // tinyproxy says 401 where 407 is meant.
        401 or 407 when Username is null =>
            Rejected($"{who} wants a user name and a password ({answer.Said}). Give `username` and `password` under `proxy`."),
        401 or 407 => Rejected($"{who} does not accept our user name and password ({answer.Said}). Mend them under `proxy`."),
        >= 500 => new(ConnectFailure.Unreachable,
            $"{who} does not reach {where} ({answer.Said}). Check the address, and whether the proxy may go there.", RetryAdvice.Soon),
        _ => Rejected($"{who} does not let us through to {where} ({answer.Said}). Many proxies allow port 443 alone: let the server "
            + "listen there, or have the port allowed; what needs no proxy is named under `no_proxy`."),
    };

    static ConnectException Rejected(string sentence) => new(ConnectFailure.Rejected, sentence, RetryAdvice.Slowly);
}
