namespace EdgeAgent.Mqtt.Packets;

/// <summary>Walks the properties of one packet in the order they came; stops at the end or at the first that is not well formed.</summary>
/// <remarks>Spans point into the packet. Only the shape is checked here; <see cref="PropertyBlock.Check"/> judges the content.</remarks>
public ref struct PropertyReader
{
    ByteCursor _cursor;

    /// <summary>Starts before the first property of <paramref name="encoded"/> (without the length in front).</summary>
    public PropertyReader(ReadOnlySpan<byte> encoded) => _cursor = new ByteCursor(encoded);

    /// <summary>The current property.</summary>
    public PropertyId Id { get; private set; }

    /// <summary>Value of a number, else 0.</summary>
    public uint Number { get; private set; }

    /// <summary>Value of a text, of binary data, or the second half of a pair.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>First half of a pair.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly PropertyReader Current => this;

    /// <summary>Whether the walk stopped before the end.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Moves to the next property.</summary>
    public bool MoveNext()
    {
        if (_cursor.AtEnd || IsDamaged) return false;
        IsDamaged = !TryTake();
        return !IsDamaged;
    }

    bool TryTake()
    {
        Number = 0;
        Bytes = Name = default;
        // The identifier is a variable byte integer, but all assigned ones fit one byte (§2.2.2.2).
        if (!_cursor.TryByte(out var id)) return false;
        Id = (PropertyId)id;
        switch (PropertyTable.KindOf(id))
        {
            case PropertyKind.Flag:
                if (!_cursor.TryByte(out var flag)) return false;
                Number = flag;
                return true;
            case PropertyKind.UInt16:
                if (!_cursor.TryUInt16(out var small)) return false;
                Number = small;
                return true;
            case PropertyKind.UInt32:
                if (!_cursor.TryUInt32(out var number)) return false;
                Number = number;
                return true;
            case PropertyKind.Variable:
                if (!_cursor.TryVariable(out var variable)) return false;
                Number = variable;
                return true;
            case PropertyKind.Text or PropertyKind.Binary:
                if (!_cursor.TryBinary(out var bytes)) return false;
                Bytes = bytes;
                return true;
            case PropertyKind.Pair:
                if (!_cursor.TryBinary(out var name) || !_cursor.TryBinary(out var value)) return false;
                Name = name;
                Bytes = value;
                return true;
            default:
                return false;
        }
    }
}
