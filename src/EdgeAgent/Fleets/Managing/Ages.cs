using EdgeAgent.Core.Text;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Times as tables show them.</summary>
static class Ages
{
    /// <summary>How long ago, in the one unit that says most; <c>-</c> for never.</summary>
    public static string Of(DateTimeOffset moment, DateTimeOffset now) =>
        moment == DateTimeOffset.MinValue ? "-" : SpanText.Short(now - moment);
}
