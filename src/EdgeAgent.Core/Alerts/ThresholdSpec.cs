using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Alerts;

/// <summary>The <c>threshold</c> section of a score stage.</summary>
public static class ThresholdSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "threshold",
        Kind = ComponentKind.Section,
        Doc = "When a score is an alert: above a constant, above a running quantile of the series' own scores, "
            + "or by an extreme-value rule (SPOT) on them.",
        Example = "threshold: { spot: 1e-4, min_duration: 15m }",
        Fields =
        [
            FieldSpec.Number("constant", "Scores above this number are abnormal.") with { DefaultDoc = "not used", Example = "0.8" },
            FieldSpec.Number("quantile", "Scores above this running quantile (times `factor`) of the series are abnormal.")
                with { Min = 0.5, Max = 0.99999, DefaultDoc = "not used", Example = "0.999" },
            FieldSpec.Number("initial", "For `quantile`: the threshold until a series has `warmup` scores; `edge-agent model threshold` "
                + "finds it.")
                with { DefaultDoc = "no alerts until then", Example = "0.42" },
            FieldSpec.Enum("learn", "For `quantile`: which scores move it.",
                new("all", false, "All."),
                new("normal", true, "Those that were not abnormal; one above the threshold or during an alert counts, but not its size."))
                    with { Default = false },
            FieldSpec.Number("factor", "Factor on the quantile.") with { Min = 0.1, Max = 1000.0, Default = 1.0 },
            FieldSpec.Number(
                "spot", "Probability with which a normal score may pass; the threshold follows the series by extreme-value theory.")
                with { Min = 1e-9, Max = 0.01, DefaultDoc = "not used", Example = "1e-4" },
            FieldSpec.Number("level", "Quantile at which the tail starts that SPOT fits.") with { Min = 0.8, Max = 0.999, Default = 0.98 },
            FieldSpec.Integer("depth", "For SPOT: newest scores that were no extremes whose mean is taken off first, "
                + "so that the threshold follows a level that moves (DSPOT). A cycle's length, such as a day; `warmup` begins after them.",
                    0, 10_000)
                with { Default = 0L, Example = "288" },
            FieldSpec.Integer("warmup", "Scores of a series before its adaptive threshold exists; until then there is no alert.", 20,
                1_000_000) with { Default = 1000L },
            FieldSpec.Number("hysteresis", "How far below the threshold a score must fall to end an alert, as a share of the threshold.")
                with { Min = 0.0, Max = 1.0, Default = 0.1 },
            FieldSpec.Duration("min_duration", "Event time for which scores must stay high before there is an alert.", TimeSpan.Zero,
                TimeSpan.FromDays(30)) with { Default = TimeSpan.Zero },
            FieldSpec.Number("smoothing", "Weight of the newest score in an exponential average; 1 for none.")
                with { Min = 0.001, Max = 1.0, Default = 1.0 },
        ],
        Build = v => new ThresholdSettings
        {
            Kind = v.Has("spot") ? ThresholdKind.Spot : v.Has("quantile") ? ThresholdKind.Quantile : ThresholdKind.Constant,
            Constant = v.GetNullable<double>("constant") ?? 0,
            Quantile = v.GetNullable<double>("quantile") ?? 0.999,
            Initial = v.GetNullable<double>("initial") ?? double.NaN,
            LearnsNormalOnly = v.Get<bool>("learn"),
            Factor = v.Get<double>("factor"),
            Risk = v.GetNullable<double>("spot") ?? 1e-4,
            Level = v.Get<double>("level"),
            Depth = v.Int("depth"),
            Warmup = v.Int("warmup"),
            Hysteresis = v.Get<double>("hysteresis"),
            MinDuration = v.Get<TimeSpan>("min_duration"),
            Smoothing = v.Get<double>("smoothing"),
        },
        Check = static (v, findings) =>
        {
            string[] kinds = [.. new[] { "constant", "quantile", "spot" }.Where(v.Has)];
            if (kinds.Length == 0)
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path,
                    "neither `constant`, `quantile` nor `spot`. Give one of them, or remove the section.");
            for (var i = 1; i < kinds.Length; i++)
                findings.Add(FindingCodes.Exclusive, v.Find(kinds[i])!.KeyAt, v.Path,
                    $"`{kinds[i]}` beside `{kinds[0]}`. Keep one of them.");
            foreach (var key in (ReadOnlySpan<string>)["initial", "learn"])
                if (v.Find(key) is { } given && kinds.Length > 0 && !v.Has("quantile") && v.Has(key))
                    findings.Add(FindingCodes.Exclusive, given.KeyAt, given.Path,
                        $"`{key}` without `quantile`. It belongs to the running quantile; remove it, or use `quantile`.");
            if (v.Find("depth") is { Value: long and > 0 } depth && !v.Has("spot"))
                findings.Add(FindingCodes.Exclusive, depth.KeyAt, depth.Path,
                    "`depth` without `spot`. It belongs to the extreme-value rule; remove it, or use `spot`.");
        },
    };
}
