using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Fleet.Trust;

/// <summary>Who signed an envelope, and whether that is enough for a role.</summary>
/// <param name="Refusal">Why not; <see cref="Refusal.None"/> when it is.</param>
/// <param name="Signers">Ids of the role's keys whose signatures are good.</param>
public sealed record SignatureCheck(Refusal Refusal, IReadOnlyList<string> Signers)
{
    /// <summary>Whether it is enough.</summary>
    public bool IsGood => Refusal.IsNone;
}
