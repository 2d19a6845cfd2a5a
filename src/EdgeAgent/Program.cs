using System.CommandLine;
using EdgeAgent.Commands;
using EdgeAgent.Outputs;

NativeLibraries.Register();

var root = new RootCommand("edge-agent: reads sensors, filters and aggregates at the edge, and forwards summaries and alerts to Kafka.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    SchemaCommand.Create(),
    ReplayCommand.Create(),
    StatusCommand.Create(),
    TapCommand.Create(),
    ModelCommand.Create(),
    SerialCommand.Create(),
    ModbusCommand.Create(),
    SimulateCommand.Create(),
    VersionCommand.Create(),
};
var parsed = root.Parse(args);
var code = parsed.Invoke();
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
