using EdgeAgent.Catalog;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;
using EdgeAgent.Running;

namespace EdgeAgent.Reloads;

/// <summary>The differences between the configuration that runs and the next, by component, and what becomes of each. Immutable.</summary>
sealed class ReloadPlan
{
    static readonly string[] RestartKeys = ["id", "data_dir"];
    readonly List<PartChange> _changes = [];
    readonly GatewaySettings _now, _next;
    readonly ConfigPrint _nowPrint, _nextPrint;

    /// <summary>Compares two good configurations.</summary>
    /// <param name="now">The one that runs.</param>
    /// <param name="next">The other.</param>
    /// <param name="models">Names of models that stages use in another form than <paramref name="next"/> says.</param>
    public ReloadPlan(ConfigResult now, ConfigResult next, IReadOnlyList<string> models)
    {
        (_now, _next, _nowPrint, _nextPrint) = (now.Settings!, next.Settings!, new ConfigPrint(now.Root!), new ConfigPrint(next.Root!));
        foreach (var name in _nextPrint.Names(PartKind.Section)) CompareSection(name, next);
        Compare(PartKind.Source, Source);
        Compare(PartKind.Pipeline, Pipeline);
        Compare(PartKind.Output,
            (name, keys) => new(PartKind.Output, name, ChangeKind.Anew, keys, "made anew; goes on where the old one ended"));
        Models = models;
        Compare(PartKind.Model, (_, _) => null);
        foreach (var name in models)
            _changes.Add(new(PartKind.Model, name, ChangeKind.InPlace, [], "taken over between two batches"));
    }

    /// <summary>Why it cannot be done without a restart; empty when it can.</summary>
    public List<Finding> Restarts { get; } = [];

    /// <summary>Models to be taken over.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>Whether nothing is different.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Whether a section changed.</summary>
    public bool Touches(string section) => _changes.Exists(c => c.Part == PartKind.Section && c.Name == section);

    /// <summary>Whether a part that runs goes on, changed in place or not at all.</summary>
    public bool Stays(PartKind kind, string name) =>
        _nowPrint.Names(kind).Contains(name) && !_changes.Exists(c => c.Part == kind && c.Name == name && c.Kind != ChangeKind.InPlace);

    /// <summary>Whether a source takes changed keys over while it runs.</summary>
    public bool IsInPlace(string source) =>
        _changes.Exists(c => c.Part == PartKind.Source && c.Name == source && c.Kind == ChangeKind.InPlace);

    /// <summary>The plan as lines for people.</summary>
    public IEnumerable<string> Lines()
    {
        if (IsEmpty) return ["= nothing changes"];
        var same = new[] { PartKind.Source, PartKind.Pipeline, PartKind.Output, PartKind.Model }.Select(kind =>
            (Kind: kind, Names: _nextPrint.Names(kind).Where(n => !_changes.Exists(c => c.Part == kind && c.Name == n)).ToList()))
            .Where(of => of.Names.Count > 0)
            .Select(of => $"= {of.Kind.ToString().ToLowerInvariant()} {string.Join(", ", of.Names)}");
        return _changes.Select(c => c.ToString()).Concat(same);
    }

    void Compare(PartKind kind, Func<string, IReadOnlyList<string>, PartChange?> changed)
    {
        var now = _nowPrint.Names(kind).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _nextPrint.Names(kind))
        {
            if (!now.Remove(name)) _changes.Add(new(kind, name, ChangeKind.Added, [], ""));
            else if (Difference(kind, name) is { Count: > 0 } keys && changed(name, keys) is { } change) _changes.Add(change);
        }

        foreach (var name in now) _changes.Add(new(kind, name, ChangeKind.Removed, [], Parting(kind)));
    }

    static string Parting(PartKind kind) => kind switch
    {
        PartKind.Source => "what it took is committed and acknowledged; a broker keeps its session until `session_expiry`",
        PartKind.Pipeline => "its open windows leave as partial summaries",
        PartKind.Output => "its records stay in the buffer until an output of that name is back",
        _ => "",
    };

    IReadOnlyList<string> Difference(PartKind kind, string name)
    {
        var keys = _nowPrint.Changed(_nextPrint, kind, name).ToList();
        if (kind == PartKind.Model && keys.Count > 0 && Models?.Contains(name) == true) keys.Clear();
        if (kind != PartKind.Pipeline) return keys;
        if (_now.Agent.SeriesTtl != _next.Agent.SeriesTtl) keys.Add("agent.series_ttl");
        foreach (var output in _next.Pipelines.First(p => p.Name == name).To)
        {
            var (before, after) = (_now.Outputs.FirstOrDefault(o => o.Name == output), _next.Outputs.First(o => o.Name == output));
            if (before is not null && (before.Key, before.Topic, before.AlertsOnly) != (after.Key, after.Topic, after.AlertsOnly))
                keys.Add($"outputs.{output}");
        }

        return keys;
    }

    void CompareSection(string name, ConfigResult next)
    {
        var keys = _nowPrint.Changed(_nextPrint, PartKind.Section, name);
        if (keys.Count == 0) return;
        var restarts = name switch { "agent" => RestartKeys.Where(keys.Contains).ToList(), "fleet" => [.. keys], _ => [] };
        _changes.Add(new(PartKind.Section, name, ChangeKind.InPlace, keys, restarts.Count > 0 ? "needs a restart" : "taken over"));
        foreach (var key in restarts)
        {
            var section = next.Root!.Find(name);
            var value = section?.Nested?.Find(key) ?? section;
            var why = name == "fleet" ? "it says whom this gateway believes" : "it names what lies on the disk and in every record";
            Restarts.Add(new(next.Path, value?.At ?? default, FindingCodes.NeedsRestart, value?.Path ?? name,
                $"a running agent cannot change this: {why}. "
                    + "Restart the agent (systemctl restart edge-agent), or put the old value back."));
        }
    }

    PartChange Source(string name, IReadOnlyList<string> keys)
    {
        var (before, after) = (_now.Sources.First(s => s.Name == name), _next.Sources.First(s => s.Name == name));
        var kind = Components.KindOf(after);
        return before.GetType() == after.GetType() && keys.All(kind.Changeable.Contains)
            ? new(PartKind.Source, name, ChangeKind.InPlace, keys, "taken over without a reconnect")
            : new(PartKind.Source, name, ChangeKind.Anew, keys, "stopped, committed and started anew");
    }

    PartChange Pipeline(string name, IReadOnlyList<string> keys)
    {
        var kept = StageKeys(_next.Pipelines.First(p => p.Name == name)).ToHashSet(StringComparer.Ordinal);
        var lost = StageKeys(_now.Pipelines.First(p => p.Name == name)).Where(key => !kept.Contains(key))
            .Select(key => key[(key.IndexOf('/') + 1)..key.LastIndexOf('#')]).ToList();
        return new(PartKind.Pipeline, name, ChangeKind.Anew, keys, lost.Count == 0
            ? "made anew; all stages keep their memory"
            : $"made anew; stages that begin anew, open windows leaving as partial summaries: {string.Join(", ", lost)}");
    }

    static IEnumerable<string> StageKeys(PipelineSettings pipeline) => pipeline.Stages.Select((stage, i) =>
        Fingerprint.StageKey(pipeline.Name, stage.Name, Fingerprint.Of(pipeline.Stages, i + 1)));
}
