namespace EdgeAgent.Network.WebSockets;

/// <summary>Kinds of frames, RFC 6455 §5.2.</summary>
enum WebSocketOpcode : byte
{
    /// <summary>A further part of a message.</summary>
    Continuation = 0,

    /// <summary>A message of text, or its first part.</summary>
    Text = 1,

    /// <summary>A message of bytes, or its first part.</summary>
    Binary = 2,

    /// <summary>The end of the connection, with a code and a reason.</summary>
    Close = 8,

    /// <summary>Wants a <see cref="Pong"/> with the same payload.</summary>
    Ping = 9,

    /// <summary>Answers a <see cref="Ping"/>, or comes unasked.</summary>
    Pong = 10,
}
