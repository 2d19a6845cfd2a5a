using System.Globalization;

namespace EdgeAgent.Fleet.Gates;

/// <summary>A gate that was false.</summary>
/// <param name="Gate">Its name, with the part it is about: <c>readings out of summaries</c>.</param>
/// <param name="Before">What was before, or is asked for.</param>
/// <param name="After">What was seen.</param>
public sealed record GateFailure(string Gate, string Before, string After)
{
    /// <summary>Too many starts inside a trial.</summary>
    public static GateFailure OfStarts(int boots, int allowed) => new("restarts",
        string.Create(CultureInfo.InvariantCulture, $"at most {allowed + 1} starts inside the trial"),
        boots.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => $"{Gate}: {Before} before, {After} after";
}
