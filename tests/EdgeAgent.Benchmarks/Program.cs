using EdgeAgent.Benchmarks;

(string Name, Action<string> Run)[] layers =
[
    ("stack", StackLayer.Run),
    ("decode", DecodeLayer.Run),
    ("pipeline", _ => PipelineLayer.Run()),
    ("lines", _ => LineLayer.Run()),
    ("modbus", _ => ModbusLayer.Run()),
];

if (args is ["--once", .. var rest])
{
    Measure.Rounds = 1;
    args = rest;
}

if (args is ["wire-send", .. var sender])
{
    WireSender.Run(sender);
    return 0;
}

if (args is ["paced-send", .. var paced])
{
    PacedSender.Run(paced);
    return 0;
}

if (args is ["wire-read", .. var reader])
{
    WireReader.Run(reader);
    return 0;
}

if (args is ["latency", .. var probe])
{
    LatencyProbe.Run(probe);
    return 0;
}

if (args is ["latency-relay", .. var relay])
{
    LatencyRelay.Run(relay);
    return 0;
}

if (args is ["fleet", .. var fleet])
{
    FleetScale.Run(fleet);
    return 0;
}

if (args is ["patterns"])
{
    PatternFigures.Run();
    return 0;
}

if (args is ["scores", var file])
{
    ScoreLayer.Run(file);
    return 0;
}

var wanted = args.Length == 0 ? [.. layers.Select(l => l.Name)] : args;
foreach (var word in wanted)
{
    // "decode" runs a layer, "decode:shape" only its cases whose name holds that text.
    var (name, cases) = word.Split(':', 2) is [var left, var right] ? (left, right) : (word, "");
    var layer = Array.Find(layers, l => l.Name == name);
    if (layer.Run is null)
    {
        Console.Error.WriteLine($"unknown layer {name}; there are: {string.Join(' ', layers.Select(l => l.Name))}");
        return 64;
    }

    layer.Run(cases);
}

return 0;
