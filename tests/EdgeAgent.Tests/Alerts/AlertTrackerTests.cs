using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.State;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EdgeAgent.Tests.Alerts;

public sealed class AlertTrackerTests
{
    const long Second = 1_000_000_000;

    static ThresholdSettings Settings(double hysteresis = 0.2, int seconds = 0) =>
        new() { Kind = ThresholdKind.Constant, Constant = 10, Hysteresis = hysteresis, MinDuration = TimeSpan.FromSeconds(seconds) };

    [Fact]
    public void One_event_has_a_start_a_peak_and_an_end()
    {
        var tracker = new AlertTracker(Settings());
        double[] scores = [1, 11, 9, 15, 8.5, 12, 7, 3];
        var changes = scores.Select((s, i) => tracker.Observe(i * Second, s)).ToArray();
        Assert.Equal([AlertChange.None, AlertChange.Opened, .. Enumerable.Repeat(AlertChange.None, 4), AlertChange.Closed,
            AlertChange.None], changes);
        Assert.Equal((1 * Second, 3 * Second, 15.0, 6 * Second), (tracker.StartNs, tracker.PeakNs, tracker.Peak, tracker.EndNs));
    }

    [Fact]
    public void A_short_excursion_is_no_alert_and_a_long_one_starts_where_it_began()
    {
        var tracker = new AlertTracker(Settings(seconds: 3));
        double[] scores = [11, 12, 1, 11, 12, 13, 14, 1];
        var changes = scores.Select((s, i) => tracker.Observe(i * Second, s)).ToArray();
        Assert.Equal(AlertChange.Opened, changes[6]);
        Assert.Equal(AlertChange.Closed, changes[7]);
        Assert.Equal(2, changes.Count(c => c != AlertChange.None));
        Assert.Equal(3 * Second, tracker.StartNs);
    }

    [Fact]
    public void A_quantile_has_an_initial_line_and_may_learn_only_what_is_normal()
    {
        ThresholdSettings Of(bool normalOnly) => new()
        {
            Kind = ThresholdKind.Quantile, Quantile = 0.9, Factor = 2, Warmup = 20, Initial = 5, LearnsNormalOnly = normalOnly,
            Hysteresis = 0,
        };
        double After(bool normalOnly, out int opened)
        {
            var tracker = new AlertTracker(Of(normalOnly));
            Assert.Equal(5, tracker.Threshold);
            opened = tracker.Observe(0, 6) == AlertChange.Opened ? 1 : 0;
            for (var i = 1; i < 2000; i++)
                if (tracker.Observe(i * Second, i > 1000 ? 50 : 1 + (i % 10 / 10.0)) == AlertChange.Opened) opened++;
            return tracker.Threshold;
        }

        // A fault of the same length as the normal time before it becomes the rule, unless only the normal is learned.
        Assert.InRange(After(normalOnly: false, out _), 90, 110);
        Assert.InRange(After(normalOnly: true, out var opened), 3, 4.5);
        Assert.Equal(2, opened);
    }

    [Fact]
    public void Changes_alternate_and_follow_a_plain_reading_of_the_rules()
    {
        Prop.ForAll<NormalFloat[], byte, byte>((scores, hysteresis, seconds) =>
        {
            var settings = Settings(hysteresis / 256.0, seconds % 4);
            var tracker = new AlertTracker(settings);
            var open = false;
            int? since = null;
            for (var i = 0; i < scores.Length; i++)
            {
                var score = scores[i].Get % 20;
                var release = 10 - (settings.Hysteresis * 10);
                var expected = AlertChange.None;
                if (since is null && score > 10) since = i;
                else if (since is not null && (score < release || (score == release && settings.Hysteresis == 0)))
                {
                    if (open) expected = AlertChange.Closed;
                    (since, open) = (null, false);
                }

                if (since is { } start && !open && i - start >= settings.MinDuration.TotalSeconds)
                    (open, expected) = (true, AlertChange.Opened);
                if (tracker.Observe(i * Second, score) != expected) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Smoothing_averages_and_a_score_that_is_no_number_changes_nothing()
    {
        var tracker = new AlertTracker(Settings() with { Smoothing = 0.5 });
        tracker.Observe(0, 8);
        Assert.Equal(AlertChange.None, tracker.Observe(1, 11.9));
        Assert.Equal(AlertChange.None, tracker.Observe(2, double.NaN));
        Assert.Equal(AlertChange.Opened, tracker.Observe(3, 12));
        Assert.Equal((0.5 * (0.5 * (8 + 11.9))) + 6, tracker.Score, 12);
    }

    [Theory]
    [InlineData(ThresholdKind.Constant)]
    [InlineData(ThresholdKind.Quantile)]
    [InlineData(ThresholdKind.Spot)]
    [InlineData(ThresholdKind.Spot, 40)]
    public void A_restart_at_any_score_changes_nothing(ThresholdKind kind, int depth = 0)
    {
        var settings = Settings(seconds: 2)
            with { Kind = kind, Depth = depth, Warmup = 50, Quantile = 0.9, Risk = 1e-2, Level = 0.9, Smoothing = 0.7 };
        for (var cut = 0; cut < 400; cut += 7)
        {
            var random = new Random(8);
            var (a, b) = (new AlertTracker(settings), new AlertTracker(settings));
            for (var i = 0; i < 400; i++)
            {
                if (i == cut)
                {
                    var writer = new StateWriter();
                    a.Write(writer);
                    b = new AlertTracker(settings);
                    var reader = new StateReader(writer.Bytes);
                    Assert.True(b.TryRead(ref reader) && reader.AtEnd);
                }

                var score = (random.NextDouble() * 10) + (i % 97 > 90 ? 8 : 0);
                Assert.Equal(a.Observe(i * Second, score), b.Observe(i * Second, score));
                Assert.Equal((a.Threshold, a.StartNs, a.Peak), (b.Threshold, b.StartNs, b.Peak));
            }
        }
    }

    // Memory is kept under this text: what is left out by default must not show in it.
    [Fact]
    public void Settings_without_a_depth_are_described_as_before_there_was_one()
    {
        var settings = new ThresholdSettings { Kind = ThresholdKind.Spot };
        Assert.Equal("Spot,0,0.999,1,0.0001,0.98,1000,0.1,0,1", settings.Describe());
        Assert.Equal(settings.Describe() + ",depth=288", (settings with { Depth = 288 }).Describe());
    }
}
