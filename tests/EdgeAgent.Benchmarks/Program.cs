using EdgeAgent.Benchmarks;

(string Name, Action Run)[] layers =
[
    ("decode", DecodeLayer.Run),
    ("pipeline", PipelineLayer.Run),
];

if (args is ["wire-send", .. var sender])
{
    WireSender.Run(sender);
    return 0;
}

if (args is ["wire-read", .. var reader])
{
    WireReader.Run(reader);
    return 0;
}

var wanted = args.Length == 0 ? [.. layers.Select(l => l.Name)] : args;
foreach (var name in wanted)
{
    var layer = Array.Find(layers, l => l.Name == name);
    if (layer.Run is null)
    {
        Console.Error.WriteLine($"unknown layer {name}; there are: {string.Join(' ', layers.Select(l => l.Name))}");
        return 64;
    }

    layer.Run();
}

return 0;
