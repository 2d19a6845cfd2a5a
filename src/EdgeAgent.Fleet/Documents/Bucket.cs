using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Fleet.Documents;

/// <summary>Where a gateway stands in a rollout: decided by both names alone, so that nobody has to be told one by one.</summary>
/// <remarks>
/// <c>h = SHA-256("edge-fleet-bucket" 0x00 rollout 0x00 id)</c>; the bucket is the first 8 bytes, big-endian, modulo 10,000, and the delay
/// the next 8 as a share of 2⁶⁴. A gateway's place differs from rollout to rollout. The remainder's bias is below 10⁻¹⁵.
/// </remarks>
public static class Bucket
{
    /// <summary>Number of buckets.</summary>
    public const int Count = 10_000;

    /// <summary>The bucket of a gateway: 0 to 9,999.</summary>
    public static int Of(string rollout, string id) => (int)(BinaryPrimitives.ReadUInt64BigEndian(Hash(rollout, id)) % Count);

    /// <summary>When within <paramref name="spread"/> a gateway begins.</summary>
    public static TimeSpan Delay(string rollout, string id, TimeSpan spread) =>
        new((long)((UInt128)BinaryPrimitives.ReadUInt64BigEndian(Hash(rollout, id).AsSpan(8)) * (ulong)spread.Ticks >> 64));

    static byte[] Hash(string rollout, string id) => SHA256.HashData(Encoding.UTF8.GetBytes($"edge-fleet-bucket\0{rollout}\0{id}"));
}
