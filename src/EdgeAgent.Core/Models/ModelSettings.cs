using EdgeAgent.Core.Drift;

namespace EdgeAgent.Core.Models;

/// <summary>One entry of <c>models</c>.</summary>
public sealed record ModelSettings
{
    /// <summary>The key under <c>models</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string File { get; init; }

    /// <summary>Version that travels with scores; null for the one in the file.</summary>
    public string? Version { get; init; }

    /// <summary>SHA-256 the file, and after it its files of weights, must have, lower-case hexadecimal; null for any.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Largest file, its files of weights included [bytes].</summary>
    public long MaxSizeBytes { get; init; } = 64L << 20;

    /// <summary>Inputs that do not take features, by name.</summary>
    public IReadOnlyDictionary<string, ModelInputSettings> Inputs { get; init; } = new Dictionary<string, ModelInputSettings>();

    /// <summary>Whether several inputs take the features in the model's order rather than each the field of its name.</summary>
    public bool FeedByPosition { get; init; }

    /// <summary>Output to read the score from; null for the last one that holds floating-point numbers,
    /// as classifiers put their label first.</summary>
    public string? Output { get; init; }

    /// <summary>Label to read from an output of maps.</summary>
    public string? Label { get; init; }

    /// <summary>Most rows of one run.</summary>
    public int MaxRows { get; init; } = 64;

    /// <summary>Time that runs may take on average; zero for as long as they take.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Threads one operator may use.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether scratch memory comes from the shared arena.</summary>
    public bool Arena { get; init; } = true;

    /// <summary>Whether the file is mapped into memory rather than read.</summary>
    public bool Map { get; init; }

    /// <summary>Execution provider.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>JSON file of recorded rows that the model must score before it is used; null for none.</summary>
    public string? Sample { get; init; }

    /// <summary>What inputs and scores are compared with; null for nothing.</summary>
    public DriftSettings? Drift { get; init; }

    /// <summary>A candidate file that runs beside this one and is only compared; null for none.</summary>
    public string? Shadow { get; init; }
}
