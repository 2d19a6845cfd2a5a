using System.Globalization;
using System.Text.Json;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Tests.Pipelines;
using Xunit;

namespace EdgeAgent.Tests.Stages.Windows;

public sealed class WindowPropertyTests
{
    const long Ms = 1_000_000;
    const int SeriesCount = 6;
    const int Groups = 3;
    const int Sources = 3;
    const Aggregates All = (Aggregates)255;

    static readonly long NoFloor = long.MinValue;

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, true)]
    public void Windows_agree_with_the_oracle(int seed, bool restarts, bool idle)
    {
        for (var round = 0; round < 200; round++)
        {
            var random = new Random((seed * 100_000) + round);
            var window = PipelineRig.Window(
                seconds: Pick(random, 1, 7, 10), outOfOrder: Pick(random, 0, 0, 3, 25), lateness: Pick(random, 0, 0, 5, 40),
                idle: idle ? 16 : null, aggregate: All, maxOpen: 10_000);
            var ops = Run(random, restarts, idle);
            if (Check(window, ops) is not { } failure) continue;
            var least = Minimize.Run(ops, o => Check(window, o) is not null);
            Assert.Fail($"seed {seed} round {round} {window}\n{Check(window, least) ?? failure}\n{string.Join('\n', least)}");
        }
    }

    // One highest revision a window, and its content is a plain sort and count over what had to be accepted.
    [Fact]
    public void The_highest_revision_holds_every_accepted_reading()
    {
        for (var round = 0; round < 200; round++)
        {
            var random = new Random(7_000 + round);
            var window = PipelineRig.Window(seconds: 10, outOfOrder: Pick(random, 0, 4), lateness: Pick(random, 0, 15), aggregate: All,
                maxOpen: 10_000);
            var (size, disorder, lateness) = (10_000 * Ms, window.OutOfOrder.Ticks * 100, window.AllowedLateness.Ticks * 100);
            var rig = new PipelineRig(PipelineRig.Settings(window));
            var accepted = new List<(int Group, long Start, decimal Value)>();
            var highest = new long[Groups];
            Array.Fill(highest, long.MinValue);
            var records = new List<string>();
            foreach (var op in Run(random, restarts: false, idle: false))
            {
                if (op.Kind == 'r')
                {
                    var group = op.Series % Groups;
                    rig.AddNs(Id(rig.Series, op.Series), op.TimeNs, (double)op.Value);
                    highest[group] = Math.Max(highest[group], op.TimeNs);
                    var start = (long)Math.Floor((decimal)op.TimeNs / size) * size;
                    if (start + size + lateness > highest[group] - disorder) accepted.Add((group, start, op.Value));
                }
                else rig.Run().Cut();
                records.AddRange(rig.TakeAll().Select(r => r.Payload));
            }

            for (var group = 0; group < Groups; group++)
                if (highest[group] > long.MinValue) rig.AddNs(Id(rig.Series, group), highest[group] + (1_000_000 * Ms), 0);
            rig.Run().Cut();
            records.AddRange(rig.TakeAll().Select(r => r.Payload));

            var last = records.Select(r => JsonDocument.Parse(r).RootElement)
                .GroupBy(r => (r.GetProperty("device").GetString(), r.GetProperty("window_start").GetString()))
                .Select(g => g.MaxBy(r => r.GetProperty("revision").GetInt32()))
                .Select(r => $"{r.GetProperty("device")} {r.GetProperty("window_start")} {r.GetProperty("count")} "
                    + $"{r.GetProperty("sum").GetDecimal():0.00}")
                .Order();
            var truth = accepted.GroupBy(a => (a.Group, a.Start))
                .Select(g => $"d{g.Key.Group} {DateTimeOffset.UnixEpoch.AddTicks(g.Key.Start / 100):yyyy-MM-ddTHH:mm:ssZ} {g.Count()} "
                    + $"{g.Sum(a => a.Value):0.00}")
                .Order();
            Assert.Equal(truth, last);
        }
    }

    static string? Check(WindowSettings window, List<Op> ops)
    {
        var oracle = new WindowOracle(window, Sources);
        var rig = new PipelineRig(PipelineRig.Settings(window)) { Now = Instant.Of(0, 0, wallTrusted: false) };
        var log = new List<(string, int, byte[])>();
        var lines = new List<string>();
        var floors = new long[Sources];
        Array.Fill(floors, NoFloor);
        long lateBefore = 0;
        var pending = -1;
        void Flush()
        {
            if (pending >= 0) rig.Run(pending);
            pending = -1;
        }

        foreach (var op in ops)
        {
            if (op.Kind != 'r' || (pending >= 0 && pending != op.Source)) Flush();
            switch (op.Kind)
            {
                case 'r':
                    pending = op.Source;
                    rig.AddNs(Id(rig.Series, op.Series), op.TimeNs, (double)op.Value);
                    oracle.Read(op.Series % Groups, op.TimeNs, op.Value, op.Source, rig.Now.MonotonicNs);
                    break;
                case 'p':
                    rig.Now = rig.Now with { Monotonic = new(rig.Now.MonotonicNs + op.PassNs) };
                    break;
                case 'f':
                    floors[op.Source] = op.PassNs < 0 ? long.MaxValue : rig.Now.MonotonicNs;
                    break;
                case 'c' or 'k':
                    rig.Cut(floors);
                    oracle.Cut(rig.Now.MonotonicNs, floors);
                    log.AddRange(rig.Snapshot());
                    break;
            }

            if (op.Kind == 'k')
            {
                oracle.Restart();
                lateBefore += rig.Pipeline.Counters.Late;
                lines.AddRange(rig.TakeAll().Select(r => r.Payload));
                var series = new SeriesTable(100);
                Id(series, op.Series);
                rig = new PipelineRig(PipelineRig.Settings(window), series) { Now = rig.Now };
                rig.Restore(log);
            }
        }

        Flush();
        lines.AddRange(rig.TakeAll().Select(r => r.Payload));
        for (var group = 0; group < Groups; group++)
        {
            var want = oracle.Output.Where(e => e.Group == group).ToList();
            var got = lines.Where(l => l.Contains($"\"device\":\"d{group}\"")).ToList();
            for (var i = 0; i < Math.Max(want.Count, got.Count); i++)
            {
                if (i >= want.Count) return $"not expected: {got[i]}";
                if (i >= got.Count) return $"missing: {want[i]}";
                if (!Same(want[i], JsonDocument.Parse(got[i]).RootElement)) return $"expected {want[i]}\ngot {got[i]}";
            }
        }

        var late = lateBefore + rig.Pipeline.Counters.Late;
        return late == oracle.Late ? null : $"late: expected {oracle.Late}, got {late}";
    }

    static bool Same(Expected e, JsonElement r)
    {
        double Get(string name) => r.GetProperty(name).ValueKind == JsonValueKind.Null ? double.NaN : r.GetProperty(name).GetDouble();
        var start = DateTimeOffset.Parse(r.GetProperty("window_start").GetString()!, CultureInfo.InvariantCulture);
        var mean = (double)(e.Sum / e.Count);
        return (start - DateTimeOffset.UnixEpoch).Ticks * 100 == e.StartNs && r.GetProperty("revision").GetInt32() == e.Revision
            && r.GetProperty("count").GetInt64() == e.Count && Get("min") == (double)e.Min && Get("max") == (double)e.Max
            && Get("sum") == (double)e.Sum && Math.Abs(Get("mean") - mean) <= 1e-15 * Math.Abs(mean)
            && Get("first") == (double)e.First && Get("last") == (double)e.Last
            && (double.IsNaN(e.Stddev) ? double.IsNaN(Get("stddev")) : Math.Abs(Get("stddev") - e.Stddev) <= 1e-9 * e.Stddev);
    }

    static List<Op> Run(Random random, bool restarts, bool idle)
    {
        var ops = new List<Op>();
        long at = random.Next(-50_000, 50_000);
        var jitter = random.Next(1, 30_000);
        var n = random.Next(5, 120);
        for (var i = 0; i < n; i++)
        {
            var source = random.Next(Sources);
            at += random.Next(20) == 0 ? random.Next(100_000) : random.Next(2_000);
            var kind = random.Next(100) switch { < 78 => 'r', < 88 => 'c', < 92 when restarts => 'k', < 96 when idle => 'p',
                < 98 when idle => 'f', _ => 'b' };
            var time = random.Next(3) == 0 ? at - random.Next(jitter) : at;
            if (random.Next(4) == 0) time = time / 1000 * 1000;
            ops.Add(new Op(kind, random.Next(SeriesCount), time * Ms, random.Next(-4_000, 4_000) / 4m, source,
                kind == 'f' ? random.Next(2) - 1 : random.Next(1, 12) * 2_000 * Ms));
        }

        return ops;
    }

    static int Id(SeriesTable table, int series) =>
        table.Intern(LabelSet.Of(("device", "d" + (series % Groups)), ("metric", "m" + series)));

    static double Pick(Random random, params double[] from) => from[random.Next(from.Length)];
}
