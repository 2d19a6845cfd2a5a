using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Outputs;
using EdgeAgent.Storage;

namespace EdgeAgent.Tests.Outputs;

/// <summary>The outputs' twin in memory, which can be made to fail in the middle of a segment or to reject records.</summary>
sealed class MemoryOutput : IOutput
{
    /// <summary>Ids as they arrived, repeats included.</summary>
    public List<string> Arrived { get; } = [];

    /// <summary>Payloads as they arrived.</summary>
    public List<string> Payloads { get; } = [];

    /// <summary>Asked before each record: true breaks the send there.</summary>
    public Func<string, bool> Breaks { get; set; } = _ => false;

    /// <summary>Asked for each record: true rejects it.</summary>
    public Func<string, bool> Rejects { get; set; } = _ => false;

    /// <summary>Called at the start of every send.</summary>
    public Action<IReadOnlyList<Segment>, CancellationToken> OnSend { get; set; } = (_, _) => { };

    public bool IsDisposed { get; private set; }

    /// <summary>Called at every opening.</summary>
    public Action OnOpen { get; set; } = () => { };

    public void Open() => OnOpen();

    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        OnSend(segments, stop);
        var rejected = new List<RejectedRecord>();
        for (var s = 0; s < segments.Count; s++)
        {
            if (stop.IsCancellationRequested) return new SendReport(s, rejected, null);
            var ofSegment = new List<RejectedRecord>();
            var reader = new RecordReader(segments[s].Bytes);
            for (var i = 0; reader.Read(); i++)
            {
                var id = Encoding.UTF8.GetString(reader.Id);
                if (Breaks(id)) return new SendReport(s, rejected, "it broke");
                if (Rejects(id))
                {
                    ofSegment.Add(RejectedRecord.Of(segments[s].Lane, segments[s].FirstNumber + i, "too odd", reader));
                    continue;
                }

                Arrived.Add(id);
                Payloads.Add(Encoding.UTF8.GetString(reader.Payload));
            }

            rejected.AddRange(ofSegment);
        }

        return new SendReport(segments.Count, rejected, null);
    }

    public void Dispose() => IsDisposed = true;
}
