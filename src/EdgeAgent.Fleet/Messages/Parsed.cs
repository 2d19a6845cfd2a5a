namespace EdgeAgent.Fleet.Messages;

/// <summary>What came of reading a message: the value, or why there is none.</summary>
/// <param name="Value">The value; null when refused.</param>
/// <param name="Refusal">Why not; <see cref="Refusal.None"/> with a value.</param>
public readonly record struct Parsed<T>(T? Value, Refusal Refusal) where T : class
{
    /// <summary>Whether there is a value.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool IsGood => Value is not null;

    /// <summary>A value.</summary>
    public static Parsed<T> Good(T value) => new(value, Refusal.None);

    /// <summary>None, and why.</summary>
    public static Parsed<T> Bad(RefusalReason reason, string detail) => new(null, new(reason, detail));

    /// <summary>None, for the reason that another step gave.</summary>
    public static Parsed<T> Bad(Refusal refusal) => new(null, refusal);
}
