using System.Text.Json;
using EdgeAgent.Status;

namespace EdgeAgent.Reloads;

/// <summary>What came of a reload.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Sentence">The same in words, with what to do.</param>
sealed record ReloadReport(ReloadOutcome Outcome, string Sentence)
{
    /// <summary>Findings of the file, a line each; warnings included.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The plan, a line each.</summary>
    public IReadOnlyList<string> Plan { get; init; } = [];

    /// <summary>What became of each model, when only models were asked for.</summary>
    public IReadOnlyList<ModelReload> Models { get; init; } = [];

    /// <summary>From the request to the last new part started.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>How long the gates were closed.</summary>
    public TimeSpan Closed { get; init; }

    /// <summary>Whether the configuration that was asked for runs, or would.</summary>
    public bool IsGood => Outcome is ReloadOutcome.Applied or ReloadOutcome.Unchanged or ReloadOutcome.Planned;

    /// <summary>Writes it as one object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("result", Outcome.ToString().ToLowerInvariant());
        json.WriteString("message", Sentence);
        Write(json, "findings", Findings);
        Write(json, "plan", Plan);
        json.WriteNumber("took_ms", Math.Round(Took.TotalMilliseconds, 1));
        json.WriteNumber("closed_ms", Math.Round(Closed.TotalMilliseconds, 3));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}
