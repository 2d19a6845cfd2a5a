using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.State;

namespace EdgeAgent.Reloads;

/// <summary>Windows that left as partial summaries because their settings changed, kept as they were told:
/// when the settings come back they go on under the next revision, in place of new ones under the same ids.</summary>
/// <remarks>At most <see cref="MostBytes"/>; what was told first goes first. Commit thread.</remarks>
sealed class ToldWindows
{
    /// <summary>Most bytes of entries kept.</summary>
    public const long MostBytes = 8 << 20;

    readonly Dictionary<string, List<(int FormatVersion, byte[] Entry)>> _stages = new(StringComparer.Ordinal);
    readonly Queue<string> _order = new();
    readonly StateWriter _writer = new();
    long _bytes;

    /// <summary>Takes an entry of a stage that is no more.</summary>
    public void Add(string stage, int formatVersion, ReadOnlySpan<byte> entry)
    {
        _writer.Clear();
        if (!Pipeline.TryWriteTold(entry, formatVersion, _writer)) return;
        if (!_stages.TryGetValue(stage, out var entries))
        {
            _stages[stage] = entries = [];
            _order.Enqueue(stage);
        }

        entries.Add((formatVersion, _writer.Bytes.ToArray()));
        _bytes += _writer.Length;
        while (_bytes > MostBytes && _order.TryDequeue(out var oldest)) Remove(oldest);
    }

    /// <summary>Gives what is kept of a stage that is back to its memory.</summary>
    public void Restore(StageStateHandle stage)
    {
        foreach (var (formatVersion, entry) in Remove(stage.StageKey)) stage.State.TryRestoreUnit(entry, formatVersion);
    }

    List<(int FormatVersion, byte[] Entry)> Remove(string stage)
    {
        if (!_stages.Remove(stage, out var entries)) return [];
        foreach (var (_, entry) in entries) _bytes -= entry.Length;
        return entries;
    }
}
