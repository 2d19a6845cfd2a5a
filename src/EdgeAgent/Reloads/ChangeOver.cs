using EdgeAgent.Commits;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;
using EdgeAgent.Running;
using EdgeAgent.Storage;

namespace EdgeAgent.Reloads;

/// <summary>The moment a changed configuration comes into force: inside a cut, on the commit thread, all gates closed. Memory
/// only.</summary>
/// <remarks>Memory of a stage or a session goes to its successor where that has the same key; other windows leave as partial
/// summaries, in the same commit. See docs/decisions/reload.md.</remarks>
sealed class ChangeOver(
    RunningParts before, RunningParts next, ReloadPlan plan, RunContext context, StateLog state, ToldWindows told)
{
    readonly StateWriter _unit = new();

    /// <summary>Does it; what the commit loop goes on with.</summary>
    public ChangedParts Run()
    {
        var gone = before.Pipelines.Where(slot => !plan.Stays(PartKind.Pipeline, slot.Pipeline.Settings.Name)).ToList();
        var known = gone.SelectMany(slot => slot.Pipeline.States).Select(s => s.StageKey).ToHashSet(StringComparer.Ordinal);
        context.Series.IsRestoring = true;
        foreach (var slot in gone) HandOver(slot);
        foreach (var slot in next.Pipelines.Except(before.Pipelines))
            foreach (var stage in slot.Pipeline.States)
                if (!known.Contains(stage.StageKey)) told.Restore(stage);
        context.Series.IsRestoring = false;
        foreach (var source in next.Sources.Except(before.Sources)) Begin(source);
        var commit = plan.Touches("commit");
        foreach (var settings in next.Settings.Sources)
            if ((commit || plan.IsInPlace(settings.Name)) && plan.Stays(PartKind.Source, settings.Name)
                && next.Source(settings.Name) is IChangeable source)
                source.Change(settings, next.Settings.Commit);
        next.Join();
        state.Replace(next.States);
        return new ChangedParts(next.Sources, next.Pipelines, gone, commit ? next.Settings.Commit : null);
    }

    void HandOver(PipelineSlot slot)
    {
        var successor = next.Pipeline(slot.Pipeline.Settings.Name)?.Pipeline;
        foreach (var stage in slot.Pipeline.States)
        {
            var heir = successor?.States.FirstOrDefault(s => s.StageKey == stage.StageKey)?.State;
            ForEachUnit(stage.State, (entry, formatVersion) =>
            {
                if (heir is not null)
                {
                    heir.TryRestoreUnit(entry, formatVersion);
                    return;
                }

                if (successor is not null) successor.EmitPartial(stage.StageKey, formatVersion, entry);
                else slot.Pipeline.Shed(stage.StageKey, formatVersion, entry);
                told.Add(stage.StageKey, formatVersion, entry);
            });
        }
    }

    void Begin(ISource source)
    {
        if (before.Source(source.Name) is { } old)
            foreach (var stage in old.States)
                if (source.States.FirstOrDefault(s => s.StageKey == stage.StageKey)?.State is { } heir)
                    ForEachUnit(stage.State, (entry, formatVersion) => heir.TryRestoreUnit(entry, formatVersion));
        source.Restore(ProgressOf(source.Name));
    }

    // Without it all filters are subscribed anew; the in-flight table is handed over as it is.
    byte[]? ProgressOf(string source)
    {
        try
        {
            return context.Store.LoadProgress(source);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    void ForEachUnit(IStageState of, Take take)
    {
        for (var unit = 0; unit < of.UnitCount; unit++)
        {
            _unit.Clear();
            of.WriteUnit(unit, _unit);
            if (_unit.Length > 0) take(_unit.Bytes, of.FormatVersion);
        }
    }

    delegate void Take(ReadOnlySpan<byte> entry, int formatVersion);
}
