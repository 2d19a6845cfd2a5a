using System.Text;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>Builds the properties of an outgoing packet; the packet's <c>WriteTo</c> puts the length in front.</summary>
/// <remarks>What may stand where is the caller's business. Can be cleared and used again; one thread.</remarks>
public sealed class PropertyList
{
    readonly PacketBuffer _bytes = new(64);

    /// <summary>The encoded properties; valid until the next change.</summary>
    public ReadOnlySpan<byte> Encoded => _bytes.Written;

    /// <summary>Forgets all.</summary>
    public void Clear() => _bytes.Clear();

    /// <summary>Adds a number in the width of <paramref name="id"/>.</summary>
    public PropertyList Add(PropertyId id, uint value)
    {
        _bytes.WriteByte((byte)id);
        switch (PropertyTable.KindOf((byte)id))
        {
            case PropertyKind.Flag: _bytes.WriteByte(checked((byte)value)); break;
            case PropertyKind.UInt16: _bytes.WriteUInt16(checked((ushort)value)); break;
            case PropertyKind.UInt32: _bytes.WriteUInt32(value); break;
            case PropertyKind.Variable: _bytes.WriteVariable(checked((int)value)); break;
            default: throw new ArgumentOutOfRangeException(nameof(id), id, "not a number");
        }
        return this;
    }

    /// <summary>Adds text or binary data.</summary>
    public PropertyList Add(PropertyId id, ReadOnlySpan<byte> value)
    {
        if (PropertyTable.KindOf((byte)id) is not (PropertyKind.Text or PropertyKind.Binary))
            throw new ArgumentOutOfRangeException(nameof(id), id, "not bytes");
        _bytes.WriteByte((byte)id);
        _bytes.WriteBinary(value);
        return this;
    }

    /// <summary>Adds text.</summary>
    public PropertyList Add(PropertyId id, string value) => Add(id, Encoding.UTF8.GetBytes(value).AsSpan());

    /// <summary>Adds a user property.</summary>
    public PropertyList AddUser(string name, string value)
    {
        _bytes.WriteByte((byte)PropertyId.UserProperty);
        _bytes.WriteBinary(Encoding.UTF8.GetBytes(name));
        _bytes.WriteBinary(Encoding.UTF8.GetBytes(value));
        return this;
    }
}
