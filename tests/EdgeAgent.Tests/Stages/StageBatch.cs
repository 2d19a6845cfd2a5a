using EdgeAgent.Core.Readings;

namespace EdgeAgent.Tests.Stages;

/// <summary>Batches for tests of single stages, and batches as text.</summary>
static class StageBatch
{
    public static ReadingBatch Of(params ReadOnlySpan<(int Series, long TimeNs, double Value)> rows)
    {
        var batch = new ReadingBatch();
        foreach (var (series, time, value) in rows) batch.Add(series, time, value);
        return batch;
    }

    public static string Rows(ReadingBatch batch) =>
        string.Join(' ', Enumerable.Range(0, batch.Count)
            .Select(i => FormattableString.Invariant($"{batch.Series[i]}@{batch.TimeNs[i]}={batch.Value[i]}q{batch.Quality[i]}")));
}
