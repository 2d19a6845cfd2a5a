namespace EdgeAgent.Core.Formats;

/// <summary>What texts mean: how numbers are written in them, and which say that there is no value.</summary>
public sealed record TextRules
{
    /// <summary>The words for no value that need not be named.</summary>
    public static readonly IReadOnlyList<string> UsualMissing =
        ["unavailable", "unknown", "none", "null", "nil", "undefined", "nan", "n/a", "na", "-", "--", "---", ""];

    /// <summary>The rules of a format that says nothing.</summary>
    public static readonly TextRules Default = new();

    /// <summary>What stands before the decimals.</summary>
    public DecimalMark Decimal { get; init; }

    /// <summary>Texts for no value, without regard to case: neither a reading nor an error.</summary>
    public IReadOnlyList<string> Missing { get; init; } = UsualMissing;
}
