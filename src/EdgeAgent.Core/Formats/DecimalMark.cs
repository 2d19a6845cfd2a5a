namespace EdgeAgent.Core.Formats;

/// <summary>What stands before the decimals of a number in a text.</summary>
public enum DecimalMark
{
    /// <summary>The one that gives the only reading there is; a text with two readings is refused.</summary>
    Any,

    /// <summary>A point; commas stand between thousands.</summary>
    Point,

    /// <summary>A comma; points stand between thousands.</summary>
    Comma,
}
