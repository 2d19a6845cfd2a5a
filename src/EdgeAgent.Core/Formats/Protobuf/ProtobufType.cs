namespace EdgeAgent.Core.Formats.Protobuf;

/// <summary>What the bits of a field mean beyond its wire type.</summary>
public enum ProtobufType
{
    /// <summary>By the wire type: varints without sign, four bytes a float, eight a double, bytes a text.</summary>
    Auto,

    /// <summary><c>int32</c>, <c>int64</c>, <c>sfixed32</c>, <c>sfixed64</c>: two's complement.</summary>
    Signed,

    /// <summary><c>sint32</c>, <c>sint64</c>: zigzag.</summary>
    Zigzag,

    /// <summary><c>fixed32</c>, <c>fixed64</c>: whole numbers without sign.</summary>
    Fixed,
}
