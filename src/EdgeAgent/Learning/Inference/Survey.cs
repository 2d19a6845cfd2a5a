using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace EdgeAgent.Learning.Inference;

/// <summary>What was heard of a broker: topics with counts, times and a few payloads each.</summary>
/// <remarks>
/// Bounded in bytes, whatever is sent: <see cref="MaxTopicBytes"/> for topics, <see cref="MaxSampleBytes"/> for payloads. Past them
/// messages are counted and no more. The first payload of a topic has the whole room, the others half of it, so that many topics do
/// not go without. Kept are the first eight of a topic, then the 16th, 32nd, 64th and so on. One thread; a known topic allocates
/// nothing but the payload that is kept.
/// </remarks>
sealed class Survey
{
    /// <summary>Most memory for topics, as reckoned [bytes].</summary>
    public const long MaxTopicBytes = 48L << 20;

    /// <summary>Most memory for payloads, as reckoned [bytes].</summary>
    public const long MaxSampleBytes = 32L << 20;

    /// <summary>Largest payload that is kept [bytes].</summary>
    public const int MaxPayload = 64 << 10;

    const int TopicOverhead = 240;
    const int SampleOverhead = 64;
    const int FirstOnes = 8;
    const int MostOfATopic = 16;

    readonly Dictionary<byte[], SurveyedTopic> _topics = new(new TopicBytes());
    readonly Dictionary<byte[], SurveyedTopic>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    long _topicBytes;
    long _sampleBytes;

    /// <summary>Nothing heard yet.</summary>
    public Survey() => _lookup = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The topics.</summary>
    public IReadOnlyCollection<SurveyedTopic> Topics => _topics.Values;

    /// <summary>Messages heard.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages of topics that there was no room for, or whose name is no text.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Takes one message.</summary>
    /// <param name="topic">Its topic; copied when it is new.</param>
    /// <param name="payload">Its payload; copied when it is kept.</param>
    /// <param name="atNs">When it arrived [ns since the Unix epoch].</param>
    /// <param name="isRetained">Whether it had lain at the broker.</param>
    public void Add(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long atNs, bool isRetained)
    {
        Messages++;
        if (!_lookup.TryGetValue(topic, out var known))
        {
            if (_topicBytes + TopicOverhead + 3 * topic.Length > MaxTopicBytes || !Utf8.IsValid(topic) || topic.IsEmpty)
            {
                PassedOver++;
                return;
            }

            _topicBytes += TopicOverhead + 3 * topic.Length;
            _topics.Add(topic.ToArray(), known = new SurveyedTopic(System.Text.Encoding.UTF8.GetString(topic)));
        }

        known.Count(payload.Length, atNs, isRetained);
        var kept = known.Samples.Count;
        if (payload.Length > MaxPayload || kept >= MostOfATopic) return;
        if (known.Messages > FirstOnes && !long.IsPow2(known.Messages)) return;
        var bytes = SampleOverhead + payload.Length;
        if (_sampleBytes + bytes > (kept == 0 ? MaxSampleBytes : MaxSampleBytes / 2)) return;
        _sampleBytes += bytes;
        known.Keep(new(atNs, payload.ToArray(), isRetained));
    }

    sealed class TopicBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
