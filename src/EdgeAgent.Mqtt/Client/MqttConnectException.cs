namespace EdgeAgent.Mqtt.Client;

/// <summary>What kept a connection from being made.</summary>
public enum MqttConnectFailure
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

    /// <summary>The broker refused in CONNACK; see <see cref="MqttConnectException.ReasonCode"/>.</summary>
    Rejected,

    /// <summary>The connection ended before CONNACK.</summary>
    ClosedEarly,

    /// <summary>What answered does not speak MQTT, or not this version.</summary>
    NotMqtt,
}

/// <summary>How soon another attempt makes sense.</summary>
public enum RetryAdvice
{
    /// <summary>By the usual backoff.</summary>
    Soon,

    /// <summary>Only slowly: somebody has to change something first, here or at the broker.</summary>
    Slowly,

    /// <summary>Not with these options.</summary>
    Never,
}

/// <summary>A connection could not be made; the message is a sentence for people.</summary>
public sealed class MqttConnectException(MqttConnectFailure failure, string message, RetryAdvice retry, byte reasonCode = 0, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public MqttConnectFailure Failure { get; } = failure;

    /// <summary>The message without what to do about it, where the two are told apart (certificates); else the whole message.</summary>
    public string What { get; init; } = message;

    /// <summary>How soon to try again.</summary>
    public RetryAdvice Retry { get; } = retry;

    /// <summary>Whether to try again at all.</summary>
    public bool CanRetry => Retry != RetryAdvice.Never;

    /// <summary>CONNACK's code, in the numbers of the version in use; 0 when there was none.</summary>
    public byte ReasonCode { get; } = reasonCode;
}
