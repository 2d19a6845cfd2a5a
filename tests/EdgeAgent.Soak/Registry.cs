using EdgeAgent.Soak.Scenarios;

namespace EdgeAgent.Soak;

/// <summary>All scenarios.</summary>
static class Registry
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new BacklogScenario(),
        new OverloadScenario(),
        new HostileTopicsScenario(),
        new OutputsScenario(),
        new KafkaScenario(),
        new DataDirectoryScenario(),
        new StalledLogScenario(),
        new ReloadScenario(),
        new FleetScenario(),
    ];

    /// <summary>A scenario by its name.</summary>
    public static IScenario Of(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new FormatException($"--scenario: no scenario {name}; there are {string.Join(", ", All.Select(s => s.Name))}");
}
