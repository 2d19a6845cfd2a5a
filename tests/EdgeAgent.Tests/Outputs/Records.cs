using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Tests.Outputs;

/// <summary>Makes segments whose records tell their own key and place: key <c>k1</c>, id <c>k1-7</c>,
/// payload <c>{"key":"k1","n":7}</c>.</summary>
sealed class Records(string topic = "t", int keys = 3)
{
    int _made;

    /// <summary>Ids in the order made.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>Payloads in the order made.</summary>
    public List<string> Payloads { get; } = [];

    /// <summary>The next <paramref name="count"/> records, numbered on from the last ones.</summary>
    public Segment Segment(int count, string output = "out", int priority = 0)
    {
        var first = _made + 1;
        return new Segment(new Lane(output, priority), first, count, 1_700_000_000_000_000_000, Buffer(count).Bytes.ToArray());
    }

    /// <summary>Puts the next <paramref name="count"/> records into <paramref name="store"/>.</summary>
    public void Commit(IStore store, int count, string output = "out", int priority = 0)
    {
        var batch = new CommitBatch { CutAtNs = 1_700_000_000_000_000_000 };
        batch.Records.Add((new Lane(output, priority), count, Buffer(count).Bytes.ToArray()));
        store.Commit(batch);
    }

    LaneBuffer Buffer(int count)
    {
        var buffer = new LaneBuffer();
        for (var i = 0; i < count; i++)
        {
            var n = _made++;
            var key = "k" + (n % keys);
            Ids.Add($"{key}-{n}");
            Payloads.Add($$"""{"key":"{{key}}","n":{{n}}}""");
            buffer.Append(RecordKind.Summary, 1_700_000_000_000_000_000 + n, topic, key, Ids[^1], Encoding.UTF8.GetBytes(Payloads[^1]));
        }

        return buffer;
    }
}
