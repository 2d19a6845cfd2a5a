using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Tests.Fleets;
using Xunit;

namespace EdgeAgent.Tests.Cli;

/// <summary>What `fleet state` shows is for people: sentences, no JSON, no inner names.</summary>
public sealed class FleetStateTextTests
{
    [Fact]
    public void A_document_that_was_taken_back_and_a_message_that_was_refused()
    {
        using var rig = new FleetRig();
        var good = rig.Publish(2, FleetRig.Document(1));
        rig.Pass(40);
        rig.Publish(3, FleetRig.Document(2), passes: 0.1);
        rig.Pass(60);
        rig.Link.Put(rig.Topics.Target("press"), rig.Kit.Signed(FleetRig.Target(1, FleetRig.Document(1))));
        rig.Pass(1);
        var text = Text(rig.Ask(new { verb = "state" }));
        Assert.Contains("  state     steady: what runs is what shall run", text);
        Assert.Contains($"  runs      press-line 1 ({good[..8]}), since ", text);
        Assert.Contains("  root      1 is trusted", text);
        Assert.Contains("  link      connected, ", text);
        Assert.Contains("  refused   1 message, the last one: fleet/1/target/press: old-sequence: target 1 of press is older than 3", text);
        Assert.Contains("): reverted by readings out of summaries: 100/s before, ", text);
        Assert.EndsWith("a.yaml:1 | agent: {}", text);
        foreach (var inner in (string[])["{\"", "since_s", "link_error", "bytes_in", "documents"]) Assert.DoesNotContain(inner, text);
    }

    [Fact]
    public void A_gateway_whose_documents_are_handed_in()
    {
        using var rig = new FleetRig(hasLink: false);
        rig.Pass(1);
        rig.Ask(new { verb = "hold" });
        var text = Text(rig.Ask(new { verb = "state" }));
        Assert.Contains("  runs      local file", text);
        Assert.Contains("  held      targets are ignored until `edge-agent fleet release`", text);
        Assert.Contains("  link      none: documents come by `edge-agent fleet apply`", text);
    }

    static string Text(JsonElement answer)
    {
        using var to = new StringWriter();
        FleetStateText.Write(to, answer);
        return to.ToString().TrimEnd();
    }
}
