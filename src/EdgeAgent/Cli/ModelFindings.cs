using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Specs;
using EdgeAgent.Models;

namespace EdgeAgent.Cli;

/// <summary>The findings of a configuration whose models were tried.</summary>
static class ModelFindings
{
    /// <summary>All findings in the order of the file; one for each place and message, though several stages meet it.</summary>
    public static IReadOnlyList<Finding> Of(ConfigResult result, string config)
    {
        if (result is not { Settings: { Models.Count: > 0 } settings, Root: { } root }) return result.Findings;
        var found = new List<Finding>();
        foreach (var trial in ModelTrial.Run(settings.Models, settings.Pipelines, new SystemClock()))
        {
            var (at, path) = PlaceOf(root, trial);
            var code = trial.IsError ? FindingCodes.UnusableModel : FindingCodes.ModelNote;
            if (!found.Exists(f => f.At == at && f.Message == trial.Message)) found.Add(new(config, at, code, path, trial.Message));
        }

        // A file that is not there is told once, by the trial.
        return [.. result.Findings.Where(f => f.Code != FindingCodes.FileMissing
                || !found.Exists(o => o.At == f.At && o.Severity == Severity.Error))
            .Concat(found).OrderBy(f => f.At).ThenBy(f => f.Code.Id, StringComparer.Ordinal)];
    }

    // The key, or what it would stand in when it was left out.
    static (TextMark At, string Path) PlaceOf(SpecValues root, TrialResult trial)
    {
        var owner = trial.IsOfStage
            ? root.Entries("pipelines").First(p => p.Key == trial.Pipeline).Value.Nested!.Items("stages")
                .First(s => s.Nested?.Name == trial.Stage).Nested!
            : root.Entries("models").First(m => m.Key == trial.Model).Value.Nested!;
        var value = owner.Spec.Field(trial.Key) is null ? null : owner.Find(trial.Key);
        return value is null ? (owner.At, owner.Path) : (value.At, value.Path);
    }
}
