using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages.Deadbands;
using EdgeAgent.Core.State;
using Xunit;

namespace EdgeAgent.Tests.Stages.Deadbands;

public sealed class DeadbandStageTests
{
    const long Second = 1_000_000_000;

    static DeadbandSettings Settings(double? absolute = null, double? percent = null, int? silence = null) => new()
    {
        Name = "deadband",
        Absolute = absolute,
        Percent = percent,
        MaxSilence = silence is { } s ? TimeSpan.FromSeconds(s) : null,
    };

    static SeriesTable Table(int count)
    {
        var table = new SeriesTable(1000);
        for (var i = 0; i < count; i++) table.Intern(LabelSet.Of(("n", i.ToString())));
        return table;
    }

    // In decimal, one reading at a time, so that 0.05 is 0.05.
    static List<int> Oracle(DeadbandSettings settings, List<(int Series, long TimeNs, decimal Value)> readings)
    {
        var last = new Dictionary<int, (long TimeNs, decimal Value)>();
        var passed = new List<int>();
        for (var i = 0; i < readings.Count; i++)
        {
            var (series, time, value) = readings[i];
            if (last.TryGetValue(series, out var before))
            {
                var change = Math.Abs(value - before.Value);
                var enough = change > 0 && change >= (decimal)(settings.Absolute ?? 0)
                    && change >= (decimal)(settings.Percent ?? 0) / 100 * Math.Abs(before.Value);
                var silent = settings.MaxSilence is { } silence && Math.Abs(time - before.TimeNs) >= silence.Ticks * 100;
                if (!enough && !silent) continue;
            }

            last[series] = (time, value);
            passed.Add(i);
        }

        return passed;
    }

    [Theory]
    [InlineData(0.05, null, null)]
    [InlineData(0.1, null, 20)]
    [InlineData(null, 10.0, null)]
    [InlineData(null, 25.0, 7)]
    [InlineData(0.0, null, null)]
    public void Passes_what_the_oracle_passes_over_kills_at_any_batch(double? absolute, double? percent, int? silence)
    {
        var settings = Settings(absolute, percent, silence);
        for (var round = 0; round < 100; round++)
        {
            var random = new Random(round);
            var table = Table(5);
            var stage = new DeadbandStage(settings, table);
            var log = new List<byte[]>();
            var (readings, got) = (new List<(int, long, decimal)>(), new List<int>());
            long time = 0;
            for (var b = 0; b < 10; b++)
            {
                var batch = new ReadingBatch();
                var first = readings.Count;
                for (var i = random.Next(1, 60); i > 0; i--)
                {
                    time += random.Next(-1, 4) * Second;
                    var value = random.Next(-20, 21) * 0.05m;
                    var series = random.Next(5);
                    batch.Add(table.Intern(LabelSet.Of(("n", series.ToString()))), time, (double)value, quality: 0);
                    batch.TimeNs[batch.Count - 1] = time;
                    readings.Add((series, time, value));
                }

                // The rows carry their place in the quality byte so that compaction can be followed.
                for (var i = 0; i < batch.Count; i++) batch.Quality[i] = (byte)((i & 7) | ((i >> 3) << 4));
                stage.Process(batch, 0, Instant.Of(0, 0));
                for (var i = 0; i < batch.Count; i++) got.Add(first + ((batch.Quality[i] & 7) | ((batch.Quality[i] >> 4) << 3)));
                var (units, writer) = (new List<int>(), new StateWriter());
                stage.TakeDirty(units);
                foreach (var unit in units)
                {
                    writer.Clear();
                    stage.WriteUnit(unit, writer);
                    log.Add(writer.Bytes.ToArray());
                }

                if (random.Next(3) != 0) continue;
                table = new SeriesTable(100);
                table.Intern(LabelSet.Of(("n", "4")));
                stage = new DeadbandStage(settings, table);
                foreach (var entry in log) Assert.True(stage.TryRestoreUnit(entry, 1));
            }

            Assert.Equal(Oracle(settings, readings), got);
        }
    }

    [Fact]
    public void A_reading_kept_from_the_future_passes_and_is_not_remembered()
    {
        var stage = new DeadbandStage(Settings(absolute: 5, silence: 10), Table(1));
        var batch = new ReadingBatch();
        batch.Add(0, Second, 1);
        batch.Add(0, 1_000_000 * Second, 1, Quality.Future);
        batch.Add(0, 2 * Second, 1);
        stage.Process(batch, 0, Instant.Of(0, 0));
        Assert.Equal(2, batch.Count);
    }

    [Fact]
    public void A_forgotten_series_stays_forgotten_after_a_restart_and_its_id_can_serve_another()
    {
        var table = Table(0);
        var stage = new DeadbandStage(Settings(absolute: 100), table);
        var (a, b) = (LabelSet.Of(("n", "a")), LabelSet.Of(("n", "b")));
        var log = new List<byte[]>();
        void See(LabelSet labels)
        {
            var batch = new ReadingBatch();
            batch.Add(table.Intern(labels), 1, 1);
            stage.Process(batch, 0, Instant.Of(0, 0));
        }

        void Cut()
        {
            var units = new List<int>();
            stage.TakeDirty(units);
            foreach (var unit in units)
            {
                var writer = new StateWriter();
                stage.WriteUnit(unit, writer);
                if (writer.Length > 0) log.Add(writer.Bytes.ToArray());
            }
        }

        bool Knows(LabelSet labels)
        {
            var restoredTable = Table(0);
            var restored = new DeadbandStage(Settings(absolute: 100), restoredTable);
            foreach (var entry in log) Assert.True(restored.TryRestoreUnit(entry, 1));
            var batch = new ReadingBatch();
            batch.Add(restoredTable.Intern(labels), 1, 1);
            restored.Process(batch, 0, Instant.Of(0, 0));
            return batch.Count == 0;
        }

        See(a);
        Cut();
        Assert.True(Knows(a));
        var id = table.Intern(a);
        stage.Forget([id]);
        table.Forget([id]);
        Cut();
        table.Release();
        See(b); // takes the id
        Assert.Equal(id, table.Intern(b));
        Cut();
        Assert.False(Knows(a));
        Assert.True(Knows(b));
        See(a); // comes back under another id
        Cut();
        Assert.True(Knows(a));
        Assert.True(Knows(b));
    }

    [Fact]
    public void A_forgotten_series_writes_an_entry_that_restores_nothing()
    {
        var table = Table(2);
        var stage = new DeadbandStage(Settings(absolute: 1), table);
        var batch = new ReadingBatch();
        batch.Add(1, 1, 1);
        stage.Process(batch, 0, Instant.Of(0, 0));
        stage.Forget([0, 1, 700]);
        var units = new List<int>();
        stage.TakeDirty(units);
        Assert.Equal([1], units);
        var writer = new StateWriter();
        stage.WriteUnit(1, writer);
        Assert.Equal((byte)'R', writer.Bytes[0]);
        Assert.True(stage.TryRestoreUnit(writer.Bytes, 1));
        Assert.False(stage.TryRestoreUnit([], 1));
        Assert.False(stage.TryRestoreUnit("Dx"u8, 1));
        Assert.False(stage.TryRestoreUnit(writer.Bytes, 2));
    }
}
