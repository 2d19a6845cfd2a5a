using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Watches the inputs and scores of one score stage, all its series together, for drift.</summary>
/// <remarks>
/// What to compare with comes with the model and may change with it: under the same reference counts go on over a swap, under another they
/// start anew while an open alert goes on; a quantity no longer watched ends its alert. Entry, version 1: <c>'D'</c>, key of the
/// reference (text), number of quantities, then name and memory (blob) of each. Single-threaded but for <see cref="Quantities"/>.
/// </remarks>
public sealed class DriftWatch
{
    /// <summary>First byte of an entry.</summary>
    public const byte EntryMark = (byte)'D';

    readonly DriftRecords _records;
    volatile DriftQuantity[] _quantities = [];
    DriftPlan? _plan;
    DriftQuantity? _score;
    byte[] _restored = [];
    bool _wasOn;

    internal DriftWatch(DriftRecords records) => _records = records;

    /// <summary>The quantities watched now, inputs first. Any thread.</summary>
    public IReadOnlyList<DriftQuantity> Quantities => _quantities;

    /// <summary>Whether its memory changed since this was last set to false.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether anything is watched.</summary>
    public bool IsOn => _plan is not null;

    /// <summary>A model was taken over: compare with what came with it, null for nothing.</summary>
    public void Use(IModel? model)
    {
        var plan = model?.Drift;
        if (ReferenceEquals(plan, _plan)) return;
        var before = _quantities;
        var goesOn = plan is not null && _plan is { } old && old.Key == plan.Key && old.Settings == plan.Settings
            && old.Score is null == plan.Score is null;
        _plan = plan;
        _wasOn |= plan is not null;
        if (goesOn) return;
        var after = plan is null ? [] : Make(plan);
        foreach (var quantity in before)
        {
            if (Array.Find(after, q => q.Name == quantity.Name) is { } same) same.TakeAlert(quantity);
            else if (quantity.TryEnd()) _records.Write(quantity, AlertChange.Closed, model);
        }

        _score = plan?.Score is null ? null : after[^1];
        _quantities = after;
        IsDirty = true;
        if (_restored.Length == 0 || plan is null) return;
        Apply(_restored, plan.Key);
        _restored = [];
    }

    /// <summary>Takes the values of one moment, as they came.</summary>
    public void ObserveInputs(long timeNs, ReadOnlySpan<double> values, bool movesTime, IModel? model)
    {
        if (_plan is null) return;
        IsDirty = true;
        for (var i = 0; i < values.Length; i++) Note(_quantities[i], timeNs, values[i], movesTime, model);
    }

    /// <summary>Takes a score.</summary>
    public void ObserveScore(long timeNs, double score, bool movesTime, IModel? model)
    {
        if (_score is not null) Note(_score, timeNs, score, movesTime, model);
    }

    /// <summary>Writes the memory: nothing when there never was one, none of any quantity when it is gone.</summary>
    public void Write(StateWriter writer)
    {
        if (_plan is null && _restored.Length > 0)
        {
            // Kept for a model that could not be loaded this time.
            foreach (var b in _restored) writer.Byte(b);
            return;
        }

        if (_plan is null && !_wasOn) return;
        writer.Byte(EntryMark);
        writer.Text(_plan?.Key ?? "");
        writer.Varint((ulong)_quantities.Length);
        var memory = new StateWriter();
        foreach (var quantity in _quantities)
        {
            memory.Clear();
            quantity.Write(memory);
            writer.Text(quantity.Name);
            writer.Blob(memory.Bytes);
        }
    }

    /// <summary>Takes an entry of <see cref="Write"/>; false when malformed.</summary>
    public bool TryRestore(ReadOnlySpan<byte> entry)
    {
        if (_plan is { } plan) return Apply(entry, plan.Key);
        _restored = entry.ToArray();
        return true;
    }

    bool Apply(ReadOnlySpan<byte> entry, string key)
    {
        var reader = new StateReader(entry);
        if (!reader.TryByte(out var mark) || mark != EntryMark || !reader.TryText(out var oldKey) || !reader.TryVarint(out var count))
            return false;
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryText(out var name) || !reader.TryBlob(out var blob)) return false;
            if (Array.Find(_quantities, q => q.Name == name) is not { } quantity) continue;
            var memory = new StateReader(blob);
            if (!quantity.TryRead(ref memory, oldKey == key)) return false;
        }

        return reader.AtEnd;
    }

    void Note(DriftQuantity quantity, long timeNs, double value, bool movesTime, IModel? model)
    {
        var change = quantity.Observe(timeNs, value, movesTime);
        if (change != AlertChange.None) _records.Write(quantity, change, model);
    }

    static DriftQuantity[] Make(DriftPlan plan)
    {
        List<DriftQuantity> all = [.. plan.Inputs.Select(i => new DriftQuantity(DriftPlan.InputName(i.Field), i.Bins, plan.Settings))];
        if (plan.Score is { } score) all.Add(new DriftQuantity(DriftPlan.ScoreName, score, plan.Settings));
        return [.. all];
    }
}
