using System.Globalization;
using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Status;

namespace EdgeAgent.Host;

/// <summary>Says in the log that a stage with a model stopped scoring, or scores less than it is given, and why.</summary>
/// <remarks>
/// Looks at the counts of the stages at most every ten seconds; a warning for each stage and cause, limited by the log. Rows with missing
/// values are ordinary (a window of one reading has no <c>stddev</c>) and told of only while no row is scored at all. Commit thread,
/// gates open.
/// </remarks>
sealed class ScoreWatch(Func<IReadOnlyList<ModelUse>> uses, LogLimiter log)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    readonly Dictionary<(string Pipeline, string Stage), long[]> _seen = [];
    MonotonicTime? _next;

    /// <summary>Compares the counts with those of the last look.</summary>
    public void AtRest(MonotonicTime now)
    {
        if (now < _next) return;
        _next = now + Every;
        foreach (var use in uses()) Look(use);
    }

    void Look(ModelUse use)
    {
        var c = use.Counters;
        long[] counts = [c.Scored, c.Failed, c.OverBudget, c.NotFinite, c.NoModel, c.Missing];
        var key = (use.Pipeline, use.Stage);
        var before = _seen.TryGetValue(key, out var last) ? last : new long[counts.Length];
        _seen[key] = counts;
        var scored = counts[0] - before[0];
        for (var cause = 1; cause < counts.Length; cause++)
        {
            var rows = counts[cause] - before[cause];
            if (rows <= 0 || (cause == 5 && scored > 0)) continue;
            log.Warn($"score {use.Pipeline} {use.Stage} {cause}",
                string.Create(CultureInfo.InvariantCulture, $"pipeline {use.Pipeline}, stage {use.Stage}, model {use.Model}: "
                    + $"{rows} rows got no score of their own in the last seconds, {scored} did: {Why(cause, use.IsLoading)}"));
        }
    }

    static string Why(int cause, bool isLoading) => cause switch
    {
        1 => "the model's run failed. `edge-agent model inspect` shows what it wants",
        2 => "the run took longer than the model's `budget`. Raise it, use a smaller model, or give the machine more room",
        3 => "the model's score is not a finite number. Do its inputs fit what it was made with?",
        4 when isLoading => "the model is still being loaded",
        4 => "no model is loaded; an earlier line says why. Mend it, then `edge-agent model reload`",
        _ => "values were missing from every row (the stage's `missing` says what becomes of them). Do all of its inputs still come?",
    };
}
