using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary><c>edge-agent fleet</c>: a line for each of its commands, in the order of the help.</summary>
static class FleetCommand
{
    /// <summary>The command.</summary>
    public static Command Create() =>
        new("fleet", "Brings configurations to many gateways, signed, in waves, and watched by the gateways themselves.")
        {
            FleetKeygenCommand.Create(),
            FleetRootCommand.Create(),
            FleetSignCommand.Create(),
            FleetVarsCommand.Create(),
            FleetVerifyCommand.Create(),
            FleetEnrollCommand.Create(),
            FleetPublishCommand.Create(),
            FleetRolloutCommand.Create(),
            FleetRollbackCommand.Create(),
            FleetRepublishCommand.Create(),
            FleetStatusCommand.Create(),
            FleetExplainCommand.Create(),
            FleetAskCommand.Create(),
            FleetApplyCommand.Create(),
            FleetStateCommand.State(),
            FleetStateCommand.Hold(),
            FleetStateCommand.Release(),
        };
}
