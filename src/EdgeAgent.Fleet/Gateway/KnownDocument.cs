namespace EdgeAgent.Fleet.Gateway;

/// <summary>Which document, and with which values: the two together are what is tried, kept and put back.</summary>
/// <param name="Digest">Of its payload: names its file and its topic.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version among those of its name.</param>
public sealed record KnownDocument(string Digest, string Name, long Version)
{
    /// <summary>Version of the gateway's values that are put in; 0 for none from the fleet.</summary>
    public long Vars { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version} ({Digest[..8]}{(Vars > 0 ? $", values {Vars}" : "")})";
}
