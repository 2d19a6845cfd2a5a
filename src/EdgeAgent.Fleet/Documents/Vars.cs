using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Documents;

/// <summary>Values of one gateway, for <c>${var:name}</c>, signed by the <c>config</c> role.</summary>
/// <remarks><c>{"v": 1, "id", "version", "issued", "vars": {name: text, number or boolean}}</c>; at most 64. Immutable.</remarks>
public sealed record Vars
{
    const int Most = 64;

    /// <summary>The gateway.</summary>
    public required string Id { get; init; }

    /// <summary>Its version, from 1; only ever rises.</summary>
    public required long Version { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>Values by name [string, long, double, bool].</summary>
    public required IReadOnlyDictionary<string, object> Values { get; init; }

    /// <summary>Reads values; verifies nothing.</summary>
    public static Parsed<Vars> Parse(ReadOnlyMemory<byte> payload) => JsonFields.Read(payload, SizeLimits.Vars, fields =>
    {
        fields.Form(1);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        if (fields.ObjectOrNull("vars") is { } all)
            foreach (var name in all.Names(Most)) values[name] = all.Scalar(name, ConfigDocument.MaxVarChars);
        return new Vars
        {
            Id = fields.Id("id"),
            Version = fields.Integer("version", 1, long.MaxValue),
            Issued = fields.Time("issued"),
            Values = values,
        };
    });

    /// <summary>The payload as it is signed.</summary>
    public byte[] ToPayload() => JsonText.Object(json =>
    {
        json.WriteNumber("v", 1);
        json.WriteString("id", Id);
        json.WriteNumber("version", Version);
        json.WriteString("issued", JsonText.Time(Issued));
        json.WriteStartObject("vars");
        foreach (var (name, value) in Values) JsonText.Scalar(json, name, value);
        json.WriteEndObject();
    });
}
