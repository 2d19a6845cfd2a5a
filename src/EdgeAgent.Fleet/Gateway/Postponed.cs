namespace EdgeAgent.Fleet.Gateway;

/// <summary>A document that only lacked the fleet link: no failure, tried again later.</summary>
/// <param name="Digest">Which.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="NotBefore">When it is tried again.</param>
public sealed record Postponed(string Digest, int Tries, DateTimeOffset NotBefore)
{
    static readonly TimeSpan[] s_waits = [TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(24)];

    /// <summary>How long to wait after so many tries.</summary>
    public static TimeSpan After(int tries) => s_waits[Math.Min(tries, s_waits.Length) - 1];
}
