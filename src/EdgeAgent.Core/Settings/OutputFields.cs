using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>Keys of outputs that reach something over a network: what becomes of records that have waited.</summary>
public static class OutputFields
{
    /// <summary><c>max_age</c> and <c>replay_rate</c>.</summary>
    public static readonly FieldSpec[] Waiting =
    [
        FieldSpec.Duration("max_age", "Records that have waited for longer are dropped and counted.", TimeSpan.FromSeconds(10),
            TimeSpan.FromDays(3650)) with { DefaultDoc = "no limit", Example = "7d" },
        FieldSpec.Size("replay_rate", "How many bytes a second are sent of what has waited, as after an outage; alerts are not held back. "
            + "It has to be more than comes in, or what waits grows.", 1 << 10, 1L << 30)
            with { DefaultDoc = "no limit", Example = "64KiB" },
    ];
}
