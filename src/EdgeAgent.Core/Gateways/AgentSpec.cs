using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Gateways;

/// <summary>The <c>agent</c> section.</summary>
public static class AgentSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "agent",
        Kind = ComponentKind.Section,
        Doc = "The agent itself.",
        Fields =
        [
            FieldSpec.Text(
                "id", "Identity of this gateway among all; becomes `ce_source` of every record. Letters, digits, `.`, `_` and `-`.")
                with { Required = true, Example = "gw-plant7-01", Syntax = Words.Id },
            FieldSpec.Of(FieldType.Path, "data_dir",
                "Folder of the database, the lock and the status socket; on a local disk that keeps what is synced.")
                with { Required = true, Example = "/var/lib/edge-agent" },
            FieldSpec.Integer("max_series",
                "Most series held at once. A new one past it is refused and counted; at the next commit the least recently useful eighth "
                    + "gives way: first series that were seen once only, then those silent for longest.",
                1, 10_000_000)
                with { Default = 100_000L },
            FieldSpec.Size("max_series_bytes",
                "Most memory for the labels of all series; past it as with `max_series`.", 1L << 16, 1L << 36)
                with { Default = 64L << 20 },
            FieldSpec.Size("max_label_bytes", "Longest value of a label that a topic or a payload gives. "
                + "A message with a longer one is counted as bad, with a sample, and acknowledged.", 1, 65_535)
                with { Default = 256L },
            FieldSpec.Size("max_state_bytes", "Most bytes of windows and other memory of stages, as stored. "
                + "Past it the least recently useful series give way; their open windows leave as partial summaries.", 1L << 16, 1L << 40)
                with { Default = 64L << 20 },
            FieldSpec.Duration("series_ttl", "A series silent for so long is forgotten.", TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
                with { Default = TimeSpan.FromDays(7) },
        ],
        Build = v => new AgentSettings
        {
            Id = v.Get<string>("id"),
            DataDir = v.Get<string>("data_dir"),
            MaxSeries = v.Int("max_series"),
            MaxSeriesBytes = v.Get<long>("max_series_bytes"),
            MaxLabelBytes = (int)v.Get<long>("max_label_bytes"),
            MaxStateBytes = v.Get<long>("max_state_bytes"),
            SeriesTtl = v.Get<TimeSpan>("series_ttl"),
        },
    };
}
