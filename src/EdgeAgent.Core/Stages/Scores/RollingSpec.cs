using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>The <c>rolling</c> section of a score stage.</summary>
public static class RollingSpec
{
    const int Most = 10_000;

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "rolling",
        Kind = ComponentKind.Section,
        Doc = "Makes the score of the last ones of the series or group: their median, or the share of those above a line. "
            + "A single outlier is then no alert.",
        Example = "rolling: { median: 3 }",
        Fields =
        [
            FieldSpec.Integer("median", "Scores whose median is the score.", 2, Most) with { DefaultDoc = "not used", Example = "3" },
            FieldSpec.Integer("share", "Scores of which the share above `above` is the score, 0 to 1.", 2, Most)
                with { DefaultDoc = "not used", Example = "20" },
            FieldSpec.Number("above", "The line for `share`, in the model's scores as they are told.")
                with { DefaultDoc = "needed with `share`", Example = "0.8" },
        ],
        Build = v => new RollingSettings
        {
            Last = v.Has("share") ? v.Int("share") : v.Has("median") ? v.Int("median") : 2,
            IsShare = v.Has("share"),
            Above = v.GetNullable<double>("above") ?? 0,
        },
        Check = static (v, findings) =>
        {
            if (!v.Has("median") && !v.Has("share"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path,
                    "neither `median` nor `share`. Give one of them, or remove the section.");
            if (v.Has("median") && v.Find("share") is { } share)
                findings.Add(FindingCodes.Exclusive, share.KeyAt, v.Path, "`share` beside `median`. Keep one of them.");
            if (v.Find("share") is { } only && !v.Has("above"))
                findings.Add(FindingCodes.NeedsOneOf, only.KeyAt, v.Path,
                    "`share` without `above`. Give the line that scores are counted above.");
            if (v.Find("above") is { } above && !v.Has("share"))
                findings.Add(FindingCodes.Exclusive, above.KeyAt, v.Path, "`above` without `share`. Remove it, or use `share`.");
        },
    };
}
