namespace EdgeAgent.Core.Formats.Protobuf;

/// <summary><c>format: protobuf</c>; paths are field numbers with points between.</summary>
public sealed record ProtobufFormatSettings : FieldFormatSettings
{
    /// <summary>Path of a repeated message whose entries are samples, or null.</summary>
    public string? Samples { get; init; }

    /// <summary>What the bits of each of <see cref="FieldFormatSettings.Fields"/> mean.</summary>
    public required IReadOnlyList<ProtobufType> Types { get; init; }

    /// <summary>What the elements of the one field are, each of which is a sample; null when a field is one number.</summary>
    public ProtobufPacking? Packing { get; init; }

    internal override FormatReader CreateReader() => new ProtobufReader(this);
}
