using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;

namespace EdgeAgent.Core.Pipelines;

/// <summary>One entry of <c>pipelines</c>.</summary>
public static class PipelineSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "pipeline",
        Kind = ComponentKind.Section,
        Doc = "An ordered list of stages that turns the readings of some sources into records for some outputs.",
        Fields =
        [
            FieldSpec.List("from", "Sources that feed it.", FieldSpec.Of(FieldType.Name, "", "A name under `sources`."))
                with { Required = true, MinCount = 1, Single = true, Distinct = true, Example = "[plant]" },
            FieldSpec.List("stages", "Stages, in order. Without a window every reading becomes a record.",
                FieldSpec.OneOf("", "A stage.", "stages")) with { MaxCount = 100 },
            FieldSpec.List("to", "Outputs its records go to.", FieldSpec.Of(FieldType.Name, "", "A name under `outputs`."))
                with { Required = true, MinCount = 1, Single = true, Distinct = true, Example = "[central]" },
            FieldSpec.Enum("future", "What becomes of a reading further ahead of the gateway's clock than `max_future`. It never moves a watermark.",
                new("clamp", FuturePolicy.Clamp, "Its time becomes the arrival time and its quality says so."),
                new("drop", FuturePolicy.Drop, "It is counted and dropped."),
                new("keep", FuturePolicy.Keep, "It keeps its time.")) with { Default = FuturePolicy.Clamp },
            FieldSpec.Duration("max_future", "How far ahead of the gateway's clock an event time may be.", TimeSpan.Zero, TimeSpan.FromDays(365))
                with { Default = TimeSpan.FromMinutes(5) },
        ],
        Build = v => new PipelineSettings
        {
            Name = v.Name,
            From = v.Texts("from"),
            Stages = v.All<StageSettings>("stages"),
            To = v.Texts("to"),
            Future = v.Get<FuturePolicy>("future"),
            MaxFuture = v.Get<TimeSpan>("max_future"),
        },
        Check = static (v, findings) =>
        {
            var stages = v.Items("stages");
            var last = stages.Count > 0 ? stages[0].Nested?.Spec : null;
            for (var i = 0; i < stages.Count; i++)
            {
                var spec = stages[i].Nested?.Spec;
                if (spec is { TakesSummaries: true })
                {
                    var before = i == 0 ? null : stages[i - 1].Nested?.Spec;
                    // What a refused stage would have given is not known.
                    if (i > 0 && (before is null || before.GivesSummaries)) continue;
                    findings.Add(FindingCodes.NoSummaries, stages[i].At, stages[i].Path,
                        $"`{spec.Name}` works on summaries, and {(before is null ? "no stage stands before it" : $"`{before.Name}` gives none")}. Put it after a `window`.");
                    break;
                }

                if (i > 0 && last is { IsTerminal: true })
                {
                    findings.Add(FindingCodes.NotLast, stages[i].At, stages[i].Path,
                        $"a stage after `{last.Name}`, which ends the pipeline. Move it before `{last.Name}`, or into another pipeline.");
                    break;
                }

                last = spec;
            }
        },
    };
}
