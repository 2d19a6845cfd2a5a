using System.Globalization;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>The <c>rolling</c> section of a score stage: the score told is made of the last ones of a series that the model gave.</summary>
public sealed record RollingSettings
{
    /// <summary>Scores that one is made of; until there are as many, none is told.</summary>
    public required int Last { get; init; }

    /// <summary>Whether it is the share of those above <see cref="Above"/> rather than their median.</summary>
    public bool IsShare { get; init; }

    /// <summary>The line, for a share.</summary>
    public double Above { get; init; }

    /// <summary>All of it as unambiguous text.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{(IsShare ? "share" : "median")}({Last},{Above:R})");

    /// <summary>The score of these.</summary>
    /// <param name="scores">The last scores; as many as <see cref="Last"/>.</param>
    /// <param name="scratch">Room for as many.</param>
    public double Of(ReadOnlySpan<double> scores, Span<double> scratch)
    {
        if (IsShare)
        {
            var above = 0;
            foreach (var score in scores) above += score > Above ? 1 : 0;
            return (double)above / scores.Length;
        }

        scores.CopyTo(scratch);
        scratch.Sort();
        var middle = scores.Length / 2;
        return scores.Length % 2 == 1 ? scratch[middle] : (scratch[middle - 1] + scratch[middle]) / 2;
    }
}
