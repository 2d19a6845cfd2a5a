using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>How far an output's lanes have come at Kafka, as its record in the progress topic tells. Output thread.</summary>
/// <remarks>Key <c>agent/output/store</c>; value: <c>configs/central/schemas/progress.schema.json</c>. A lane is written as its
/// priority, one of held records as <c>priority&gt;topic</c>.</remarks>
sealed class KafkaProgress(string agentId, string output, string storeId)
{
    const int MaxAsides = 100;
    readonly Dictionary<Lane, long> _through = [];
    readonly List<AsideRecord> _asides = [];

    /// <summary>The store whose numbers these are.</summary>
    public string StoreId => storeId;

    /// <summary>The record's key.</summary>
    public byte[] Key { get; } = Encoding.UTF8.GetBytes($"{agentId}/{output}/{storeId}");

    /// <summary>Offset of the newest record of this key that was read; reading goes on there.</summary>
    public long From { get; set; }

    /// <summary>What the pump is told.</summary>
    public PositionReport Report => new(new Dictionary<Lane, long>(_through), [.. _asides], null);

    /// <summary>The partition for this key, of so many: FNV-1a, so that every version of the agent finds it.</summary>
    public int PartitionOf(int count)
    {
        var hash = 2166136261u;
        foreach (var b in Key) hash = (hash ^ b) * 16777619u;
        return (int)(hash % (uint)count);
    }

    /// <summary>These segments are committed, and these records of them were refused.</summary>
    public void Add(IReadOnlyList<Segment> segments, IEnumerable<RejectedRecord> refused)
    {
        foreach (var segment in segments) _through[segment.Lane] = segment.LastNumber;
        foreach (var record in refused)
            if (record.DeadLetterTopic is null) _asides.Add(new AsideRecord(record.Lane, record.Number, record.Reason));
        if (_asides.Count > MaxAsides) _asides.RemoveRange(0, _asides.Count - MaxAsides);
    }

    /// <summary>As it will be once <paramref name="segments"/> are committed.</summary>
    public KafkaProgress With(IReadOnlyList<Segment> segments, IEnumerable<RejectedRecord> refused)
    {
        var next = new KafkaProgress(agentId, output, storeId) { From = From };
        foreach (var (lane, through) in _through) next._through[lane] = through;
        next._asides.AddRange(_asides);
        next.Add(segments, refused);
        return next;
    }

    /// <summary>The record's value.</summary>
    public byte[] Value()
    {
        var json = new JsonBuffer();
        json.Raw("{\"agent\":"u8);
        json.Text(agentId);
        json.Raw(",\"output\":"u8);
        json.Text(output);
        json.Raw(",\"store\":"u8);
        json.Text(storeId);
        json.Raw(",\"lanes\":{"u8);
        var isFirst = true;
        foreach (var (lane, through) in _through)
        {
            if (!isFirst) json.Raw(","u8);
            isFirst = false;
            json.Text(NameOf(lane));
            json.Raw(":"u8);
            json.Integer(through);
        }

        json.Raw("}"u8);
        for (var i = 0; i < _asides.Count; i++)
        {
            json.Raw(i == 0 ? ",\"aside\":[{\"priority\":"u8 : ",{\"priority\":"u8);
            json.Integer(_asides[i].Lane.Priority);
            json.Raw(",\"number\":"u8);
            json.Integer(_asides[i].Number);
            json.Raw(",\"reason\":"u8);
            json.Text(_asides[i].Reason);
            json.Raw("}"u8);
        }

        json.Raw(_asides.Count > 0 ? "]}"u8 : "}"u8);
        return json.Bytes.ToArray();
    }

    /// <summary>Takes over what <paramref name="value"/> says. False when it is not of this form.</summary>
    public bool TryRead(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            foreach (var lane in document.RootElement.GetProperty("lanes").EnumerateObject())
                _through[LaneOf(lane.Name)] = lane.Value.GetInt64();
            if (!document.RootElement.TryGetProperty("aside", out var asides)) return true;
            _asides.Clear();
            foreach (var aside in asides.EnumerateArray())
                _asides.Add(new AsideRecord(new Lane(output, aside.GetProperty("priority").GetInt32()),
                    aside.GetProperty("number").GetInt64(), aside.GetProperty("reason").GetString()!));
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return false;
        }
    }

    static string NameOf(Lane lane)
    {
        var priority = lane.Priority.ToString(CultureInfo.InvariantCulture);
        return lane.HeldTopic is { } topic ? $"{priority}>{topic}" : priority;
    }

    Lane LaneOf(string name)
    {
        var mark = name.IndexOf('>', StringComparison.Ordinal);
        var lane = new Lane(output, int.Parse(mark < 0 ? name : name[..mark], CultureInfo.InvariantCulture));
        return mark < 0 ? lane : lane.Held(name[(mark + 1)..]);
    }
}
