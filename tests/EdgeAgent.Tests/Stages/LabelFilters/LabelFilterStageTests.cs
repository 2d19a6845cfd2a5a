using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages.LabelFilters;
using Xunit;

namespace EdgeAgent.Tests.Stages.LabelFilters;

public sealed class LabelFilterStageTests
{
    static readonly Instant Now = Instant.Of(0, 0);

    static LabelFilterSettings Filter(bool drop, params (string Name, string[] Patterns)[] labels) => new()
    {
        Name = "keep",
        Drop = drop,
        Labels = [.. labels.Select(l => new KeyValuePair<string, IReadOnlyList<string>>(l.Name, l.Patterns))],
    };

    [Fact]
    public void Keep_and_drop_are_opposites_over_every_series()
    {
        var table = new SeriesTable(10_000);
        for (var i = 0; i < 600; i++)
            table.Intern(LabelSet.Of(("site", "s" + (i % 7)), (i % 5 == 0 ? "other" : "metric", i % 2 == 0 ? "temperature" : "pressure")));
        var labels = new[] { ("metric", new[] { "temp*", "exact" }), ("site", ["s1", "s[2]", "?3"]) };
        var (keep, drop) = (new LabelFilterStage(Filter(false, labels), table), new LabelFilterStage(Filter(true, labels), table));
        var random = new Random(3);
        for (var round = 0; round < 5; round++)
        {
            var (kept, dropped) = (new ReadingBatch(), new ReadingBatch());
            var want = new List<(int, double)>();
            for (var i = 0; i < 3000; i++)
            {
                var id = random.Next(table.Count);
                kept.Add(id, i, i);
                dropped.Add(id, i, i);
                var l = table.LabelsOf(id);
                if (l["metric"] == "temperature" && l["site"] is "s1" or "s3") want.Add((id, i));
            }

            keep.Process(kept, 0, Now);
            drop.Process(dropped, 0, Now);
            Assert.Equal(want.Where(w => table.LabelsOf(w.Item1)["metric"] == "temperature"),
                Enumerable.Range(0, kept.Count).Select(i => (kept.Series[i], kept.Value[i])));
            Assert.Equal(3000, kept.Count + dropped.Count);
        }
    }

    [Fact]
    public void A_forgotten_id_is_judged_anew()
    {
        var table = new SeriesTable(10);
        var id = table.Intern(LabelSet.Of(("site", "a")));
        var stage = new LabelFilterStage(Filter(false, ("site", ["a"])), table);
        var batch = StageBatch.Of((id, 1, 1));
        stage.Process(batch, 0, Now);
        Assert.Equal(1, batch.Count);
        stage.Forget([id]);
        table.Forget([id]);
        table.Release();
        Assert.Equal(id, table.Intern(LabelSet.Of(("site", "b"))));
        stage.Process(batch, 0, Now);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void Descriptions_tell_lists_apart()
    {
        var all = new[]
        {
            Filter(false, ("a", ["b", "c"])), Filter(false, ("a", ["b,c"])), Filter(false, ("a", ["b"]), ("c", [])),
            Filter(false, ("a", ["b],[c"])), Filter(true, ("a", ["b", "c"])),
        };
        Assert.Equal(all.Length, all.Select(s => s.Describe()).Distinct().Count());
    }
}
