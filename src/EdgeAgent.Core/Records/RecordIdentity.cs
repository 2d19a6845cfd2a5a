using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Records;

/// <summary>The first part of the ids of all records one stage gives: pipeline and fingerprint. See docs/decisions/identity.md.</summary>
public sealed class RecordIdentity
{
    /// <summary>Canonical labels longer than this are replaced by their hash in an id [bytes of UTF-8].</summary>
    public const int MaxLabelBytes = 512;

    readonly byte[] _prefix;

    /// <summary>For the stage with <paramref name="fingerprint"/> (16 hexadecimal digits) of <paramref name="pipeline"/>.</summary>
    public RecordIdentity(string pipeline, string fingerprint) =>
        _prefix = Encoding.UTF8.GetBytes($"{pipeline.Replace("%", "%25").Replace("/", "%2F")}/{fingerprint}/");

    /// <summary>Writes <c>pipeline/fingerprint/time_ns/ordinal/labels</c> over <paramref name="to"/>;
    /// summaries number by revision.</summary>
    public void WriteSummary(JsonBuffer to, long windowStartNs, int revision, ReadOnlySpan<byte> labels)
    {
        Start(to, windowStartNs);
        to.Integer(revision);
        to.Raw("/"u8);
        to.Raw(labels);
    }

    /// <summary>Writes <c>pipeline/fingerprint/time_ns/value/labels</c> over <paramref name="to"/>;
    /// the value as the 16 digits of its bits.</summary>
    public void WriteReading(JsonBuffer to, long eventTimeNs, double value, ReadOnlySpan<byte> labels)
    {
        Start(to, eventTimeNs);
        to.Hex(BitConverter.DoubleToUInt64Bits(value));
        to.Raw("/"u8);
        to.Raw(labels);
    }

    /// <summary>The labels as they stand at the end of an id.</summary>
    public static byte[] LabelBytes(LabelSet labels)
    {
        var bytes = Encoding.UTF8.GetBytes(labels.Canonical);
        return bytes.Length <= MaxLabelBytes ? bytes : Encoding.ASCII.GetBytes("~" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    void Start(JsonBuffer to, long timeNs)
    {
        to.Clear();
        to.Raw(_prefix);
        to.Integer(timeNs);
        to.Raw("/"u8);
    }
}
