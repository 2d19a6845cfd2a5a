using System.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Documents;

public sealed class TargetTests
{
    static readonly ConfigDocument Old = FleetKit.Document(1);
    static readonly ConfigDocument New = FleetKit.Document(2);
    static readonly string NewDigest = Digest.Of(New.ToPayload());

    static Target With(CandidateState state, int admit, params string[] canaries) => FleetKit.Target(3, Old, new()
    {
        Document = new(NewDigest, 2),
        Rollout = "r-17",
        State = state,
        Admit = admit,
        Canaries = canaries,
        Spread = TimeSpan.FromMinutes(10),
        Window = DayWindow.TryParse("01:00-05:00 Europe/Berlin"),
        NotBefore = FleetKit.Noon,
        Retry = 2,
        WaitsForAlerts = true,
    }) with { Gates = new() { Hold = TimeSpan.FromSeconds(10), Readings = RatioRule.Any, Restarts = 1, ResidentBytes = 300_000_000 } };

    [Fact]
    public void A_target_is_read_back()
    {
        var target = With(CandidateState.Pause, 500, "gw-a", "gw-b") with { Expires = FleetKit.Noon.AddDays(7) };
        var read = Target.Parse(target.ToPayload()).Value!;
        Assert.Equal(target.ToPayload(), read.ToPayload());
        Assert.Equal(target.Gates, read.Gates);
        Assert.Equal(target.Candidate! with { Canaries = [] }, read.Candidate! with { Canaries = [] });
        Assert.Equal("press", read.Scope);
        Assert.True(target.ToPayload().Length < 1024);
    }

    [Fact]
    public void Who_is_admitted_runs_the_candidate()
    {
        var (inside, outside) = ("", "");
        for (var i = 0; inside.Length == 0 || outside.Length == 0; i++)
            if (Bucket.Of("r-17", $"gw-{i}") < 5000) inside = $"gw-{i}";
            else outside = $"gw-{i}";
        Assert.NotNull(With(CandidateState.Run, 5000).For(inside, null)!.Candidate);
        Assert.Null(With(CandidateState.Run, 5000).For(outside, null)!.Candidate);
        Assert.NotNull(With(CandidateState.Run, 0, outside).For(outside, null)!.Candidate);
        Assert.Null(With(CandidateState.Pause, 10_000).For(inside, null)!.Candidate);
        Assert.NotNull(With(CandidateState.Pause, 0).For(outside, NewDigest)!.Candidate);
        Assert.Equal(1, With(CandidateState.Abort, 10_000, inside).For(inside, NewDigest)!.Document.Version);
        Assert.Null((With(CandidateState.Abort, 10_000) with { Stable = null }).For(inside, NewDigest));
    }

    [Fact]
    public void The_own_target_goes_first_then_the_groups_in_order_then_all()
    {
        Target Of(string group) => FleetKit.Target(1, Old) with { Group = group };
        var own = FleetKit.Target(1, Old) with { Group = null, Gateway = "gw-a" };
        var targets = new[] { Of("all"), Of("b"), Of("a"), own }.ToDictionary(target => target.Scope);
        foreach (var expected in (string[])["@gw-a", "b", "a", "all"])
        {
            Assert.Equal(expected, TargetChoice.Choose("gw-a", ["b", "a"], targets)!.Scope);
            targets.Remove(expected);
        }

        Assert.Null(TargetChoice.Choose("gw-a", ["b", "a"], targets));
    }

    [Theory]
    [InlineData("""{"v":2}""", "unknown-version")]
    [InlineData("""{"v":1,"group":"a","gateway":"b","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1}}""",
        "malformed")]
    [InlineData("""{"v":1,"group":"a/b","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1}}""", "malformed")]
    [InlineData("""{"v":1,"group":"+","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1}}""", "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":0,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1}}""", "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":1.5,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1}}""", "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":1,"issued":"2026-11-27T12:00:00Z"}""", "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"../D","version":1}}""", "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1},"gate":{"hold":"x"}}""",
        "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1},"gate":{"bad":">=1x"}}""",
        "malformed")]
    [InlineData("""{"v":1,"group":"a","seq":1,"issued":"2026-11-27T12:00:00Z","stable":{"doc":"D","version":1},"later":true}""", "none")]
    public void A_target_out_of_form_is_refused_by_name(string text, string word) =>
        Assert.Equal(word, FleetKit.ResultOf(Target.Parse(Encoding.UTF8.GetBytes(text.Replace("D", NewDigest, StringComparison.Ordinal)))));

    [Theory]
    [InlineData("01:00-05:00 Europe/Berlin", "04:59", true)]
    [InlineData("01:00-05:00", "05:00", false)]
    [InlineData("22:00-04:00", "23:30", true)]
    [InlineData("22:00-04:00", "03:59", true)]
    [InlineData("22:00-04:00", "12:00", false)]
    public void A_window_of_the_day_holds_over_midnight(string window, string at, bool holds) =>
        Assert.Equal(holds, DayWindow.TryParse(window)!.Holds(TimeSpan.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(">=0.7x", 10, 7, true)]
    [InlineData(">=0.7x", 10, 6.9, false)]
    [InlineData("<=2x+1%", 0, 0.01, true)]
    [InlineData("<=2x+1%", 0.01, 0.031, false)]
    [InlineData("any", 1000, 0, true)]
    public void A_rule_compares_with_before(string text, double before, double after, bool kept)
    {
        var rule = RatioRule.TryParse(text)!;
        Assert.Equal((kept, text), (rule.IsKept(before, after), rule.ToString()));
    }
}
