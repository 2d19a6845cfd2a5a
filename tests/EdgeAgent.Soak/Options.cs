namespace EdgeAgent.Soak;

/// <summary>The command line.</summary>
sealed record Options
{
    /// <summary>How it is called.</summary>
    public const string Help = """
        Usage: scripts/soak [--seed S] [--for DURATION | --runs N] [--scenario NAME] [--agent DIR] [--parallel N] [--scale F] [--resume FILE] [--write]
               scripts/soak --scenario NAME --cell CELL --seed S
               scripts/soak --fuzz [INPUTS] | --power-cuts [IMAGES] | --model [SEEDS]

        Runs fault scenarios against the native binary, each run in a cell (one value of everything in which runs differ) drawn by the seed such that every pair of
        values comes three times in 300 runs. A line a run; of a failure the command that repeats it, and its folder is kept. Exit code 0 when all was well.

          --seed S         draws the cells and what is random in them (default: by the clock)
          --for DURATION   as many runs as begin within 90s, 20m, 1h
          --runs N         this many runs (default 300)
          --scenario NAME  only this one (default all, in turns)
          --agent DIR      folder of the binary (default artifacts/publish/…, which is published first)
          --parallel N     runs at a time (default 1)
          --scale F        makes every run smaller, such as 0.1
          --resume FILE    keeps what has been run in FILE, and goes on where it ended; with --for only so long this time
          --write          puts the table into docs/reliability.md
          --cell CELL      one run of this very cell
          --fuzz [INPUTS]  damaged payloads of every format instead, so many each (default 10,000,000: an hour)
          --power-cuts [IMAGES]  files as a power cut may leave them, each started on (default 100,000)
          --model [SEEDS]  the model of brokers that send again, so many seeds a kind (default 600)
        """;

    /// <summary>Draws everything.</summary>
    public int Seed { get; private init; } = (int)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond % 1_000_000);

    /// <summary>How long runs begin; null for a number of them.</summary>
    public TimeSpan? For { get; private init; }

    /// <summary>How many runs.</summary>
    public int Runs { get; private init; } = 300;

    /// <summary>The scenarios to run.</summary>
    public IReadOnlyList<IScenario> Scenarios { get; private init; } = Registry.All;

    /// <summary>Runs at a time.</summary>
    public int Parallel { get; private init; } = 1;

    /// <summary>Factor of the load.</summary>
    public double Scale { get; private init; } = 1;

    /// <summary>Whether the page is written.</summary>
    public bool IsWritten { get; private init; }

    /// <summary>Where runs are kept, for a plan that is run in pieces; null for nowhere.</summary>
    public string? Resume { get; private init; }

    /// <summary>The one cell to run, as text.</summary>
    public string? Cell { get; private init; }

    /// <summary>Reads a command line.</summary>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[^1]} needs a value");
            options = arguments[i] switch
            {
                "--seed" => options with { Seed = int.Parse(Value()) },
                "--for" => options with { For = Duration(Value()) },
                "--runs" => options with { Runs = int.Parse(Value()) },
                "--scenario" => options with { Scenarios = [Registry.Of(Value())] },
                "--parallel" => options with { Parallel = int.Parse(Value()) },
                "--scale" => options with { Scale = double.Parse(Value()) },
                "--resume" => options with { Resume = Value() },
                "--write" => options with { IsWritten = true },
                "--cell" => options with { Cell = Value(), Runs = 1 },
                var other => throw new FormatException($"{other} is no option"),
            };
        }

        if (options.Cell is not null && options.Scenarios.Count > 1) throw new FormatException("--cell needs --scenario");
        if (options.Resume is not null && options.Cell is not null) throw new FormatException("--resume goes with --runs");
        return options;
    }

    static TimeSpan Duration(string text) => text[^1] switch
    {
        's' => TimeSpan.FromSeconds(int.Parse(text[..^1])),
        'm' => TimeSpan.FromMinutes(int.Parse(text[..^1])),
        'h' => TimeSpan.FromHours(int.Parse(text[..^1])),
        _ => throw new FormatException("--for wants a duration such as 90s, 20m or 1h"),
    };
}
