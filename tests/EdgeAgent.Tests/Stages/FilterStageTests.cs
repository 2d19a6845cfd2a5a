using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Conversions;
using EdgeAgent.Core.Stages.LabelFilters;
using EdgeAgent.Core.Stages.Ranges;
using EdgeAgent.Core.Text;
using Xunit;

namespace EdgeAgent.Tests.Stages;

public sealed class FilterStageTests
{
    static readonly Instant Now = Instant.Of(0, 0);

    static ReadingBatch Batch(params ReadOnlySpan<(int Series, long TimeNs, double Value)> rows)
    {
        var batch = new ReadingBatch();
        foreach (var (series, time, value) in rows) batch.Add(series, time, value);
        return batch;
    }

    static string Rows(ReadingBatch batch) =>
        string.Join(' ', Enumerable.Range(0, batch.Count)
            .Select(i => FormattableString.Invariant($"{batch.Series[i]}@{batch.TimeNs[i]}={batch.Value[i]}q{batch.Quality[i]}")));

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
        var batch = Batch((id, 1, 1));
        stage.Process(batch, 0, Now);
        Assert.Equal(1, batch.Count);
        stage.Forget([id]);
        table.Forget([id]);
        table.Release();
        Assert.Equal(id, table.Intern(LabelSet.Of(("site", "b"))));
        stage.Process(batch, 0, Now);
        Assert.Equal(0, batch.Count);
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("?", "", false)]
    [InlineData("t?mp*", "temperature", true)]
    [InlineData("**a", "ba", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Globs(string pattern, string text, bool expected) => Assert.Equal(expected, GlobPattern.IsMatch(pattern, text));

    [Theory]
    [InlineData(RangeAction.Drop, "0@1=-1q0 0@3=5q0 0@5=0q0", 2)]
    [InlineData(RangeAction.Clamp, "0@1=-1q0 0@2=5q4 0@3=5q0 0@4=-1q4 0@5=0q0", 2)]
    [InlineData(RangeAction.Mark, "0@1=-1q0 0@2=5.1q1 0@3=5q0 0@4=-7q1 0@5=0q0", 2)]
    public void Range(RangeAction action, string expected, int outside)
    {
        var stage = new RangeStage(new RangeSettings { Name = "range", Min = -1, Max = 5, Action = action });
        var batch = Batch((0, 1, -1), (0, 2, 5.1), (0, 3, 5), (0, 4, -7), (0, 5, 0));
        stage.Process(batch, 0, Now);
        Assert.Equal((expected, outside), (Rows(batch), stage.Outside));
    }

    [Fact]
    public void Convert_drops_what_is_no_longer_finite()
    {
        var counters = new PipelineCounters();
        var batch = Batch((0, 1, 100), (0, 2, 1e300), (0, 3, -40));
        new ConvertStage(new ConvertSettings { Name = "convert", Scale = 1.8, Offset = 32 }, counters).Process(batch, 0, Now);
        Assert.Equal("0@1=212q0 0@2=1.8E+300q0 0@3=-40q0", Rows(batch));
        new ConvertStage(new ConvertSettings { Name = "convert", Scale = 1e10 }, counters).Process(batch, 0, Now);
        Assert.Equal("0@1=2120000000000q0 0@3=-400000000000q0", Rows(batch));
        Assert.Equal(1, counters.NotFinite);
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
