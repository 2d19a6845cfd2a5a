namespace EdgeAgent.Core.Commands;

/// <summary>One entry of <c>writes</c>; one of the sealed kinds.</summary>
public abstract record WriteSettings
{
    /// <summary>What commands call it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a command has to carry a value.</summary>
    public abstract bool TakesValue { get; }

    /// <summary>Lowest value that is written.</summary>
    public double Min { get; init; }

    /// <summary>Highest value that is written.</summary>
    public double Max { get; init; }
}
