using EdgeAgent.Soak;

try
{
    if (args is ["-h" or "--help"])
    {
        Console.WriteLine(Options.Help);
        return 0;
    }

    var options = Options.Parse(args);
    var soak = new Soak(options);
    var isWell = soak.RunAll();
    foreach (var scenario in options.Scenarios) (scenario as IDisposable)?.Dispose();
    if (options.IsWritten) ReliabilityPage.Write(soak.Runs, options);
    return isWell ? 0 : 1;
}
catch (FormatException error)
{
    Console.Error.WriteLine($"soak: {error.Message}");
    Console.Error.WriteLine(Options.Help);
    return 64;
}
