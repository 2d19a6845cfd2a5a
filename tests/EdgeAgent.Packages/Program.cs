using EdgeAgent.Benchmarks;
using EdgeAgent.Packages;

// Figures behind docs/decisions: what well-known packages do where this product has its own code, measured beside it.
var isSmoke = args.Contains("--smoke");
switch (args.FirstOrDefault())
{
    case "litedb": return LiteDbFigures.Run(isSmoke);
    case "mqttnet": return MqttNetFigures.Run(isSmoke);
    case "serial": return SerialFigures.Run(isSmoke);
    case "wire-send":
        WireSender.Run(args[1..]);
        return 0;
    case "wire-read": return WireRead.Run(args[1..]);
    default:
        Console.Error.WriteLine(
            "Usage: edge-packages litedb|mqttnet|serial [--smoke]   (prints a table; --smoke takes seconds and its figures mean little)");
        return 64;
}
