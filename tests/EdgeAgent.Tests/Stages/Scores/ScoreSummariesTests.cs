using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Core.State;
using EdgeAgent.Tests.Models;
using EdgeAgent.Tests.Pipelines;
using Xunit;

namespace EdgeAgent.Tests.Stages.Scores;

public sealed class ScoreSummariesTests
{
    static readonly WindowSettings Window =
        PipelineRig.Window(10, lateness: 20, aggregate: Aggregates.Sum | Aggregates.Mean | Aggregates.Stddev);

    static FakeModel Weighted() => new(2, 0, 1, 8, (x, _, y) => y[0] = (100 * x[0]) + x[1]);

    [Fact]
    public void A_summary_passes_on_with_its_score()
    {
        var rig = new ScoreRig(ScoreRig.Summaries("sum", "mean"), Weighted(), Window).Pipe;
        rig.Add("a", 1, 2).Add("a", 2, 4).Add("b", 3, 1).Add("a", 11, 0).Add("b", 12, 0).Run();
        var lines = rig.TakeAll();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, l => Assert.Equal(RecordKind.Summary, l.Kind));
        Assert.Contains("\"sum\":6,\"mean\":3", lines[0].Payload);
        Assert.Contains("\"score\":603,\"model\":\"fake\",\"model_version\":\"1\",\"model_sha256\":\"00ff\"", lines[0].Payload);
        Assert.Contains("\"score\":101,", lines[1].Payload);
    }

    [Fact]
    public void A_correction_passes_as_it_is()
    {
        var rig = new ScoreRig(ScoreRig.Summaries("sum", "mean"), Weighted(), Window).Pipe;
        rig.Add("a", 1, 2).Add("a", 11, 0).Run();
        rig.TakeAll();
        rig.Add("a", 2, 5).Run().Cut(0);
        var line = Assert.Single(rig.TakeAll());
        Assert.Contains("\"revision\":1", line.Payload);
        Assert.DoesNotContain("score", line.Payload);
    }

    [Theory]
    [InlineData(MissingPolicy.Skip, null)]
    [InlineData(MissingPolicy.Zero, "\"score\":300,")]
    [InlineData(MissingPolicy.Mean, "\"score\":307,")]
    public void A_missing_field_follows_its_policy(MissingPolicy policy, string? score)
    {
        var settings = ScoreRig.Summaries("sum", "stddev") with { Missing = policy, Means = [0, 7], Deviations = [1, 1] };
        var scored = new ScoreRig(settings, new FakeModel(2, 0, 1, 8, (x, _, y) => y[0] = (100 * x[0]) + x[1] + 7), Window);
        scored.Pipe.Add("a", 1, 3).Add("a", 11, 0).Run();
        var line = Assert.Single(scored.Pipe.TakeAll()).Payload;
        if (score is null) Assert.DoesNotContain("score", line);
        else Assert.Contains(score, line);
        Assert.Equal(score is null ? 1 : 0, scored.Counters.Missing);
    }

    [Theory]
    [InlineData(false, 10000 + 500 + 400 + 20)]
    [InlineData(true, 10000 + 4000 + 50 + 20)]
    public void The_past_lies_by_moment_or_by_field(bool fieldMajor, double expected)
    {
        // (sum, mean) of two windows: (1, 0.5) and (4, 2); by field (1, 4) and (0.5, 2).
        var settings = ScoreRig.Summaries("sum", "mean") with { Last = 2, FieldMajor = fieldMajor };
        var model = new FakeModel(4, 0, 1, 8, (x, _, y) => y[0] = (10000 * x[0]) + (1000 * x[1]) + (100 * x[2]) + (10 * x[3]));
        var rig = new ScoreRig(settings, model, Window).Pipe;
        rig.Add("a", 1, 0.5).Add("a", 2, 0.5).Add("a", 11, 2).Add("a", 12, 2).Add("a", 21, 0).Run();
        var lines = rig.TakeAll();
        Assert.Equal(2, lines.Count);
        Assert.DoesNotContain("score", lines[0].Payload);
        Assert.Contains($"\"score\":{expected},", lines[1].Payload);
    }

    [Fact]
    public void The_order_of_features_is_that_of_the_model_in_force()
    {
        static FakeModel Model(bool isFieldMajor) =>
            new(4, 0, 1, 8, (x, _, y) => y[0] = (1000 * x[0]) + (100 * x[1]) + (10 * x[2]) + x[3]) { IsFieldMajor = isFieldMajor };
        var scored = new ScoreRig(ScoreRig.Summaries("sum", "mean") with { Last = 2, Means = [0, 1] }, Model(isFieldMajor: true), Window);
        scored.Pipe.Add("a", 1, 2).Add("a", 2, 4).Add("a", 11, 5).Add("a", 12, 5).Add("a", 21, 2).Run();
        // (sum, mean − 1) of two windows: (6, 2) and (10, 4).
        Assert.Contains($"\"score\":{6000 + 1000 + 20 + 4},", scored.Pipe.TakeAll()[1].Payload);
        scored.Slot.Offer(Model(isFieldMajor: false));
        scored.Pipe.Cut();
        scored.Pipe.Add("a", 22, 2).Add("a", 31, 0).Run();
        Assert.Contains($"\"score\":{10000 + 400 + 40 + 1},", Assert.Single(scored.Pipe.TakeAll()).Payload);
    }

    [Fact]
    public void A_summary_without_a_model_passes_by_the_policy_of_failures()
    {
        var scored = new ScoreRig(ScoreRig.Summaries("sum", "mean") with { Fallback = ScoreFallback.Pass }, null, Window);
        scored.Pipe.Add("a", 1, 2).Add("b", 2, 4).Add("a", 11, 5).Add("b", 12, 5).Run();
        var lines = scored.Pipe.TakeAll();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, l => Assert.EndsWith("\"score\":null}", l.Payload));
    }

    [Theory]
    [InlineData(ContributionKind.Sum, false, "[\"mean\",\"sum\"],\"contribution_shares\":[0.75,0.25]")]
    [InlineData(ContributionKind.Sum, true, "[\"mean\",\"sum\"],\"contribution_shares\":[0.75,0.25]")]
    [InlineData(ContributionKind.Mean, false, "[\"mean\",\"sum\"],\"contribution_shares\":[0.75,0.25]")]
    [InlineData(ContributionKind.Max, false, "[\"sum\",\"mean\"],\"contribution_shares\":[0.5,0.5]")]
    public void An_alert_names_each_field_with_its_newest_value_and_its_part_of_the_error(ContributionKind kind, bool fieldMajor,
        string words)
    {
        var settings = ScoreRig.Summaries("sum", "mean") with
        {
            Last = 3, FieldMajor = fieldMajor, Score = ScoreKind.ReconstructionMse, Contributions = kind,
            Threshold = new ThresholdSettings { Constant = 1 },
        };
        // Off by 2 in the newest sum, and in every mean.
        var model = new FakeModel(6, 0, 6, 8, (x, _, y) =>
        {
            x.CopyTo(y);
            y[fieldMajor ? 2 : 4] += 2;
            for (var i = 0; i < 3; i++) y[fieldMajor ? 3 + i : (2 * i) + 1] += 2;
        });
        var rig = new ScoreRig(settings, model, Window).Pipe;
        for (var i = 0; i < 4; i++) rig.Add("a", 1 + (10 * i), i);
        rig.Run();
        var alert = rig.TakeAll().Single(r => r.Kind == RecordKind.Alert).Payload;
        Assert.Contains("\"features\":[2,2],\"feature_names\":[\"sum\",\"mean\"],\"contributions\":" + words, alert);
    }

    [Fact]
    public void Memory_of_groups_survives_a_restart()
    {
        var settings = ScoreRig.Summaries("sum") with { Last = 3 };
        FakeModel Model() => new(3, 0, 1, 8, (x, _, y) => y[0] = (100 * x[0]) + (10 * x[1]) + x[2]);
        List<string> RunAll(int restartAt)
        {
            var rig = new ScoreRig(settings, Model(), Window).Pipe;
            var lines = new List<string>();
            var log = new List<(string, int, byte[])>();
            for (var i = 0; i < 12; i++)
            {
                rig.Add("a", i * 10, i).Add("b", i * 10, 2 * i).Run().Cut(0);
                lines.AddRange(rig.TakeAll().Select(r => r.Payload));
                log.AddRange(rig.Snapshot());
                if (i != restartAt) continue;
                rig = new ScoreRig(settings, Model(), Window).Pipe;
                rig.Restore(log);
            }

            return lines;
        }

        var whole = RunAll(-1);
        Assert.Contains(whole, l => l.Contains("\"score\":123,"));
        for (var at = 0; at < 12; at++) Assert.Equal(whole, RunAll(at));
    }

    // Means rise by one a window; the window at `gapAt` has one reading and so no deviation. The score is the row's digits in order.
    static PipelineRig Gap(ScoreRig rig, int gapAt, int from = 0)
    {
        for (var w = from; w < from + 8; w++)
        {
            rig.Pipe.Add("a", w * 10, w % 10);
            if (w != gapAt) rig.Pipe.Add("a", (w * 10) + 1, w % 10);
        }

        return rig.Pipe.Run();
    }

    static FakeModel Digits() => new(6, 0, 1, 8, (x, _, y) =>
    {
        y[0] = 0;
        for (var i = 0; i < 6; i++) y[0] = (10 * y[0]) + Math.Round(x[i]);
    });

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(0, true)]
    public void A_row_with_a_missing_field_is_left_out_whole(int gapAt, bool fieldMajor)
    {
        var rig = new ScoreRig(ScoreRig.Summaries("mean", "stddev") with { Last = 3, FieldMajor = fieldMajor }, Digits(), Window);
        var lines = Gap(rig, gapAt).TakeAll();
        var whole = new List<int>();
        for (var w = 0; w < 7; w++)
        {
            if (w != gapAt) whole.Add(w);
            if (w == gapAt || whole.Count < 3)
            {
                Assert.DoesNotContain("score", lines[w].Payload);
                continue;
            }

            var (a, b, c) = (whole[^3], whole[^2], whole[^1]);
            var score = fieldMajor ? (100_000 * a) + (10_000 * b) + (1000 * c) : (100_000 * a) + (1000 * b) + (10 * c);
            Assert.Contains($"\"score\":{score},", lines[w].Payload);
        }

        Assert.Equal(1, rig.Counters.Missing);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    public void Memory_stored_with_fields_of_different_moments_is_mended(int means, int deviations)
    {
        // As version 1 could write it: more moments of the first field than of the second, or the second field one moment behind.
        var rig = new ScoreRig(ScoreRig.Summaries("mean", "stddev") with { Last = 3 }, Digits(), Window);
        var writer = new StateWriter();
        writer.Byte((byte)'S');
        writer.Text("device=a");
        writer.Byte(1);
        foreach (var count in (int[])[means, deviations])
        {
            writer.Varint((ulong)count);
            for (var i = 0; i < count; i++) writer.Double(9);
        }

        writer.Varint(0);
        writer.Varint(0);
        writer.Double(7);
        writer.Varint(0);
        rig.Pipe.Restore([(rig.Pipe.Pipeline.States[^1].StageKey, 1, writer.Bytes.ToArray())]);
        var lines = Gap(rig, -1).TakeAll();
        Assert.DoesNotContain("score", lines[0].Payload + lines[1].Payload);
        Assert.Contains("\"score\":1020,", lines[2].Payload);
        Assert.Contains("\"score\":102030,", lines[3].Payload);
    }
}
