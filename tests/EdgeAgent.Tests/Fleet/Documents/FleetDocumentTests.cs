using System.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Documents;

public sealed class FleetDocumentTests
{
    static readonly ConfigDocument Whole = FleetKit.Document(42, "# ein Kommentar: é\nsources: {}\r\n\ttab\n") with
    {
        Expires = FleetKit.Noon.AddDays(90),
        Groups = ["press", "oven"],
        LeastAgent = new(0, 4),
        Vars = new Dictionary<string, VarDeclaration> { ["unit"] = new(VarType.Integer, 1L), ["line"] = new(VarType.Text, null),
            ["gain"] = new(VarType.Number, 0.5) },
        Files = [new("models/pump.onnx", new string('a', 64), 81234, new("https://files.example/pump.onnx"))],
        Gates = new() { Readings = RatioRule.TryParse(">=0.2x") },
        Note = "four of five readings are left out on purpose",
    };

    [Fact]
    public void A_document_is_read_back_byte_for_byte()
    {
        var read = ConfigDocument.Parse(Whole.ToPayload()).Value!;
        Assert.Equal(Whole.Config, read.Config);
        Assert.Equal(Whole.ToPayload(), read.ToPayload());
        Assert.Equal(32, Digest.Of(Whole.ToPayload()).Length);
        Assert.Equal(Whole.Gates, read.Gates);
        Assert.Equal([1L, null, 0.5], read.Vars.Values.Select(declared => declared.Default));
    }

    [Theory]
    [InlineData("models/pump.onnx", "../pump.onnx")]
    [InlineData("models/pump.onnx", "/etc/passwd")]
    [InlineData("models/pump.onnx", "a//b")]
    [InlineData("https://files", "http://files")]
    [InlineData("https://files", "https://user:word@files")]
    [InlineData(">=0.4", "0.4")]
    [InlineData("\"press\"", "\"press/#\"")]
    [InlineData("\"groups\":[\"press\",\"oven\"]", "\"groups\":[]")]
    [InlineData("\"default\":1", "\"default\":\"1\"")]
    [InlineData("\"type\":\"integer\"", "\"type\":\"int\"")]
    [InlineData("\"config\":\"", "\"confic\":\"")]
    [InlineData("\"size\":81234", "\"size\":-1")]
    public void A_document_out_of_form_is_refused(string seen, string other)
    {
        var text = Encoding.UTF8.GetString(Whole.ToPayload());
        Assert.Contains(seen, text, StringComparison.Ordinal);
        Assert.Equal("malformed", FleetKit.ResultOf(ConfigDocument.Parse(Encoding.UTF8.GetBytes(text.Replace(seen, other,
            StringComparison.Ordinal)))));
    }

    [Fact]
    public void It_says_which_agents_and_groups_it_is_for()
    {
        Assert.True(Whole.IsFor("0.4.0"));
        Assert.True(Whole.IsFor("1.0.0-rc1"));
        Assert.False(Whole.IsFor("0.3.9"));
        Assert.True(Whole.IsFor(["x", "oven"]));
        Assert.False(Whole.IsFor(["x"]));
        Assert.True((Whole with { Groups = ["all"] }).IsFor(["x"]));
    }

    [Fact]
    public void The_documents_gate_goes_before_the_targets()
    {
        var target = FleetKit.Target(1, Whole) with { Gates = new() { Readings = RatioRule.Any, Hold = TimeSpan.FromSeconds(10) } };
        var gates = TrialGates.Of(Whole, target);
        Assert.Equal(">=0.2x", gates.Readings!.ToString());
        Assert.Equal(TimeSpan.FromSeconds(10), gates.Hold);
        Assert.Equal(TrialGates.Defaults.Within, gates.Within);
        Assert.Equal(TrialGates.Defaults, TrialGates.Of(FleetKit.Document(), null));
    }

    [Fact]
    public void Values_are_read_back()
    {
        var vars = new Vars
        {
            Id = "gw-a",
            Version = 2,
            Issued = FleetKit.Noon,
            Values = new Dictionary<string, object> { ["unit"] = 17L, ["line"] = "Presse \"7\"", ["gain"] = 0.25, ["on"] = true },
        };
        var read = Vars.Parse(vars.ToPayload()).Value!;
        Assert.Equal(vars.Values, read.Values);
        Assert.Equal("malformed", FleetKit.ResultOf(Vars.Parse(
            """{"v":1,"id":"a","version":1,"issued":"2026-11-27T12:00:00Z","vars":{"a":[]}}"""u8.ToArray())));
    }

    [Fact]
    public void A_report_fits_whatever_it_has_to_say()
    {
        var report = new Report
        {
            Id = new string('g', 128),
            Number = 5,
            Time = FleetKit.Noon,
            ClockIsSynchronised = true,
            Agent = "0.4.0",
            Arch = "arm64",
            State = GatewayState.Reverting,
            Running = new(new(new string('a', 32), 41), FleetKit.Noon, true),
            Wanted = new(new string('b', 32), 42),
            WantedBy = "press",
            Rollout = "r-17",
            Sequences = Enumerable.Range(0, 60).ToDictionary(i => $"group-{i}", i => (long)i),
            LastFailed = new()
            {
                Document = new(new string('b', 32), 42),
                Rollout = "r-17",
                At = FleetKit.Noon,
                Kind = FailureKind.Reverted,
                Gate = "readings",
                Before = "12.5/s",
                After = "2.5/s",
                Findings = [.. Enumerable.Repeat("plant.yaml:31:18  EA1107  " + new string('x', 300), 10)],
                Log = [.. Enumerable.Repeat("a line\nwith \u0007 in it", 5)],
            },
        };
        var payload = report.ToPayload();
        Assert.InRange(payload.Length, 1, SizeLimits.ReportPayload);
        var read = Report.Parse(payload);
        Assert.Equal("none", read.Refusal.ToString());
        Assert.Equal("readings", read.Value!.LastFailed!.Gate);
        Assert.Equal(report.Running, read.Value.Running);
        var small = report with { Id = "gw", Sequences = new Dictionary<string, long> { ["press"] = 3, ["@gw"] = 4 } };
        small = small with { LastFailed = small.LastFailed with { Findings = [], Log = ["a line"] } };
        Assert.Equal(small.ToPayload(), Report.Parse(small.ToPayload()).Value!.ToPayload());
    }
}
