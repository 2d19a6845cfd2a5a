using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages;

namespace EdgeAgent.Core.Pipelines;

/// <summary>The end of the summaries' way: a record for every output. Keeps the head of each group it has met.</summary>
sealed class SummaryRecords(PipelineRecords records, RecordIdentity identity) : ISummaryReceiver
{
    RecordHead?[] _heads = new RecordHead?[64];

    public void Take(Summary summary)
    {
        if (summary.Group < 0)
        {
            records.Write(identity, records.Encoder.HeadOf(summary.Labels), summary);
            return;
        }

        if (summary.Group >= _heads.Length) Array.Resize(ref _heads, Math.Max(2 * _heads.Length, summary.Group + 1));
        ref var head = ref _heads[summary.Group];
        if (head is null || !ReferenceEquals(head.Labels, summary.Labels)) head = records.Encoder.HeadOf(summary.Labels);
        records.Write(identity, head, summary);
    }

    public void Release(int group, LabelSet labels)
    {
        if (group < _heads.Length) _heads[group] = null;
    }
}

/// <summary>Hands summaries to a stage, and on from it.</summary>
sealed class SummaryLink(ISummaryStage stage, ISummaryReceiver next) : ISummaryReceiver
{
    public void Take(Summary summary) => stage.Process(summary, next);

    public void Flush(in Instant now) => stage.Flush(now, next);

    public void Release(int group, LabelSet labels)
    {
        stage.Release(group, labels);
        next.Release(group, labels);
    }
}
