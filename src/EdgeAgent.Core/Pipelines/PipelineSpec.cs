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
            FieldSpec.Enum(
                "future", "What becomes of a reading further ahead of the gateway's clock than `max_future`. It never moves a watermark.",
                new("clamp", FuturePolicy.Clamp, "Its time becomes the arrival time and its quality says so."),
                new("drop", FuturePolicy.Drop, "It is counted and dropped."),
                new("keep", FuturePolicy.Keep, "It keeps its time.")) with { Default = FuturePolicy.Clamp },
            FieldSpec.Duration("max_future", "How far ahead of the gateway's clock an event time may be.", TimeSpan.Zero,
                TimeSpan.FromDays(365))
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
            ComponentSpec? before = null, last = null; // before this stage; the last one over readings
            var stages = v.Items("stages");
            for (var i = 0; i < stages.Count; i++)
            {
                var spec = stages[i].Nested?.Spec;
                // A refused stage is taken for the most common; what it would give is not known.
                var role = spec?.Role ?? StageRole.Filter;
                if ((i == 0 || before is not null) && !role.MayFollow(before?.Role))
                {
                    var why = before is null ? "no stage stands before it" : $"`{before.Name}` gives none";
                    var end = (last ?? before)?.Name;
                    if (!role.TakesReadings())
                        findings.Add(FindingCodes.NoSummaries, stages[i].At, stages[i].Path,
                            $"`{spec!.Name}` works on summaries, and {why}. Put it after a `window`.");
                    else
                        findings.Add(FindingCodes.NotLast, stages[i].At, stages[i].Path,
                            $"a stage after `{end}`, which ends the pipeline. Move it before `{end}`, or into another pipeline.");
                    break;
                }

                before = spec;
                if (role.TakesReadings()) last = spec;
            }
        },
    };
}
