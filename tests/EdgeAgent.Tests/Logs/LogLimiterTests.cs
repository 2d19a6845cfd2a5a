using Xunit;

namespace EdgeAgent.Tests.Logs;

/// <summary>The first of its kind at once, the rest counted; whatever is in the text.</summary>
public sealed class LogLimiterTests
{
    [Fact]
    public void A_subject_is_logged_once_a_minute_with_a_count()
    {
        var clock = new FakeClock();
        var log = new LogLines(clock);
        for (var i = 0; i < 5; i++) log.Limiter.Warn("s", "broken {Text} {0} {");
        clock.Pass(61);
        log.Limiter.Warn("s", "again");
        log.Limiter.Clear("s");
        log.Limiter.Warn("s", "anew");
        Assert.Equal(["Warning: broken {Text} {0} {", "Warning: again (4 more like this since the last one)", "Warning: anew"], log.All);
    }

    [Fact]
    public void Another_reason_is_told_at_once_but_not_for_ever()
    {
        var clock = new FakeClock();
        var log = new LogLines(clock);
        log.Limiter.WarnReason("s", "closed");
        log.Limiter.WarnReason("s", "closed");
        log.Limiter.WarnReason("s", "the proxy is not reached");
        Assert.Equal(["Warning: closed", "Warning: the proxy is not reached (1 more of what was said before)"], log.All);
        for (var i = 0; i < 100; i++) log.Limiter.WarnReason("s", $"reason {i % 2}");
        Assert.Equal(4, log.All.Count);
        clock.Pass(61);
        log.Limiter.WarnReason("s", "reason 3");
        Assert.Equal("Warning: reason 3 (98 more of what was said before)", log.All[^1]);
        log.Limiter.WarnReason("s", "reason 2");
        Assert.Equal(6, log.All.Count);
    }

    [Fact]
    public void Many_old_subjects_do_not_silence_a_new_one()
    {
        var clock = new FakeClock();
        var log = new LogLines(clock);
        for (var i = 0; i < 1500; i++) log.Limiter.Warn($"hint {i}", "h");
        clock.Pass(61);
        log.Limiter.Error("commit", "first");
        log.Limiter.Error("other", "second");
        Assert.Equal(["Error: first", "Error: second"], log.All.TakeLast(2));
    }
}
