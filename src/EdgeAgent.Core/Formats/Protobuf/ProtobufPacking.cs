namespace EdgeAgent.Core.Formats.Protobuf;

/// <summary>What the elements of a packed field are.</summary>
public enum ProtobufPacking
{
    /// <summary>Varints.</summary>
    Varint,

    /// <summary>Four bytes: <c>float</c>.</summary>
    Float,

    /// <summary>Eight bytes: <c>double</c>.</summary>
    Double,

    /// <summary>Four bytes: <c>fixed32</c>, <c>sfixed32</c>.</summary>
    Fixed32,

    /// <summary>Eight bytes: <c>fixed64</c>, <c>sfixed64</c>.</summary>
    Fixed64,
}
