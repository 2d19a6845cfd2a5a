namespace EdgeAgent.Network;

/// <summary>What kept a connection from being made.</summary>
public enum ConnectFailure
{
    /// <summary>An option or a certificate file is wrong.</summary>
    BadOptions,

    /// <summary>The host name has no address.</summary>
    HostNotFound,

    /// <summary>Nobody listens on the port.</summary>
    Refused,

    /// <summary>No way to the host.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The server's certificate is for another name.</summary>
    TlsNameMismatch,

    /// <summary>The server's certificate is not signed by a trusted authority.</summary>
    TlsUntrusted,

    /// <summary>The server's certificate has expired or is not valid yet.</summary>
    TlsExpired,

    /// <summary>TLS failed in another way, such as a refused client certificate.</summary>
    TlsFailed,

    /// <summary>The server refused in its protocol's words; see <see cref="ConnectException.ReasonCode"/>.</summary>
    Rejected,

    /// <summary>The connection ended before the server answered in its protocol.</summary>
    ClosedEarly,

    /// <summary>What answered does not speak the protocol, or not this version.</summary>
    OtherProtocol,
}
