namespace EdgeAgent.Storage;

/// <summary>Puts the rows of waiting commits between those of the state table, stage by stage and in sequence.</summary>
sealed class PendingRows(PendingChanges changes)
{
    readonly HashSet<string> _done = new(StringComparer.Ordinal);
    PendingStage? _stage;
    string? _name;
    List<StateRow> _rows = [];
    int _next;

    /// <summary>The waiting rows that come before a row of the table.</summary>
    public IEnumerable<StateRow> Before(StateRow row)
    {
        if (row.Stage != _name)
        {
            while (_next < _rows.Count) yield return _rows[_next++];
            Begin(row.Stage);
        }

        while (_next < _rows.Count && _rows[_next].Sequence < row.Sequence) yield return _rows[_next++];
    }

    /// <summary>Whether a row of the table is deleted or written anew by what waits.</summary>
    public bool Replaces(StateRow row) =>
        _stage is { } stage && (row.Sequence < stage.DeleteBelow || (_next < _rows.Count && _rows[_next].Sequence == row.Sequence));

    /// <summary>What is left: of the last stage, and of stages that are not in the table.</summary>
    public IEnumerable<StateRow> Rest()
    {
        while (_next < _rows.Count) yield return _rows[_next++];
        foreach (var stage in changes.Stages)
            if (_done.Add(stage.Name))
                foreach (var row in stage.Rows()) yield return row;
    }

    void Begin(string stage)
    {
        _done.Add(stage);
        (_name, _stage, _next) = (stage, changes.Find(stage), 0);
        _rows = _stage?.Rows() ?? [];
    }
}
