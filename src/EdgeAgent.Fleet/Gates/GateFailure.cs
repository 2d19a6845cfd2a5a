using System.Globalization;

namespace EdgeAgent.Fleet.Gates;

/// <summary>A gate that was false.</summary>
/// <param name="Gate">Its name, with the part it is about: <c>readings out of summaries</c>.</param>
/// <param name="Before">What was before, or is asked for.</param>
/// <param name="After">What was seen.</param>
public sealed record GateFailure(string Gate, string Before, string After)
{
    const string Starts = "restarts";

    // Of these no figure of before exists: what stands there is what was expected.
    static readonly string[] s_expecting = [Starts, "within", "start", "link", "commits"];

    /// <summary>Too many starts inside a trial.</summary>
    public static GateFailure OfStarts(int boots, int allowed) => new(Starts,
        string.Create(CultureInfo.InvariantCulture,
            $"at most {allowed + 1} start{(allowed == 0 ? "" : "s")} of the agent inside the trial"),
        string.Create(CultureInfo.InvariantCulture, $"{boots} starts (after a crash, a kill, a restart or a cut of power)"));

    /// <summary>Whether <see cref="Before"/> and <see cref="After"/> are the same figure at two times.</summary>
    public bool HasFigures => Array.IndexOf(s_expecting, Gate) < 0;

    /// <inheritdoc/>
    public override string ToString() => !HasFigures ? $"{Gate}: {After}; expected was {Before}"
        : $"{Gate}: {Before} before, {After} after";
}
