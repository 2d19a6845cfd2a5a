using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleets.Managing;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>What people read.</summary>
public sealed class StatusTableTests
{
    [Fact]
    public void The_table_and_the_reasons()
    {
        using var plant = new Plant(4);
        plant.Gateways[3].IsAway = true;
        plant.Reporting();
        var (file, digest) = plant.Document(7);
        plant.Gateways[2].Fails = _ => true;
        plant.Drive(file, "waves: [{ canary: [gw-1, gw-2] }]\nmin_good: 50%\nsoak: 0s\n");
        using var manager = plant.Manager();
        manager.Session.Collect(asks: false);
        var now = DateTimeOffset.UtcNow;
        foreach (var gateway in manager.View.Gateways.Values.Where(g => g.Report is not null)) gateway.Heard = now;
        var rows = StatusTable.Rows(manager, null, null, now);
        string Text(string text) => text.Replace(digest[..8], "DIGESTED");
        Assert.Equal("""
            GATEWAY  STATE   RUNS        WANTED      HEARD  NOTE
            gw-2     failed  local file  7 DIGESTED  0s     7 DIGESTED reverted by readings (5.0/s → 1.0/s)
            gw-3     never                           -      no report came
            gw-0     steady  local file              0s
            gw-1     steady  7 DIGESTED              0s
            4 gateways, 2 steady, 1 failed, 1 never
            """, Text(string.Join("\n", StatusTable.Lines(rows, 200, 100, now))));
        Assert.Equal("press: target 1, stable none; rollout press-line-7: 7 DIGESTED run at 0 % and 2 canaries, admitted 2, good 1, failed "
            + "1, trying 0",
            Text(string.Join("\n", StatusTable.Groups(manager.View, null, now))));
        var reasons = string.Join("\n", Explanation.Of(manager.View.Gateways["gw-0"], manager.View, now));
        Assert.Contains("targets looked at in this order: @gw-0, press, all; the first that has one is press", reasons);
        Assert.Contains("not admitted: its bucket ", reasons);
        Assert.EndsWith("so it shall go on with what it runs", reasons);
        Assert.Contains("it failed here and is not tried again", string.Join("\n",
            Explanation.Of(manager.View.Gateways["gw-2"], manager.View, now)));
        Assert.Equal(["gw-2"], StatusTable.Rows(manager, Plant.Group, "failed", now).Select(r => r.Id));
    }
}
