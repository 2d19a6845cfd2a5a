using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleets.Managing;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>Plans as files.</summary>
public sealed class PlanSpecTests
{
    static PlanSettings? Read(string yaml, out string findings)
    {
        using var folder = new TempDirectory();
        var path = Path.Combine(folder.Path, "plan.yaml");
        File.WriteAllText(path, yaml);
        var read = SettingsFile.Read<PlanSettings>(PlanSpec.Spec, path, out var all);
        findings = string.Join("\n", all.Select(f => f.ToString()!.Replace(folder.Path + "/", "")));
        return read;
    }

    [Fact]
    public void What_stands_at_the_top_holds_for_each_wave()
    {
        var plan = Read("""
            group: press
            document: 0123456789abcdef0123456789abcdef
            soak: 10m
            max_failed: 5
            waves:
              - { canary: [gw-a, gw-b], soak: 1h, min_good: 100% }
              - { share: 0.5% }
              - { share: 100%, max_failed: 1% or 3, spread: 2h, silent: 10% }
            gate: { hold: 10s, within: 40s, readings: ">=0.5x", commits: any }
            window: 01:00-05:00 Europe/Berlin
            """, out var findings);
        Assert.Equal("", findings);
        Assert.Equal(
            [
                new() { Canary = plan!.Waves[0].Canary, MinGood = 1, Soak = TimeSpan.FromHours(1), MaxFailed = new(0, 5) },
                new() { Canary = [], Admit = 50, Soak = TimeSpan.FromMinutes(10), MaxFailed = new(0, 5) },
                new() { Canary = [], Admit = 10_000, Soak = TimeSpan.FromMinutes(10), MaxFailed = new(0.01, 3),
                    Spread = TimeSpan.FromHours(2), Silent = 0.1 },
            ], plan.Waves.Select(w => w with { Canary = w.Canary.Count == 0 ? [] : w.Canary }));
        Assert.Equal(["gw-a", "gw-b"], plan.Waves[0].Canary);
        Assert.Equal(TimeSpan.FromSeconds(40), plan.Gates.Within);
        Assert.False(plan.Gates.Commits);
        Assert.Equal("01:00-05:00 Europe/Berlin", plan.Window!.ToString());
    }

    [Fact]
    public void Every_gate_of_the_protocol_is_a_key_of_a_plan() =>
        Assert.Equal(TrialGates.Names.Order(),
            PlanSpec.Spec.Fields.Single(field => field.Name == "gate").Component!.Fields.Select(field => field.Name).Order());

    [Fact]
    public void What_is_wrong_is_said_with_its_place()
    {
        Assert.Null(Read("""
            group: press
            document: x.json
            waves:
              - { share: 10% }
              - { share: 5% }
              - { share: 10% }
              - { share: ten }
            max_failed: few
            gate: { readings: half }
            """, out var findings));
        Assert.Equal("""
            plan.yaml:5:5  EA1107  waves[1]: 5 % after 10 %; a wave admits no less than the one before. Order the waves.
            plan.yaml:6:5  EA1120  waves[2]: the wave admits nobody more than the one before. Give `canary` or a higher `share`.
            plan.yaml:7:14  EA1112  waves[3].share: `ten`: expected a share such as 10%.
            plan.yaml:8:13  EA1112  max_failed: `few`: expected such as 1%, 3 or `1% or 3`.
            plan.yaml:9:19  EA1112  gate.readings: `half`: expected such as `>=0.7x`, or any.
            """, findings);
    }
}
