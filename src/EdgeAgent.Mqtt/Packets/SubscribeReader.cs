namespace EdgeAgent.Mqtt.Packets;

/// <summary>Walks the entries of a SUBSCRIBE.</summary>
public ref struct SubscribeReader
{
    ByteCursor _cursor;
    byte _options;

    internal SubscribeReader(ReadOnlySpan<byte> entries) => _cursor = new ByteCursor(entries);

    /// <summary>Topic filter, UTF-8.</summary>
    public ReadOnlySpan<byte> Filter { get; private set; }

    /// <summary>Maximum QoS asked for.</summary>
    public readonly int Qos => _options & 3;

    /// <summary>Do not send back what the subscriber itself published.</summary>
    public readonly bool NoLocal => (_options & 4) != 0;

    /// <summary>Keep the RETAIN flag as published.</summary>
    public readonly bool RetainAsPublished => (_options & 8) != 0;

    /// <summary>0 send retained messages, 1 only if the subscription is new, 2 never.</summary>
    public readonly int RetainHandling => _options >> 4 & 3;

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly SubscribeReader Current => this;

    /// <summary>Moves to the next entry.</summary>
    public bool MoveNext()
    {
        if (!_cursor.TryBinary(out var filter) || !_cursor.TryByte(out _options)) return false;
        Filter = filter;
        return true;
    }
}
