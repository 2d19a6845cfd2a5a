using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Simulator;

/// <summary>Compares what the sensors sent, what the agent counted and what the consumer saw.</summary>
sealed class Judge
{
    readonly List<(bool IsGood, string Text)> _lines = [];
    string _closing = "";

    /// <summary><c>judge SENT STATUS CONSUMED [--quiet]</c>: true when all counts agree. The closing line goes last.</summary>
    public static bool Run(string sentFile, string statusFile, string consumedFile, bool quiet)
    {
        using var sent = JsonDocument.Parse(File.ReadAllText(sentFile));
        using var status = JsonDocument.Parse(File.ReadAllText(statusFile));
        var lines = File.ReadAllText(consumedFile).Split('\n')[..^1];
        var judge = new Judge();
        judge.Compare(sent.RootElement, status.RootElement, [.. lines.Select(Summary.Parse)]);
        var good = judge._lines.All(l => l.IsGood);
        if (quiet) return good;
        foreach (var (isGood, text) in judge._lines) Console.WriteLine($"  {(isGood ? "ok   " : "WRONG")}  {text}");
        Console.WriteLine();
        Console.WriteLine(judge._closing);
        return good;
    }

    void Compare(JsonElement sent, JsonElement status, List<Summary> consumed)
    {
        var (source, pipeline, output) =
            (status.GetProperty("sources")[0], status.GetProperty("pipelines")[0], status.GetProperty("outputs")[0]);
        var removed = pipeline.GetProperty("removed");
        var kept = Count(sent, "kept");
        var filtered = Count(removed, "keep") + Count(removed, "range");
        var distinct = consumed.DistinctBy(s => s.Id).ToList();
        var final = distinct.GroupBy(s => s.Window).Select(g => g.MaxBy(s => s.Revision)!).ToList();

        Equal("messages the broker took from the sensors, and gave the agent", Count(sent, "messages"), Count(source, "messages"));
        Equal("payloads that were no readings, and were counted as such", Count(sent, "undecodable"), Count(source, "bad"));
        Equal("empty payloads, and messages that were neither a reading nor an error", Count(sent, "empty"),
            Count(source, "messages") - Count(source, "bad") - Count(source, "readings"));
        Equal("readings sent, and decoded", Count(sent, "messages") - Count(sent, "undecodable") - Count(sent, "empty"),
            Count(source, "readings"));
        Equal("readings of metrics not kept, and removed by `keep`", Count(sent, "not_kept"), Count(removed, "keep"));
        Equal("readings of broken probes, and removed by `range`", Count(sent, "out_of_range"), Count(removed, "range"));
        Equal("readings left, and taken by windows", kept, Count(pipeline, "folded"));
        Equal("readings left, and inside the summaries at Kafka", kept, final.Sum(s => Count(s.Value, "count")));
        var sum = final.Sum(s => s.Value.GetProperty("mean").GetDouble() * Count(s.Value, "count"));
        Add(Math.Abs(sum - sent.GetProperty("kept_sum").GetDouble()) <= 1e-9 * Math.Abs(sum), string.Create(CultureInfo.InvariantCulture,
            $"sum of their values, and of the summaries' means times counts: {sent.GetProperty("kept_sum").GetDouble():F3} = {sum:F3}"));
        Equal("summaries the agent made, and Kafka confirmed", Count(pipeline, "records"), Count(output, "confirmed"));
        Equal("summaries confirmed, and seen by the consumer", Count(output, "confirmed"), distinct.Count);
        Equal("left over: late readings, backlog, unacknowledged, dropped, rejected", 0, Count(pipeline, "late")
            + Count(output, "backlog_records") + Count(source, "unacknowledged") + Count(output, "dropped") + Count(output, "rejected"));
        if (kept == 0 || distinct.Count == 0) Add(false, "there was nothing to compare");

        _closing = string.Create(CultureInfo.InvariantCulture,
            $"readings in {Count(source, "readings"):N0}, filtered {filtered:N0}, summaries out {Count(pipeline, "records"):N0}, "
                + $"records confirmed {Count(output, "confirmed"):N0}");
    }

    void Equal(string what, long expected, long seen) => Add(expected == seen,
        string.Create(CultureInfo.InvariantCulture, $"{what}: {expected:N0} {(expected == seen ? "=" : "≠")} {seen:N0}"));

    void Add(bool isGood, string text) => _lines.Add((isGood, text));

    static long Count(JsonElement of, string name) => of.GetProperty(name).GetInt64();
}
