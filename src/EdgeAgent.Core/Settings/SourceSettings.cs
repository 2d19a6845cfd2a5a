namespace EdgeAgent.Core.Settings;

/// <summary>Where readings come from; one of the sealed kinds.</summary>
public abstract record SourceSettings
{
    /// <summary>The key under <c>sources</c>.</summary>
    public required string Name { get; init; }
}
