namespace EdgeAgent.Soak;

/// <summary>A run that is done.</summary>
readonly record struct Run(IScenario Scenario, Cell Cell, int Seed, Outcome Outcome, TimeSpan Took);
