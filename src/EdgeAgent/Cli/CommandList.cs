using System.CommandLine;

namespace EdgeAgent.Cli;

/// <summary>All commands, a line each, in the order of the help.</summary>
static class CommandList
{
    /// <summary>The root of all commands.</summary>
    public static RootCommand Root() =>
        new("edge-agent: reads sensors, filters and aggregates at the edge, and forwards summaries and alerts to Kafka.")
        {
            RunCommand.Create(),
            CheckCommand.Create(),
            SchemaCommand.Create(),
            DecodeCommand.Create(),
            ConfigCommand.Create(),
            InitCommand.Create(),
            LearnCommand.Create(),
            ReplayCommand.Create(),
            ReloadCommand.Create(),
            StatusCommand.Create(),
            TapCommand.Create(),
            TopCommand.Create(),
            ReportCommand.Create(),
            BufferCommand.Create(),
            ModelCommand.Create(),
            FleetCommand.Create(),
            SerialCommand.Create(),
            ModbusCommand.Create(),
            SimulateCommand.Create(),
            PasswordCommand.Create(),
            VersionCommand.Create(),
        };
}
