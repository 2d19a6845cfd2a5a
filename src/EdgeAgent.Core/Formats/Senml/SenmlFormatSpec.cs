using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Senml;

/// <summary><c>format: senml</c>.</summary>
public static class SenmlFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "senml",
        Kind = ComponentKind.Format,
        Doc = "SenML packs (RFC 8428) in JSON or CBOR, told apart by their first byte. Each number or boolean is a reading with the "
            + "name as `metric`.",
        Example = "decode: { format: senml, base_name: device }",
        Fields =
        [
            FieldSpec.Of(FieldType.NewLabel, "base_name", "Label for the base name; the metric is then the name after it.")
                with { DefaultDoc = "base name and name are the metric", Example = "device" },
            FieldSpec.Of(FieldType.NewLabel, "unit", "Label for the unit.") with { DefaultDoc = "none", Example = "unit" },
            .. FormatFields.Encoded,
        ],
        Build = v => FormatFields.Encode(v,
            new SenmlFormatSettings { BaseLabel = v.GetOrNull<string>("base_name"), UnitLabel = v.GetOrNull<string>("unit") }),
        Labels = (v, scope) =>
        {
            var names = new HashSet<string> { LabelSet.Metric };
            if (v.GetOrNull<string>("base_name") is { } name) names.Add(name);
            if (v.GetOrNull<string>("unit") is { } unit) names.Add(unit);
            return scope.Or(new(names));
        },
    };
}
