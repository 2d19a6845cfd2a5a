namespace EdgeAgent.Core.Lines;

/// <summary>Parity of a character.</summary>
public enum LineParity
{
    /// <summary>No parity bit.</summary>
    None,

    /// <summary>Even number of ones.</summary>
    Even,

    /// <summary>Odd number of ones.</summary>
    Odd,

    /// <summary>Always one.</summary>
    Mark,

    /// <summary>Always zero.</summary>
    Space,
}
