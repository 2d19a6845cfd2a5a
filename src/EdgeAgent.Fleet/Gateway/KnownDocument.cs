namespace EdgeAgent.Fleet.Gateway;

/// <summary>Which document.</summary>
/// <param name="Digest">Of its payload: names its file and its topic.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version among those of its name.</param>
public sealed record KnownDocument(string Digest, string Name, long Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version} ({Digest[..8]})";
}
