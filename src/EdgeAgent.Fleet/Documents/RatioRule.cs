using System.Globalization;

namespace EdgeAgent.Fleet.Documents;

/// <summary>A bound of a figure in a trial by the same figure before it: <c>&gt;=0.7x</c>, <c>&lt;=2x+1%</c>, or <c>any</c>.</summary>
/// <param name="IsLeast">Whether the figure has to reach the bound, not stay below it.</param>
/// <param name="Factor">Times the figure before.</param>
/// <param name="Add">More, as a share of 1.</param>
public sealed record RatioRule(bool IsLeast, double Factor, double Add)
{
    /// <summary>Always kept.</summary>
    public static readonly RatioRule Any = new(IsLeast: true, 0, 0);

    /// <summary>Reads a rule; null when it is none.</summary>
    public static RatioRule? TryParse(string text)
    {
        if (text == "any") return Any;
        if (text.Length < 4 || text[..2] is not (">=" or "<=")) return null;
        var parts = text[2..].Split('+');
        if (parts.Length > 2 || !parts[0].EndsWith('x') || !IsNumber(parts[0][..^1], out var factor)) return null;
        var add = 0.0;
        if (parts.Length == 2 && (!parts[1].EndsWith('%') || !IsNumber(parts[1][..^1], out add))) return null;
        return new(text[0] == '>', factor, add / 100);
    }

    static bool IsNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value <= 1_000_000;

    /// <summary>Whether the figure keeps to the rule.</summary>
    public bool IsKept(double before, double after) => IsLeast ? after >= Factor * before + Add : after <= Factor * before + Add;

    /// <inheritdoc/>
    public override string ToString() => this == Any ? "any" : string.Create(CultureInfo.InvariantCulture,
        $"{(IsLeast ? ">=" : "<=")}{Factor}x{(Add > 0 ? string.Create(CultureInfo.InvariantCulture, $"+{Add * 100:0.######}%") : "")}");
}
