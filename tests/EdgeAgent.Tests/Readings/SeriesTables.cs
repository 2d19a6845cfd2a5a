using EdgeAgent.Core.Readings;
using Xunit;

namespace EdgeAgent.Tests.Readings;

public sealed class SeriesTables
{
    [Fact]
    public void Equal_labels_share_one_dense_id()
    {
        var table = new SeriesTable(10);
        Assert.Equal(0, table.Intern(Labels(1)));
        Assert.Equal(1, table.Intern(Labels(2)));
        Assert.Equal(0, table.Intern(Labels(1)));
        Assert.Equal(Labels(2), table.LabelsOf(1));
        Assert.Equal(2, table.Count);
        Assert.Equal(2, table.IdLimit);
        Assert.Same(LabelSet.Empty, table.LabelsOf(-1));
        Assert.Same(LabelSet.Empty, table.LabelsOf(1_000_000));
    }

    [Fact]
    public void Past_the_bound_it_refuses_counts_and_lists_the_first()
    {
        var table = new SeriesTable(200);
        for (var i = 0; i < 200; i++) Assert.Equal(i, table.Intern(Labels(i)));
        for (var i = 200; i < 500; i++) Assert.Equal(-1, table.Intern(Labels(i)));
        Assert.Equal(300, table.Refusals);
        Assert.Equal(SeriesTable.RefusedKept, table.ListRefused().Count);
        Assert.All(table.ListRefused(), l => Assert.InRange(int.Parse(l["device"]!), 200, 299));
        Assert.Equal(7, table.Intern(Labels(7)));
    }

    [Fact]
    public void Forgotten_ids_are_given_again()
    {
        var table = new SeriesTable(2);
        table.Intern(Labels(1));
        table.Intern(Labels(2));
        Assert.Equal(-1, table.Intern(Labels(3)));
        table.Forget([0]);
        Assert.Equal(1, table.Count);
        Assert.Equal(-1, table.Intern(Labels(3))); // its removal is not durable yet
        Assert.Equal(-1, table.Find(Labels(1)));
        Assert.Equal(Labels(1), table.LabelsOf(0));
        Assert.Equal(0, table.Generation);
        table.Release();
        Assert.Equal(1, table.Generation);
        Assert.Empty(table.ListRefused());
        Assert.Same(LabelSet.Empty, table.LabelsOf(0));
        Assert.Equal(0, table.Intern(Labels(3)));
        Assert.Equal(Labels(3), table.LabelsOf(0));
        table.Forget([0, 0, -1, 99]);
        Assert.Equal(1, table.Count);
        Assert.Equal(0, table.Intern(Labels(3))); // comes back before: the same id, which is then not given away
        table.Release();
        Assert.Equal(0, table.Find(Labels(3)));
        table.Forget([0]);
        table.Release();
        Assert.Equal(0, table.Intern(Labels(4)));
        Assert.Equal(-1, table.Intern(Labels(5)));
    }

    [Fact]
    public void Names_that_come_once_give_way_before_sensors_that_report()
    {
        var table = new SeriesTable(100) { Tick = 1 };
        for (var i = 0; i < 20; i++) table.Intern(Labels(i));
        for (var i = 20; i < 100; i++)
        {
            table.Tick = i;
            table.Intern(Labels(i));
        }

        table.MarkSeen([.. Enumerable.Range(0, 20)], 2);
        Assert.False(table.WantsRoom);
        Assert.Equal(-1, table.Intern(Labels(100)));
        Assert.True(table.WantsRoom);
        var gone = new List<int>();
        table.CollectLeastUseful(10, gone);
        Assert.Equal(Enumerable.Range(20, 10), gone);
        Assert.False(table.WantsRoom);
        table.Forget([.. gone]);
        table.Release();
        Assert.True(table.Intern(Labels(100)) >= 0);
        gone.Clear();
        table.CollectLeastUseful(1000, gone);
        Assert.Equal(91, gone.Count);
        Assert.Equal(Enumerable.Range(0, 20), gone[^20..]);
    }

    [Fact]
    public void Labels_are_bounded_in_bytes()
    {
        var table = new SeriesTable(1000, maxBytes: 4000, maxLabelBytes: 10);
        var held = 0;
        while (table.Intern(LabelSet.Of(("device", "d" + held), ("metric", "m"))) >= 0) held++;
        Assert.InRange(held, 5, 20);
        Assert.InRange(table.Bytes, 3000, 4000);
        Assert.True(table.WantsRoom);
        Assert.Equal(-1, new SeriesTable(10, maxLabelBytes: 10).Intern(LabelSet.Of(("device", "01234567890"))));
        table.Forget([.. Enumerable.Range(0, held)]);
        table.Release();
        Assert.Equal(0, table.Bytes);
    }

    [Fact]
    public void Silent_series_are_those_not_seen_since()
    {
        var table = new SeriesTable(10) { Tick = 5 };
        for (var i = 0; i < 3; i++) table.Intern(Labels(i));
        table.Tick = 9;
        table.MarkSeen([1, -2], 8);
        table.MarkSeen([1], 6);
        table.Intern(Labels(2));
        var silent = new List<int>();
        table.CollectSilent(8, silent);
        Assert.Equal([0], silent);
    }

    [Fact]
    public void Many_threads_agree_on_ids()
    {
        var table = new SeriesTable(1000);
        var ids = new int[4][];
        Parallel.For(0, 4, t =>
        {
            ids[t] = new int[1000];
            for (var k = 0; k < 1000; k++)
            {
                var i = (k * 7 + t * 250) % 1000;
                ids[t][i] = table.Intern(Labels(i));
                Assert.Equal(Labels(i), table.LabelsOf(ids[t][i]));
            }
        });
        Assert.All(ids, row => Assert.Equal(ids[0], row));
        Assert.Equal(Enumerable.Range(0, 1000), ids[0].Order());
    }

    static LabelSet Labels(int i) => LabelSet.Of(("device", i.ToString()), (LabelSet.Metric, "t"));
}
