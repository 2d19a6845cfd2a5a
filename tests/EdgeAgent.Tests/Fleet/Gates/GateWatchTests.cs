using EdgeAgent.Core.Readings;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Gates;

/// <summary>Gates over invented status values: a sample a second.</summary>
public sealed class GateWatchTests
{
    static readonly TrialGates s_gates = new()
    {
        Hold = TimeSpan.FromSeconds(10), Within = TimeSpan.FromSeconds(40), Grace = TimeSpan.FromSeconds(5),
    };

    long _second;
    double _in, _out;
    long _bad, _messages;

    GateSample Next(double rateIn = 100, double rateOut = 100, bool connected = true, bool? output = true, string? commit = null,
        double bad = 0, long resident = 50 << 20)
    {
        (_second, _in, _out) = (_second + 1, _in + rateIn, _out + rateOut);
        (_messages, _bad) = (_messages + 100, _bad + (long)(100 * bad));
        return new GateSample
        {
            At = new MonotonicTime(_second * 1_000_000_000),
            Sources = new Dictionary<string, bool> { ["s"] = connected },
            Outputs = new Dictionary<string, GateOutput> { ["o"] = new(output, 1) },
            Pipelines = new Dictionary<string, GateFlow> { ["p"] = new(_in, _out) },
            CommitError = commit, Bad = _bad, Messages = _messages, ResidentBytes = resident,
        };
    }

    GateBaseline Before(double rate = 100, bool connected = true, bool? output = true)
    {
        var history = new SampleHistory();
        for (var i = 0; i < 20; i++) history.Add(Next(rate, rate, connected, output));
        (_in, _out) = (0, 0);
        return history.Baseline(TimeSpan.FromSeconds(10));
    }

    (GateVerdict Verdict, GateFailure? Failure, int Seconds) Watch(GateBaseline before, Func<int, GateSample> sample,
        bool needsLink = false,
        bool isConfirmed = false, TrialGates? gates = null)
    {
        var began = new MonotonicTime(_second * 1_000_000_000);
        var limits = new GateLimits(gates ?? s_gates);
        var watch = new GateWatch(limits, before, began, began + limits.Within, needsLink);
        for (var i = 1; ; i++)
            if (watch.Look(sample(i), isConfirmed) is not GateVerdict.GoesOn and var verdict) return (verdict, watch.Failure, i);
    }

    [Fact]
    public void What_goes_on_as_before_passes_after_hold()
    {
        var (verdict, _, seconds) = Watch(Before(), _ => Next());
        Assert.Equal((GateVerdict.Passed, 11), (verdict, seconds));
    }

    [Fact]
    public void A_source_that_was_connected_has_to_be_and_one_that_was_not_need_not()
    {
        var (verdict, failure, seconds) = Watch(Before(), _ => Next(connected: false));
        Assert.Equal((GateVerdict.Failed, "source s", 6), (verdict, failure!.Gate, seconds));
        Assert.Equal(GateVerdict.Passed, Watch(Before(connected: false), _ => Next(connected: false)).Verdict);
        Assert.Equal(GateVerdict.Passed, Watch(Before(), i => Next(connected: i > 4)).Verdict);
        Assert.Equal(GateVerdict.Passed, Watch(Before(), _ => Next(connected: false), gates: s_gates with { Sources = false }).Verdict);
    }

    [Fact]
    public void An_output_has_to_be_well_or_to_have_failed_before()
    {
        Assert.Equal("output o", Watch(Before(), _ => Next(output: false)).Failure!.Gate);
        Assert.Equal("not reached", Watch(Before(), _ => Next(output: null)).Failure!.After);
        Assert.Equal(GateVerdict.Passed, Watch(Before(output: false), _ => Next(output: false)).Verdict);
    }

    [Fact]
    public void Readings_that_a_stage_removes_are_missed_at_the_end_of_the_pipeline_with_figures()
    {
        var (verdict, failure, seconds) = Watch(Before(), _ => Next(rateOut: 20));
        Assert.Equal((GateVerdict.Failed, new GateFailure("readings out of p", "100/s", "20/s")), (verdict, failure));
        Assert.InRange(seconds, 10, 16);
        Assert.Equal("readings into p", Watch(Before(), _ => Next(rateIn: 0, rateOut: 0)).Failure!.Gate);
        Assert.Equal(GateVerdict.Passed, Watch(Before(), _ => Next(rateOut: 75)).Verdict);
        Assert.Equal(GateVerdict.Passed, Watch(Before(), _ => Next(rateOut: 1), gates: s_gates with { Readings = RatioRule.Any }).Verdict);
        Assert.Equal(GateVerdict.Passed, Watch(Before(rate: 0), _ => Next(0, 0)).Verdict);
    }

    [Fact]
    public void With_few_readings_chance_decides()
    {
        Assert.Equal(GateVerdict.Passed, Watch(Before(rate: 1), i => Next(i % 3 == 0 ? 1 : 0, i % 3 == 0 ? 1 : 0)).Verdict);
        Assert.Equal(GateVerdict.Failed, Watch(Before(rate: 4), _ => Next(0.8, 0.8)).Verdict);
    }

    [Fact]
    public void A_pipeline_that_is_gone_lets_nothing_out()
    {
        var before = Before();
        var (verdict, failure, _) = Watch(before, _ => Next() with { Pipelines = new Dictionary<string, GateFlow>() });
        Assert.Equal((GateVerdict.Failed, "readings into p"), (verdict, failure!.Gate));
    }

    [Fact]
    public void Bad_messages_commits_and_memory_have_gates()
    {
        Assert.Equal("bad", Watch(Before(), _ => Next(bad: 0.1)).Failure!.Gate);
        Assert.Equal(GateVerdict.Passed, Watch(Before(), _ => Next(bad: 0.01)).Verdict);
        Assert.Equal(("commits", "disk full"), (Watch(Before(), _ => Next(commit: "disk full")).Failure!.Gate,
            Watch(Before(), _ => Next(commit: "disk full")).Failure!.After));
        Assert.Equal("resident", Watch(Before(), _ => Next(resident: 300L << 20)).Failure!.Gate);
        Assert.Equal(GateVerdict.Passed, Watch(Before() with { ResidentBytes = 290L << 20 }, _ => Next(resident: 300L << 20)).Verdict);
    }

    [Fact]
    public void A_gate_that_comes_and_goes_ends_at_within()
    {
        var (verdict, failure, seconds) = Watch(Before(), i => Next(connected: i % 4 != 0));
        Assert.Equal((GateVerdict.Failed, 40), (verdict, seconds));
        Assert.NotNull(failure);
    }

    [Fact]
    public void Without_a_confirmed_report_the_link_is_what_is_missing()
    {
        Assert.Equal((GateVerdict.LinkMissing, 40),
            Watch(Before(), _ => Next(), needsLink: true) switch { var w => (w.Verdict, w.Seconds) });
        Assert.Equal(GateVerdict.Passed, Watch(Before(), _ => Next(), needsLink: true, isConfirmed: true).Verdict);
    }

    [Fact]
    public void A_history_is_bounded_and_begins_anew_with_its_counters()
    {
        var history = new SampleHistory();
        for (var i = 0; i < 4000; i++) history.Add(Next());
        Assert.InRange(history.Length.TotalMinutes, 29, 31);
        Assert.InRange(history.Count, 100, 300);
        (_in, _out) = (0, 0);
        history.Add(Next());
        Assert.Equal(TimeSpan.Zero, history.Length);
    }
}
